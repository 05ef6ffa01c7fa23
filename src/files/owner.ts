import { lstatSync, readdirSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Says why what lies in a folder of a cache must not be run: somebody else owns or may change it, a file in it or the
 * folder that it lies in. Undefined if nothing speaks against it, if there is no such folder, and on Windows, where
 * owners are not told by numbers.
 */
export function foreignOwner(folder: string, user = process.getuid?.()): string | undefined {
  if (user === undefined) return undefined;
  const says = (path: string): string | undefined => {
    const stat = statOf(path);
    if (!stat) return undefined;
    if (stat.uid !== user && stat.uid !== 0)
      return `${path} belongs to user ${stat.uid}, expected ${user === 0 ? "root" : "this user or root"}; SCOREBOOK_CACHE may name another folder`;
    const guarded = stat.isSymbolicLink() || (stat.isDirectory() && (stat.mode & 0o1000) !== 0);
    return !guarded && (stat.mode & 0o002) !== 0
      ? `${path} can be changed by everybody; chmod o-w ends that`
      : undefined;
  };
  const above = says(dirname(folder)) ?? says(folder);
  if (above || !statOf(folder)?.isDirectory()) return above;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const said = says(join(folder, name));
    if (said) return said;
  }
  return undefined;
}

/** Returns what is known of a path; undefined if there is no such thing, also since what should be a folder is a file. */
function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
