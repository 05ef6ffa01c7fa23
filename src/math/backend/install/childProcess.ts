/**
 * Child processes of the installation: a time limit, the whole process group ended with it, one line when one fails.
 */
import { spawn, type SpawnOptions } from "node:child_process";
import { basename } from "node:path";

/** Settings of run. */
export interface RunOptions extends Pick<SpawnOptions, "cwd" | "env"> {
  /** time limit */
  readonly minutes: number;
  /** asked every second; a reason that it returns ends the program */
  readonly alive?: () => Promise<string | undefined>;
}

/**
 * Runs a program and resolves with its output when it has ended with status 0.
 *
 * @throws Error of one line: the program, and its own telling line, its status, its signal or the time limit
 */
export async function run(
  program: string,
  args: readonly string[],
  { minutes, alive, ...options }: RunOptions,
): Promise<string> {
  const name = basename(program);
  const posix = process.platform !== "win32";
  const child = spawn(program, args, {
    ...options,
    detached: posix,
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  let stopped: string | undefined;
  const stop = (reason: string): void => {
    stopped ??= reason;
    try {
      if (posix)
        process.kill(-child.pid!, "SIGKILL"); // the group: npm scripts start further programs
      else spawn("taskkill", ["/pid", String(child.pid), "/T", "/F"], { stdio: "ignore" });
    } catch {
      // it has just ended
    }
  };
  const interrupted = () => stop("interrupted");
  const limit = setTimeout(() => stop(`took longer than ${minutes} min`), minutes * 60_000);
  const watch =
    alive &&
    setInterval(() => {
      alive().then(
        (reason) => reason && stop(reason),
        (error: Error) => stop(error.message),
      );
    }, 1000);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, interrupted);

  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output = (output + chunk).slice(-8000)));
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", (error) => reject(new Error(`${program} does not start: ${error.message}`)));
      child.on("close", (status, signal) => {
        if (stopped) reject(new Error(`${name} ${stopped}`));
        else if (status === 0) resolve(output);
        else reject(new Error(`${name}: ${telling(output) ?? `ended with ${signal ?? `status ${status}`}`}`));
      });
    });
  } finally {
    clearTimeout(limit);
    clearInterval(watch);
    for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, interrupted);
  }
}

/** The line of a failed program's output that says why: the first that tells an error, else the last. */
export function telling(output: string): string | undefined {
  const lines = output
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.find((line) => /\b\w*error: /i.test(line)) ?? lines.at(-1);
}
