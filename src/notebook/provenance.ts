import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { packageRoot } from "../files/packageRoot.js";
import { environment, type Environment } from "./environment.js";
import { posixPath } from "./reportText.js";
import type { NotebookRun } from "./results.js";

/** What the numbers of a report were made from, where and when: the content of provenance.json. */
export interface Provenance {
  /** when the report was written, ISO 8601 */
  readonly written: string;
  /** of the git repository of the working folder; null outside of one */
  readonly commit: string | null;
  /** whether tracked files differed from the commit; null without one */
  readonly changed: boolean | null;
  /** SHA-256 of the nearest package-lock.json, which has the hash of every package, data packages among them */
  readonly lockFile: string | null;
  /** SHA-256 over the names and contents of data/weights */
  readonly weights: string;
  readonly environment: Environment;
  readonly notebooks: readonly {
    readonly notebook: string;
    /** of the notebook that was read; null where it could not be */
    readonly sha256: string | null;
    readonly seconds: number;
  }[];
}

/** Returns the provenance of runs that have just ended. */
export function provenance(runs: readonly NotebookRun[]): Provenance {
  const commit = git("rev-parse", "HEAD");
  return {
    written: new Date().toISOString(),
    commit,
    changed: commit === null ? null : git("status", "--porcelain", "--untracked-files=no") !== "",
    lockFile: sha256OfFile(nearest("package-lock.json")),
    weights: sha256OfFolder(join(packageRoot, "data", "weights")),
    environment: environment(),
    notebooks: runs.map(({ notebook, seconds }) => ({
      notebook: posixPath(notebook),
      sha256: sha256OfFile(notebook),
      seconds: Math.round(seconds * 1000) / 1000,
    })),
  };
}

function git(...words: string[]): string | null {
  try {
    return execFileSync("git", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null; // no git, or no repository
  }
}

function nearest(name: string, folder = resolve()): string | undefined {
  if (existsSync(join(folder, name))) return join(folder, name);
  return dirname(folder) === folder ? undefined : nearest(name, dirname(folder));
}

function sha256OfFile(file: string | undefined): string | null {
  if (file === undefined || !existsSync(file)) return null;
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

function sha256OfFolder(folder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder).toSorted()) hash.update(`${name}\0${sha256OfFile(join(folder, name))}\n`);
  return hash.digest("hex");
}
