import assert from "node:assert/strict";
import { crc32, deflateSync } from "node:zlib";
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

  it("takes the filters from lines, whichever they are", async () => {
    const [width, height] = [120, 90];
    // areas of a few colours with edges at an angle: every filter has something to do
    const colour = (x: number, y: number, k: number) =>
      40 * k + 20 * Math.floor((x + 2 * y) / 37) + (x * y === 77 ? 1 : 0);
    const rows = Array.from({ length: height }, (_, y) =>
      Array.from({ length: 3 * width }, (_, i) => colour(Math.floor(i / 3), y, i % 3) % 256),
    );
    const at = (y: number, i: number) => (y < 0 || i < 0 ? 0 : rows[y][i]);
    const predicted = (filter: number, y: number, i: number): number => {
      const [left, up, corner] = [at(y, i - 3), at(y - 1, i), at(y - 1, i - 3)];
      if (filter === 4) {
        const value = left + up - corner;
        const nearest = Math.min(...[left, up, corner].map((one) => Math.abs(value - one)));
        return [left, up, corner].find((one) => Math.abs(value - one) === nearest)!;
      }
      return [0, left, up, (left + up) >> 1][filter];
    };
    const filtered = (filter: (y: number) => number) =>
      png(
        width,
        height,
        Buffer.from(
          rows.flatMap((row, y) => [filter(y), ...row.map((value, i) => value - predicted(filter(y), y, i))]),
        ),
      );
    const plain = await packedPng(filtered(() => 0));
    for (const filter of [1, 2, 3, 4]) {
      const other = filtered(() => filter);
      assert.equal(await different(other, plain), 0, `the test's own filter ${filter}`);
      assert.equal((await packedPng(other)).length <= plain.length, true, `filter ${filter}`);
    }
    const mixed = await packedPng(filtered((y) => y % 5));
    assert.deepEqual(mixed, plain);
  });

  it("leaves what is broken, or is none, as it is", async () => {
    for (const file of [picture.subarray(0, picture.length / 2), Buffer.from("GIF89a, or so"), Buffer.alloc(0)])
      assert.equal(await packedPng(file), file);
  });

  /** A PNG of filtered lines of three channels, hardly packed. */
  function png(width: number, height: number, lines: Buffer): Buffer {
    const chunk = (type: string, data: Buffer) => {
      const content = Buffer.concat([Buffer.from(type, "latin1"), data]);
      const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
      length.writeUInt32BE(data.length);
      checksum.writeUInt32BE(crc32(content));
      return Buffer.concat([length, content, checksum]);
    };
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 2, 0, 0, 0], 8);
    const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
    const data = deflateSync(lines, { level: 0 });
    return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
  }

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
