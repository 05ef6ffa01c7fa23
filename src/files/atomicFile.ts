import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file whole or not at all: into a temporary file of the same directory, then renamed over `path`.
 * A file that is replaced keeps its mode, a symbolic link stays a link; directories that are missing are made.
 * Synchronous, so that no signal handler runs between the two steps.
 *
 * @throws Error of node:fs if the directory cannot be written; the temporary file is then gone
 */
export function writeFileAtomic(path: string, content: string | Uint8Array): void {
  const old = statSync(path, { throwIfNoEntry: false });
  const target = old ? realpathSync(path) : path;
  mkdirSync(dirname(target), { recursive: true });
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
  try {
    writeFileSync(temporary, content, { flag: "wx" });
    if (old) chmodSync(temporary, old.mode & 0o7777);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
