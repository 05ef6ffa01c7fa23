import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** A process of this machine: itself, its parent, and the group that signals of a terminal go to. */
interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

/**
 * Returns the processes below one that are of its own group: those below the children that `of` chooses, with them.
 * Those that have left the group are in a session of their own, which no interrupt reaches.
 */
export async function programsBelow(pid: number, of: (child: number) => boolean): Promise<number[]> {
  const all = (await processes()).filter(({ group }) => group === pid);
  const below = (parents: readonly number[]): number[] => {
    const children = all.filter(({ parent }) => parents.includes(parent)).map((child) => child.pid);
    return children.length === 0 ? [] : [...children, ...below(children)];
  };
  const chosen = all.filter((child) => child.parent === pid && of(child.pid)).map((child) => child.pid);
  return [...chosen, ...below(chosen)];
}

/** Returns the processes of this machine; none where it does not tell. */
async function processes(): Promise<Listed[]> {
  if (process.platform !== "linux") {
    const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,pgid="]).catch(() => ({ stdout: "" }));
    return stdout.split("\n").map((line) => listed(line.trim().split(/\s+/)));
  }
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""))); // it may be gone
  // "pid (name) state parent group …", where the name may hold anything.
  return stats.map((stat, i) => listed([pids[i], ...stat.slice(stat.lastIndexOf(")") + 4).split(" ", 2)]));
}

function listed([pid, parent, group]: readonly string[]): Listed {
  return { pid: Number(pid), parent: Number(parent), group: Number(group) };
}
