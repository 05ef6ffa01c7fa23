import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readTensors, writeTensors } from "../../src/math/safetensors.js";
import { normal, randomSource } from "../../src/math/random.js";

const folder = mkdtempSync(path.join(tmpdir(), "scorebook-tensors-"));
after(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, "a.safetensors");

const tensors = {
  weights: Float32Array.from(normal(randomSource(1), 1, 1001).values),
  "step 3": Float32Array.of(0, -0, 1.5),
};
const metadata = { recipe: '{"seed":1}' };

describe("Tensor files", () => {
  it("hold float32 exactly and nothing else stays in the folder", () => {
    writeTensors(file, { tensors, metadata });
    assert.deepEqual(readTensors(file), { tensors, metadata });
    assert.deepEqual(readdirSync(folder), ["a.safetensors"]);
  });

  it("round to the nearest float16, ties to even, down to the subnormal ones", () => {
    // the 32 exact values, halves between two, and IEEE 754's limits
    const values = [
      1,
      1 + 2 ** -10,
      1 + 2 ** -11,
      1 + 3 * 2 ** -11,
      2 - 2 ** -12,
      65504,
      65519,
      2 ** -14,
      2 ** -14 - 2 ** -26,
      2 ** -24,
      2 ** -25,
      3 * 2 ** -25,
      -0.1,
      0,
    ];
    const expected = [
      1,
      1 + 2 ** -10,
      1,
      1 + 2 ** -9,
      2,
      65504,
      65504,
      2 ** -14,
      2 ** -14,
      2 ** -24,
      0,
      2 ** -23,
      -0.0999755859375,
      0,
    ];
    writeTensors(file, { tensors: { values: Float32Array.from(values) }, metadata }, { half: true });
    assert.deepEqual(Array.from(readTensors(file).tensors.values), expected);
    writeTensors(file, { tensors, metadata }, { half: true });
    readTensors(file).tensors.weights.forEach((half, i) =>
      assert.ok(Math.abs(half - tensors.weights[i]) <= 2 ** -11 * Math.abs(tensors.weights[i])),
    );
    assert.throws(
      () => writeTensors(file, { tensors: { values: Float32Array.of(65520) }, metadata }, { half: true }),
      /^RangeError: writeTensors: values holds 65520, too large for float16; write float32$/,
    );
  });

  it("say that they are cut off or no such files", () => {
    writeTensors(file, { tensors, metadata });
    const whole = readFileSync(file);
    for (const [length, message] of [
      [whole.length - 1, /is cut off at \d+ bytes, expected \d+; make it again$/],
      [40, /is not a safetensors file, or is cut off \(40 bytes\); make it again$/],
      [3, /cut off \(3 bytes\)/],
    ] as const) {
      writeFileSync(file, whole.subarray(0, length));
      assert.throws(() => readTensors(file), message);
    }
  });
});
