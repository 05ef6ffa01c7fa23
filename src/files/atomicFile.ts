import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file whole or not at all: into a temporary file of the same directory, then renamed over `path`.
 * It is on the disk before that, so that a loss of power leaves the old one or the new one.
 * A file that is replaced keeps its mode, a symbolic link stays a link; directories that are missing are made.
 * Synchronous, so that no signal handler runs between the two steps. Temporary files that processes have left which were
 * killed between them go an hour later, with the next writing.
 *
 * @throws Error of node:fs if the directory cannot be written; the temporary file is then gone
 */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  const old = statSync(path, { throwIfNoEntry: false });
  const target = old ? realpathSync(path) : path;
  mkdirSync(dirname(target), { recursive: true });
  removeLeftovers(target);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
  try {
    writeFileSync(temporary, content, { flag: "wx", flush: true });
    if (old) chmodSync(temporary, old.mode & 0o7777);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Files whose leftovers this process has looked for. */
const looked = new Set<string>();

function removeLeftovers(target: string): void {
  if (looked.has(target)) return;
  looked.add(target);
  const start = `.${basename(target)}.`;
  try {
    for (const name of readdirSync(dirname(target))) {
      if (!name.startsWith(start) || !/^\d+-[0-9a-f]{8}\.tmp$/.test(name.slice(start.length))) continue;
      const path = join(dirname(target), name);
      if (Date.now() - statSync(path).mtimeMs > 3600_000) rmSync(path);
    }
  } catch {
    // it is gone already, or not ours
  }
}
