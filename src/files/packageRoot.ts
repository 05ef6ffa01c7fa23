import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this package, with its package.json. */
export const packageRoot = fileURLToPath(new URL("../../../", import.meta.url));

/** The fields of package.json that this project reads. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** the files of each entry point: "." or a path such as "./math" */
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

/** This package's own package.json. */
export const packageManifest = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as PackageManifest;
