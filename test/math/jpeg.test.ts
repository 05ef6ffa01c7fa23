import assert from "node:assert/strict";
import { tensorflow } from "../../src/math/backend/tensorflow.js";
import { decodeJpeg } from "../../src/math/jpeg.js";

describe("decodeJpeg", () => {
  // A square of 8 × 8 equal pixels is one coefficient, which the best quality keeps.
  it("gives the pixels row by row and leaves no tensor behind", async () => {
    const tf = tensorflow();
    const before = tf.memory().numTensors;
    const [width, height] = [24, 16];
    const pixels = Int32Array.from(
      { length: width * height },
      (_, i) => 90 * Math.floor((i % width) / 8) + 30 * Math.floor(i / width / 8),
    );
    const picture = tf.tensor3d(pixels, [height, width, 1], "int32");
    const file = await tf.node.encodeJpeg(picture, "grayscale", 100);
    picture.dispose();
    const decoded = decodeJpeg(file);
    assert.deepEqual([decoded.width, decoded.height], [width, height]);
    decoded.pixels.forEach((value, i) => assert.ok(Math.abs(value - pixels[i]) <= 1, `pixel ${i} is ${value}`));
    assert.equal(tf.memory().numTensors, before);
  });

  it("refuses what is no JPEG", () => assert.throws(() => decodeJpeg(new Uint8Array(100)), /JPEG/i));
});
