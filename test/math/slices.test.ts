import assert from "node:assert/strict";
import { addSlice, dotSlices, scaleSlice, subtractTo, weightedSquare, weighTo } from "../../src/math/slices.js";

describe("loops over slices", () => {
  // whole numbers, whose sums have no round-off, and the places around the slice hold what must stay
  const numbers = (n: number, first: number) => Float64Array.from({ length: n }, (_, i) => first + i * i);
  for (const n of [0, 1, 3, 4, 5, 8, 11])
    it(`take ${n} numbers from their places, and leave those around them`, () => {
      const [a, b, y] = [numbers(n + 5, 2), numbers(n, 7), numbers(n + 4, -3)];
      const slice = a.slice(3, 3 + n);
      const around = (values: ArrayLike<number>) => [...y.slice(0, 2), ...Array.from(values), ...y.slice(2 + n)];
      const changed = (change: (z: Float64Array) => void) => {
        const z = y.slice();
        change(z);
        return [...z];
      };
      assert.deepEqual(
        changed((z) => subtractTo(z, 2, a, 3, b)),
        around(slice.map((value, i) => value - b[i])),
      );
      assert.deepEqual(
        changed((z) => weighTo(z, 2, 5, b, a, 3)),
        around(slice.map((value, i) => 5 * b[i] * value)),
      );
      assert.deepEqual(
        changed((z) => addSlice(z, 2, 5, a, 3, n)),
        around(slice.map((value, i) => y[2 + i] + 5 * value)),
      );
      assert.deepEqual(
        changed((z) => scaleSlice(z, 2, 5, n)),
        around(y.slice(2, 2 + n).map((value) => 5 * value)),
      );
      assert.equal(
        dotSlices(a, 3, y, 2, n),
        slice.reduce((sum, value, i) => sum + value * y[2 + i], 0),
      );
      assert.equal(
        weightedSquare(b, a, 3),
        slice.reduce((sum, value, i) => sum + b[i] * value ** 2, 0),
      );
    });

  it("move weighed numbers to an earlier place of the same array", () => {
    const a = Float64Array.from({ length: 12 }, (_, i) => i);
    weighTo(a, 1, 2, new Float64Array(9).fill(10), a, 3);
    assert.deepEqual([...a], [0, 60, 80, 100, 120, 140, 160, 180, 200, 220, 10, 11]);
  });
});
