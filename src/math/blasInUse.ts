import { join } from "node:path";
import { openblasFolder, openblasLibrary, openblasPlaces, openblasVersion } from "./backend/openblasFiles.js";

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
