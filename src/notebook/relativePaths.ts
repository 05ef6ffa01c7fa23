import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";

/** The nearest directory upwards that holds a package or a repository. */
function projectOf(directory: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, "package.json")) || existsSync(join(at, ".git"))) return at;
    if (at === dirname(at)) return undefined;
  }
}

/**
 * Makes the paths of a text independent of where the notebook lies: those inside its project become relative to
 * `directory`, those inside the reader's home start with `~`. A path that merely begins alike is left alone.
 */
export function relativePaths(directory: string): (text: string) => string {
  const bases = new Map<string, string>();
  const add = (path: string | undefined, shown: string) => {
    for (const each of path ? [path, existsSync(path) ? realpathSync(path) : path] : [])
      if (dirname(each) !== each && !bases.has(each)) bases.set(each, shown);
  };
  const here = resolve(directory);
  const project = projectOf(here);
  add(here, "");
  add(project, project ? relative(here, project) : "");
  add(homedir(), "~");
  const longestFirst = [...bases.keys()].sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return (text) => text;
  const escape = (path: string) => path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(
    `(?:file://)?(?<![\\w.~-])(${longestFirst.map(escape).join("|")})(?:(${escape(sep)})|(?![\\w.-]))`,
    "g",
  );
  return (text) =>
    text.replace(pattern, (_, base: string, separator: string | undefined) => {
      const shown = bases.get(base)!;
      return separator ? (shown ? shown + separator : "") : shown || ".";
    });
}
