import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "../../files/cache.js";
import { packageRoot } from "../../files/packageRoot.js";

/** The folders that may hold a native library of this name: in this package, in the user's cache. */
export const nativeFolders = (name: string): string[] =>
  [join(packageRoot, "native"), cacheDirectory()].map((folder) => join(folder, name));

/** Whether a library is there, and not cut short since it was installed: that would end the process that loads it. */
export function isWhole(library: string): boolean {
  const size = statSync(library, { throwIfNoEntry: false })?.size;
  if (size === undefined) return false;
  try {
    return Number(readFileSync(`${library}.size`, "utf8")) === size;
  } catch {
    return true; // installed before sizes were noted
  }
}
