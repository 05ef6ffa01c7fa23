import assert from "node:assert/strict";
import { crc32, deflateSync, inflateSync } from "node:zlib";
import type { CodeCell } from "../../src/notebook/nbformat.js";
import { packedPng, packPictures } from "../../src/notebook/pictures.js";
import { randomSource } from "../../src/math/random.js";

const chunk = (type: string, data: Buffer) => {
  const named = Buffer.concat([Buffer.from(type), data]);
  return Buffer.concat([number(data.length), named, number(crc32(named))]);
};
const number = (value: number) => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
};
const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** A PNG of the pixels, line y filtered by filters[y], its data in two chunks. */
function png(pixels: Uint8Array, width: number, bytes: number, filters: readonly number[]): Buffer {
  const size = width * bytes;
  const at = (y: number, i: number) => (y < 0 || i < 0 ? 0 : pixels[y * size + i]);
  const lines = filters.map((filter, y) => Buffer.from([filter, ...Array.from({ length: size }, (_, i) => {
    const [left, above, corner] = [at(y, i - bytes), at(y - 1, i), at(y - 1, i - bytes)];
    const nearest = [left, above, corner].sort((a, b) => Math.abs(left + above - corner - a) - Math.abs(left + above - corner - b))[0];
    return (at(y, i) - [0, left, above, Math.floor((left + above) / 2), nearest][filter]) & 255;
  })]));
  const data = deflateSync(Buffer.concat(lines), { level: 0 });
  return Buffer.concat([signature, chunk("IHDR", Buffer.concat([number(width), number(filters.length), Buffer.from([8, bytes === 4 ? 6 : 2, 0, 0, 0])])), chunk("pHYs", Buffer.alloc(9, 1)), chunk("IDAT", data.subarray(0, 50)), chunk("IDAT", data.subarray(50)), chunk("IEND", Buffer.alloc(0))]);
}

/** The chunks of a PNG, whose checks are right. */
function read(file: Buffer): { type: string; data: Buffer }[] {
  assert.ok(file.subarray(0, 8).equals(signature));
  const found = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    found.push({ type: file.toString("latin1", at + 4, at + 8), data: file.subarray(at + 8, at + 8 + length) });
    assert.equal(file.readUInt32BE(at + 8 + length), crc32(file.subarray(at + 4, at + 8 + length)));
    at += 12 + length;
  }
  return found;
}

const [width, height] = [40, 10];
const source = randomSource(1);
/** Few colours, so that there is something to gain. */
const colours = Array.from({ length: width * height }, () => [source.integer(2) * 200, source.integer(3) * 70, 255 - source.integer(2)]);
const opaque = Uint8Array.from(colours.flatMap((colour) => [...colour, 255]));
const filters = [4, 0, 1, 2, 3, 4, 2, 1, 4, 3];

describe("packedPng", () => {
  for (const [name, pixels, bytes] of [["with an alpha of 255", opaque, 4], ["without alpha", Uint8Array.from(colours.flat()), 3]] as const)
    it(`keeps every pixel of a picture ${name}, of every filter, in fewer bytes`, async () => {
      const before = png(pixels, width, bytes, filters);
      const after = await packedPng(before);
      assert.ok(after.length < before.length);
      const chunks = read(after);
      assert.deepEqual(chunks.map(({ type }) => type), ["IHDR", "pHYs", "IDAT", "IEND"]);
      assert.deepEqual([...chunks[0].data], [0, 0, 0, width, 0, 0, 0, height, 8, 2, 0, 0, 0]);
      const lines = Array.from({ length: height }, (_, y) => [0, ...colours.slice(y * width, (y + 1) * width).flat()]);
      assert.deepEqual([...inflateSync(chunks[2].data)], lines.flat());
      assert.equal(await packedPng(after), after, "nothing is left to gain");
    });

  it("leaves what is transparent, of another kind, broken or no PNG", async () => {
    const glass = opaque.slice();
    glass[4 * 57 + 3] = 254;
    const grey = png(opaque, width, 4, filters);
    grey[8 + 8 + 9] = 0;
    const broken = png(opaque, width, 4, filters);
    broken.fill(255, broken.indexOf("IDAT") + 4, broken.indexOf("IDAT") + 50);
    for (const file of [png(glass, width, 4, filters), grey, broken, png(opaque, width, 4, filters.slice(1)).fill(height, 23, 24), Buffer.from("GIF89a, or so"), png(opaque, width, 4, filters).subarray(0, 60)]) assert.equal(await packedPng(file), file);
  });
});

describe("packPictures", () => {
  it("packs the pictures of all outputs and nothing else", async () => {
    const picture = png(opaque, width, 4, filters);
    const outputs = [
      { output_type: "display_data", data: { "image/png": picture.toString("base64"), "text/plain": "a" }, metadata: {} },
      { output_type: "stream", name: "stdout", text: "b" },
      { output_type: "display_data", data: { "text/plain": "c" }, metadata: {} },
    ];
    const cell = structuredClone({ outputs }) as unknown as CodeCell;
    await packPictures([cell]);
    assert.deepEqual(cell.outputs.slice(1), outputs.slice(1));
    assert.deepEqual((cell.outputs[0] as { data: object }).data, { "image/png": (await packedPng(picture)).toString("base64"), "text/plain": "a" });
  });
});
