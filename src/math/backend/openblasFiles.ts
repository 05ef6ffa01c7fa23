import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { foreignOwner } from "../../files/owner.js";
import { isWhole, nativeFolders } from "./nativeFolders.js";

/** The version of OpenBLAS that is installed, as its wheel counts. */
export const openblasVersion = "0.3.34.481.3";

/** The folder of this version for this machine. */
export const openblasFolder = `openblas-${openblasVersion}-${process.platform}-${process.arch}`;

/** The installed library's name in its folder. */
export const openblasLibrary = `libscipy_openblas64_.${{ darwin: "dylib", win32: "dll" }[process.platform as string] ?? "so"}`;

/** The name of a file in the folder that says in its place which library of the system is used. */
export const systemLibrary = "system";

/** The sentence to tell where there is none. */
export const withoutOpenblas = "without OpenBLAS linear algebra is slow; `npx scorebook setup` installs it";

/** Folders that may hold the library: in this package, in the user's cache. */
export const openblasFolders = (): string[] => nativeFolders(openblasFolder);

/**
 * The installed libraries, or those of the system that the installation has chosen, in the order of their use; without
 * those that somebody else may have put into the cache.
 */
export const openblasPlaces = (): string[] =>
  openblasFolders().flatMap((folder, k) => {
    if (k > 0 && foreignOwner(folder)) return [];
    const [own, chosen] = [join(folder, openblasLibrary), join(folder, systemLibrary)];
    return isWhole(own) ? [own] : existsSync(chosen) ? [readFileSync(chosen, "utf8")] : [];
  });

/**
 * Names the library of BLAS and LAPACK in use: the version of OpenBLAS that is installed, the place of another library,
 * or null where plain JavaScript has to do.
 */
export function blasInUse(): string | null {
  const wanted = process.env.SCOREBOOK_BLAS;
  if (wanted) return wanted === "none" ? null : wanted;
  const [place] = openblasPlaces();
  if (place === undefined) return null;
  return place.endsWith(join(openblasFolder, openblasLibrary)) ? openblasVersion : place;
}

/** Whether a library is there, without loading it. */
export const openblasIsThere = (): boolean => openblasPlaces().length > 0 || !!process.env.SCOREBOOK_BLAS;
