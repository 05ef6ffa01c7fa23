import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { init } from "@jsquash/oxipng/optimise.js";

/** How hard is tried, from 0 to 6: more saves a twentieth, for twice the time. */
const LEVEL = 0;

/** Recompresses a PNG losslessly, since browsers write them quickly, not small; returns a corrupt one unchanged. */
export async function packedPng(png: Buffer): Promise<Buffer> {
  const { optimise } = await (library ??= load());
  try {
    const packed = optimise(png, LEVEL, false, false);
    return packed.length < png.length ? Buffer.from(packed) : png;
  } catch {
    return png;
  }
}

let library: ReturnType<typeof load> | undefined;

/** Loads the library from its file; by itself it would fetch it, as a browser does. */
async function load() {
  return init(
    await readFile(createRequire(import.meta.url).resolve("@jsquash/oxipng/codec/pkg/squoosh_oxipng_bg.wasm")),
  );
}
