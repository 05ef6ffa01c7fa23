/** What the command line and reports need of OpenBLAS: whether it is there, what is in its place, and how to get it. */
export { blasInUse, openblasIsThere, withoutOpenblas } from "./backend/openblasFiles.js";

/** Installs OpenBLAS, see `backend/install`; the installer is loaded by this call alone. */
export async function installOpenblas(): Promise<void> {
  await (await import("./backend/install/openblas.js")).installOpenblas();
}
