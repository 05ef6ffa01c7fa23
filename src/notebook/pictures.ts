import { promisify } from "node:util";
import { crc32, deflate, inflateSync } from "node:zlib";
import type { IDisplayData } from "@jupyterlab/nbformat";
import type { CodeCell } from "./nbformat.js";

/**
 * Packs the pictures among the outputs, which keep every pixel: a browser writes them quickly, not small, and most of an executed notebook
 * are its pictures.
 */
export async function packPictures(cells: readonly CodeCell[]): Promise<void> {
  await Promise.all(cells.flatMap((cell) => cell.outputs).map(async (output) => {
    const data = (output as Partial<IDisplayData>).data;
    const png = data?.["image/png"];
    if (typeof png === "string") data!["image/png"] = (await packedPng(Buffer.from(png, "base64"))).toString("base64");
  }));
}

/** What starts a PNG file (RFC 2083), and its colour types without and with alpha at eight bits each. */
const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const [RGB, RGBA] = [2, 6];

/**
 * The same picture in fewer bytes: without the alpha of an opaque one and without filters, which flat colours and lines do not gain by.
 * One of another kind, one that is transparent somewhere, one that is broken and one that gains nothing are returned as they are.
 */
export async function packedPng(png: Buffer): Promise<Buffer> {
  const chunks = chunksOf(png);
  const header = chunks?.find(({ type }) => type === "IHDR")?.data;
  if (!chunks || header?.length !== 13 || header[8] !== 8 || ![RGB, RGBA].includes(header[9]) || header[12] !== 0) return png;
  const [width, height, bytes] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9] === RGB ? 3 : 4];
  const filtered = inflated(Buffer.concat(chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data)));
  if (filtered?.length !== height * (width * bytes + 1)) return png;
  const pixels = unfiltered(filtered, width * bytes, height, bytes);
  const lines = new Uint8Array(height * (3 * width + 1)); // each begins with its filter, 0
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    to++;
    for (let x = 0; x < width; x++, from += bytes) {
      if (bytes === 4 && pixels[from + 3] !== 255) return png;
      lines[to++] = pixels[from];
      lines[to++] = pixels[from + 1];
      lines[to++] = pixels[from + 2];
    }
  }
  const first = chunks.findIndex(({ type }) => type === "IDAT");
  const packed = await promisify(deflate as (data: Uint8Array, options: object, done: (error: Error | null, result: Buffer) => void) => void)(lines, { level: 9, memLevel: 9 });
  const parts = chunks.flatMap(({ type, data }, i) => {
    if (type === "IHDR") return [chunk(type, Buffer.from(data.map((value, at) => (at === 9 ? RGB : value))))];
    return type !== "IDAT" ? [chunk(type, data)] : i === first ? [chunk(type, packed)] : [];
  });
  const result = Buffer.concat([SIGNATURE, ...parts]);
  return result.length < png.length ? result : png;
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

function chunksOf(png: Buffer): Chunk[] | undefined {
  if (!png.subarray(0, 8).equals(SIGNATURE)) return undefined;
  const chunks: Chunk[] = [];
  for (let at = 8; at < png.length; ) {
    if (at + 12 > png.length) return undefined;
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function chunk(type: string, data: Buffer): Buffer {
  const [length, named, check] = [Buffer.alloc(4), Buffer.concat([Buffer.from(type, "latin1"), data]), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

function inflated(data: Buffer): Buffer | undefined {
  try {
    return inflateSync(data);
  } catch {
    return undefined;
  }
}

/** The bytes of lines that each begin with their filter: what is stored is the difference from the left, above, their mean, or the nearest of three. */
function unfiltered(filtered: Uint8Array, width: number, height: number, bytes: number): Uint8Array {
  const result = new Uint8Array(width * height);
  for (let y = 0, at = 0, from = 0; y < height; y++) {
    const filter = filtered[from++];
    for (let i = 0; i < width; i++, at++, from++) {
      const left = i < bytes || filter === 2 ? 0 : result[at - bytes];
      const above = y === 0 || filter === 1 ? 0 : result[at - width];
      result[at] = filtered[from] + (filter === 0 ? 0 : filter < 3 ? left + above : filter === 3 ? (left + above) >> 1 : paeth(left, above, i < bytes || y === 0 ? 0 : result[at - width - bytes]));
    }
  }
  return result;
}

function paeth(left: number, above: number, corner: number): number {
  const [a, b, c] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}
