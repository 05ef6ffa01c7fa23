import { createRequire } from "node:module";
import { dirname } from "node:path";

/** The folder of type packages that holds the types of Node.js which this package depends on. */
export const typeRoot = dirname(dirname(createRequire(import.meta.url).resolve("@types/node/package.json")));
