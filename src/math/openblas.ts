/** What the command line needs of OpenBLAS: whether it is there, and how to get it. */
export { openblasIsThere, withoutOpenblas } from "./backend/openblasFiles.js";

/** Installs OpenBLAS, see `backend/install`; the installer is loaded by this call alone. */
export async function installOpenblas(): Promise<void> {
  await (await import("./backend/install/openblas.js")).installOpenblas();
}
