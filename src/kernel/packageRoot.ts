import { fileURLToPath } from "node:url";

/** The folder of this package, which holds its package.json. */
export const packageRoot = fileURLToPath(new URL("../../../", import.meta.url));
