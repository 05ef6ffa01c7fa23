import { lstatSync, readlinkSync } from "node:fs";
import { join, relative, sep } from "node:path";

/**
 * Says that a path below a folder leads elsewhere, since it or a folder between is a symbolic link; undefined if none
 * is. The folder itself may be one: whoever names it chose it.
 */
export function linkBelow(folder: string, path: string): string | undefined {
  let at = folder;
  for (const part of relative(folder, path).split(sep)) {
    at = join(at, part);
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (!stat) return undefined;
    if (stat.isFile()) return undefined; // nothing lies below it
    if (stat.isSymbolicLink())
      return `${at} is a symbolic link to ${readlinkSync(at)}, which is not followed; remove it, or ask for it by --follow-links`;
  }
  return undefined;
}
