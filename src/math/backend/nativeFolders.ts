import { join } from "node:path";
import { cacheDirectory } from "../../files/cache.js";
import { packageRoot } from "../../files/packageRoot.js";

/** The folders that may hold a native library of this name: in this package, in the user's cache. */
export const nativeFolders = (name: string): string[] =>
  [join(packageRoot, "native"), cacheDirectory()].map((folder) => join(folder, name));
