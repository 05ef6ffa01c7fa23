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
    if (isLink(at))
      return `${at} is a symbolic link to ${readlinkSync(at)}, which is not followed; remove it, or ask for it by --follow-links`;
  }
  return undefined;
}

/** Says whether a path is a symbolic link; where nothing is, or a file in the place of a folder, none is. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false; // whoever writes there says why it cannot
  }
}
