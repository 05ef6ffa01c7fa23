import { existsSync, statSync } from "node:fs";
import { basename, join, resolve, sep } from "node:path";
import { globSync, type Path } from "glob";
import { NotebookError } from "./nbformat.js";

/**
 * Finds the notebooks that files, folders (with all below) and globs name, each once, in alphabetical order within an
 * argument. Hidden folders (checkpoints too) and node_modules are no part of a folder or glob, nor is `except`, where
 * executed notebooks go, unless an argument lies in it.
 *
 * @throws NotebookError if an argument names no notebook
 */
export function findNotebooks(patterns: readonly string[], except?: string): string[] {
  const within = (path: string, folder: string) => `${resolve(path)}${sep}`.startsWith(`${resolve(folder)}${sep}`);
  const found = patterns.flatMap((pattern) => {
    if (existsSync(pattern) && !statSync(pattern).isDirectory()) return [pattern];
    const folder = existsSync(pattern);
    const options = { nodir: true, ignore: { childrenIgnored: (path: Path) => path.isNamed("node_modules") } };
    const paths = (
      folder
        ? globSync("**/*.ipynb", { ...options, cwd: pattern }).map((path) => join(pattern, path))
        : globSync(pattern, options)
    ).filter(
      (path) =>
        except === undefined ||
        within(folder ? pattern : "", except) ||
        within(pattern, except) ||
        !within(path, except),
    );
    if (paths.length === 0)
      throw new NotebookError(
        folder
          ? `${pattern}: no notebook in this folder`
          : /[*?[{]/.test(pattern)
            ? `${pattern}: no notebook matches`
            : `${pattern}: there is no such file`,
      );
    return paths.sort((a, b) => (a < b ? -1 : 1));
  });
  return [...new Set(found)];
}

/** Returns the file name of an executed notebook, which tells the seed where it is run with several. */
export const executedName = (path: string, seed?: number): string =>
  seed === undefined ? basename(path) : `${basename(path, ".ipynb")}.seed-${seed}.ipynb`;

/**
 * Refuses notebooks that would be written to one file, each given with the file's name.
 *
 * @throws NotebookError if two would be written to one file of the output directory
 */
export function refuseSameNames(outputs: readonly (readonly [path: string, name: string])[]): void {
  const seen = new Map<string, string>();
  for (const [path, name] of outputs) {
    if (seen.has(name))
      throw new NotebookError(
        `${seen.get(name)} and ${path} would both be written to ${name} in the output directory; run them with different ones`,
      );
    seen.set(name, path);
  }
}
