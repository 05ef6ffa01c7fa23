import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this package, which holds its package.json. */
export const packageRoot = fileURLToPath(new URL("../../../", import.meta.url));

/** The folder of type packages that holds this package's own types of Node.js: its own, or one shared with others. */
export const typeRoot = path.dirname(path.dirname(createRequire(import.meta.url).resolve("@types/node/package.json")));
