import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { init } from "@jsquash/oxipng/optimise.js";
import type { IDisplayData } from "@jupyterlab/nbformat";
import type { CodeCell } from "./nbformat.js";

/** How hard is tried, from 0 to 6: more saves a twentieth, for twice the time. */
const LEVEL = 0;

/**
 * Packs the PNG pictures among the outputs, which keep every pixel: a browser writes them quickly, not small, and most of an executed
 * notebook are its pictures. One that is broken stays as it is.
 */
export async function packPictures(cells: readonly CodeCell[]): Promise<void> {
  for (const { data } of cells.flatMap((cell) => cell.outputs as Partial<IDisplayData>[])) {
    const png = data?.["image/png"];
    if (typeof png === "string") data!["image/png"] = (await packedPng(Buffer.from(png, "base64"))).toString("base64");
  }
}

/** The same picture in fewer bytes, or as it is. */
export async function packedPng(png: Buffer): Promise<Buffer> {
  const { optimise } = await init(await wasm());
  try {
    const packed = optimise(png, LEVEL, false, false);
    return packed.length < png.length ? Buffer.from(packed) : png;
  } catch {
    return png;
  }
}

let module: Promise<Buffer> | undefined;

/** The library would fetch it, as a browser does. */
function wasm(): Promise<Buffer> {
  return (module ??= readFile(createRequire(import.meta.url).resolve("@jsquash/oxipng/codec/pkg/squoosh_oxipng_bg.wasm")));
}
