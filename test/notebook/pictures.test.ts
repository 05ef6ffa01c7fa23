import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../../src/kernel/browser.js";
import { chromiumRenderer } from "../../src/kernel/renderer.js";
import type { CodeCell } from "../../src/notebook/nbformat.js";
import { packedPng, packPictures } from "../../src/notebook/pictures.js";

describe("packed pictures", function () {
  this.timeout(60_000);
  const figure = { data: [{ type: "heatmap" as const, z: [[1, 2], [3, 5]] }, { type: "scatter" as const, y: [0.2, 0.9, 0.4] }], layout: { title: { text: "A picture" } } };
  let picture: Buffer;

  before(async () => {
    const renderer = chromiumRenderer();
    picture = Buffer.from((await renderer.png(figure)).png, "base64");
    await renderer.close();
  });

  it("keep every pixel, in fewer bytes", async () => {
    const packed = await packedPng(picture);
    assert.ok(packed.length < 0.9 * picture.length, `${packed.length} of ${picture.length} bytes`);
    assert.equal(await different(picture, packed), 0);
    const other = await packedPng(Buffer.from(await drawn("red")));
    assert.ok((await different(other, Buffer.from(await drawn("blue")))) > 0, "a pixel that differs is seen");
  });

  it("that are broken, or are none, stay as they are", async () => {
    for (const file of [picture.subarray(0, picture.length / 2), Buffer.from("GIF89a, or so"), Buffer.alloc(0)]) assert.equal(await packedPng(file), file);
  });

  it("are all of the outputs', and nothing else changes", async () => {
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

  let browser: Browser | undefined;
  after(() => browser?.close());
  const page = async () => (browser ??= await launchBrowser({})).newPage();

  /** A PNG of one colour, by the browser. */
  async function drawn(colour: string): Promise<number[]> {
    return (await page()).evaluate(async (fill) => {
      const { OffscreenCanvas } = globalThis as any;
      const canvas = new OffscreenCanvas(30, 30), context = canvas.getContext("2d");
      context.fillStyle = fill;
      context.fillRect(0, 0, 30, 30);
      return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
    }, colour);
  }

  /** How many numbers of two pictures' pixels differ, as the browser reads them. */
  async function different(a: Buffer, b: Buffer): Promise<number> {
    return (await page()).evaluate(async (pictures) => {
      const { createImageBitmap, OffscreenCanvas, Blob, atob } = globalThis as any;
      const [one, other] = await Promise.all(pictures.map(async (base64) => {
        const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c: string) => c.charCodeAt(0))]));
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
        context.drawImage(bitmap, 0, 0);
        return context.getImageData(0, 0, bitmap.width, bitmap.height).data as Uint8ClampedArray;
      }));
      return one.length === other.length ? one.reduce((count, value, i) => count + (value === other[i] ? 0 : 1), 0) : Infinity;
    }, [a.toString("base64"), b.toString("base64")]);
  }
});
