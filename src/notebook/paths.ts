import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { globSync } from "glob";
import { NotebookError } from "./nbformat.js";

/**
 * The notebooks that files, folders (with all below) and globs name, each once, in alphabetical order within an
 * argument. Hidden folders, node_modules and checkpoints are no part of a folder.
 *
 * @throws NotebookError if an argument names no notebook
 */
export function findNotebooks(patterns: readonly string[]): string[] {
  const found = patterns.flatMap((pattern) => {
    if (existsSync(pattern) && !statSync(pattern).isDirectory()) return [pattern];
    const folder = existsSync(pattern);
    const options = { nodir: true, ignore: ["**/node_modules/**", "**/.*/**"] };
    const paths = folder ? globSync("**/*.ipynb", { ...options, cwd: pattern, absolute: false }).map((path) => `${pattern.replace(/[\\/]+$/, "")}/${path}`) : globSync(pattern, options);
    if (paths.length === 0)
      throw new NotebookError(folder ? `${pattern}: no notebook in this folder` : /[*?[{]/.test(pattern) ? `${pattern}: no notebook matches` : `${pattern}: there is no such file`);
    return paths.sort((a, b) => (a < b ? -1 : 1));
  });
  return [...new Set(found)];
}

/** @throws NotebookError if two notebooks would be written to one file of the output directory */
export function refuseSameNames(paths: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const name = basename(path);
    if (seen.has(name)) throw new NotebookError(`${seen.get(name)} and ${path} would both be written to ${name} in the output directory; run them with different ones`);
    seen.set(name, path);
  }
}
