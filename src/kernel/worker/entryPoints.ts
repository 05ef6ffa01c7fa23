import { join } from "node:path";
import { packageManifest, packageRoot } from "../../files/packageRoot.js";

/** The files of an entry point, by their full paths. */
export interface EntryPoint {
  readonly types: string;
  readonly file: string;
}

const { name, exports } = packageManifest;

/**
 * The entry points of this package by module specifier ("scorebook", "scorebook/math", …), in the order of
 * package.json. Cells import them from this copy, wherever their notebook lies.
 */
export const entryPoints: ReadonlyMap<string, EntryPoint> = new Map(
  Object.entries(exports).flatMap(([path, files]) =>
    typeof files === "string"
      ? []
      : [[name + path.slice(1), { types: join(packageRoot, files.types), file: join(packageRoot, files.default) }]],
  ),
);

/** Recognizes a module specifier of this package or a part of it, existing or not. */
export function isOwn(specifier: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}

/** Says in one sentence that there is no such entry point, and names those there are. */
export function unknownEntryPoint(specifier: string): string {
  return `'${specifier}' is no part of ${name}; import from ${[...entryPoints.keys()].map((key) => `'${key}'`).join(", ")}`;
}
