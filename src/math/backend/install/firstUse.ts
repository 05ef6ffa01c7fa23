/** `node firstUse.js` installs OpenBLAS, unless that has failed less than a day ago. */
import fs from "node:fs/promises";
import { dirname } from "node:path";
import { openblasFolders } from "../openblasFiles.js";
import { installOpenblas } from "./openblas.js";

const failed = `${openblasFolders().at(-1)}.failed`;
const day = 24 * 3600_000;
const recently = await fs.stat(failed).then(
  ({ mtimeMs }) => Date.now() - mtimeMs < day,
  () => false,
);
if (!recently)
  try {
    await installOpenblas(() => undefined);
  } catch (error) {
    await fs.mkdir(dirname(failed), { recursive: true });
    await fs.writeFile(failed, (error as Error).message);
  }
