import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../../../src/kernel/host/browser.js";
import { packedPng } from "../../../src/kernel/host/png.js";

describe("packedPng", function () {
  this.timeout(60_000);
  let picture: Buffer;
  before(async () => {
    picture = await drawn("red");
  });

  it("keeps every pixel, in fewer bytes", async () => {
    const packed = await packedPng(picture);
    assert.ok(packed.length < 0.9 * picture.length, `${packed.length} of ${picture.length} bytes`);
    assert.equal(await different(picture, packed), 0);
    assert.ok((await different(await drawn("blue"), packed)) > 0, "a pixel that differs is seen");
  });

  it("leaves what is broken, or is none, as it is", async () => {
    for (const file of [picture.subarray(0, picture.length / 2), Buffer.from("GIF89a, or so"), Buffer.alloc(0)])
      assert.equal(await packedPng(file), file);
  });

  let browser: Browser | undefined;
  after(() => browser?.close());
  const page = async () => (browser ??= await launchBrowser({})).newPage();

  /** A PNG as the browser writes it, of slanted bars. */
  async function drawn(colour: string): Promise<Buffer> {
    return Buffer.from(
      await (
        await page()
      ).evaluate(async (fill) => {
        const { OffscreenCanvas } = globalThis as any;
        const canvas = new OffscreenCanvas(300, 200),
          context = canvas.getContext("2d");
        context.fillStyle = "white";
        context.fillRect(0, 0, 300, 200);
        context.rotate(0.3);
        context.fillStyle = fill;
        for (let x = 0; x < 400; x += 20) context.fillRect(x, -100, 7, 400);
        return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
      }, colour),
    );
  }

  /** How many numbers of two pictures' pixels differ, as the browser reads them. */
  async function different(a: Buffer, b: Buffer): Promise<number> {
    return (await page()).evaluate(
      async (pictures) => {
        const { createImageBitmap, OffscreenCanvas, Blob, atob } = globalThis as any;
        const [one, other] = await Promise.all(
          pictures.map(async (base64) => {
            const bitmap = await createImageBitmap(
              new Blob([Uint8Array.from(atob(base64), (c: string) => c.charCodeAt(0))]),
            );
            const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
            context.drawImage(bitmap, 0, 0);
            return context.getImageData(0, 0, bitmap.width, bitmap.height).data as Uint8ClampedArray;
          }),
        );
        return one.length === other.length
          ? one.reduce((count, value, i) => count + (value === other[i] ? 0 : 1), 0)
          : Infinity;
      },
      [a.toString("base64"), b.toString("base64")],
    );
  }
});
