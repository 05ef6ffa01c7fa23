import assert from "node:assert/strict";
import { packedBytes, packedTrace } from "../../src/figures/packed.js";

const bytes = (bdata: string) => [...Buffer.from(bdata, "base64")];
const floats = ({ bdata }: { bdata: string }) => [...new Float32Array(Uint8Array.from(bytes(bdata)).buffer)];

describe("packedBytes", () => {
  it("holds a table row by row", () => {
    const { dtype, bdata, shape } = packedBytes([0, 1, 2, 253, 254, 255], 2, 3);
    assert.deepEqual([dtype, bytes(bdata), shape], ["u1", [0, 1, 2, 253, 254, 255], "2, 3"]);
  });

  it("refuses what a byte cannot hold, and what is not the table", () => {
    for (const value of [-1, 256, 0.5, NaN])
      assert.throws(
        () => packedBytes([1, value], 1, 2),
        new RegExp(`^RangeError: packedBytes: value 1 is ${value}, expected 0, 1 … 255$`),
      );
    assert.throws(() => packedBytes([1], 1, 2), /^RangeError: packedBytes: 1 values, expected 1 × 2 = 2$/);
  });
});

describe("packedTrace", () => {
  const long = Array.from({ length: 40 }, (_, i) => (i === 3 ? null : i / 7));

  it("holds long coordinates to seven digits, gaps as gaps", () => {
    const { x, y, z } = packedTrace({ x: long, y: long, z: [long, long] }) as Record<string, { bdata: string }>;
    for (const [coordinate, expected] of [
      [x, long],
      [y, long],
      [z, [...long, ...long]],
    ] as const)
      floats(coordinate).forEach((value, i) => {
        if (expected[i] === null) assert.ok(Number.isNaN(value));
        else
          assert.ok(Math.abs(value - expected[i]) <= 1e-7 * expected[i], `${value} at ${i}, expected ${expected[i]}`);
      });
    assert.deepEqual([(z as { shape?: string }).shape, "shape" in x], ["2, 40", false]);
  });

  it("leaves what is short, no number, or no table", () => {
    const trace = {
      x: [1, 2, 3],
      y: long.map(String),
      z: [long, [1]],
      text: long,
      error_y: { array: long },
    };
    assert.deepEqual(packedTrace(trace), trace);
  });

  it("leaves numbers that float32 cannot hold or tell apart", () => {
    const numbers = Array.from({ length: 40 }, (_, i) => i + 1);
    const trace = {
      x: numbers.map((value) => 1e38 * value),
      y: numbers.map((value) => 1e-40 * value),
      z: [numbers.map((value) => 1e9 + value)],
    };
    assert.deepEqual(packedTrace(trace), trace);
    const apart = packedTrace({ x: numbers.map((value) => 1e9 * value), y: numbers.map(() => 1e9 + 1) });
    assert.deepEqual(Object.values(apart).map((value) => "bdata" in (value as object)), [true, true]); // prettier-ignore
  });
});
