import assert from "node:assert/strict";
import type { Matrix } from "../../src/math/matrix.js";

/**
 * Every entry within `tolerance` of the expected one, relative to the largest expected magnitude; the message names the
 * worst.
 */
export function assertClose(
  seen: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = "values",
): void {
  assert.equal(seen.length, expected.length, `${what}: ${seen.length} entries, expected ${expected.length}`);
  const size = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let worst = { index: -1, error: -1 };
  for (let i = 0; i < seen.length; i++) {
    const error = Math.abs(seen[i] - expected[i]);
    if (!(error <= worst.error)) worst = { index: i, error };
    if (Number.isNaN(error)) break;
  }
  const { index, error } = worst;
  assert.ok(
    seen.length === 0 || error <= tolerance * (size || 1),
    `${what}: entry ${index} is ${seen[index]}, expected ${expected[index]}; off by ${error}, allowed ${tolerance} × ${size || 1}`,
  );
}

export function assertMatrix(seen: Matrix, expected: Matrix, tolerance: number, what = "matrix"): void {
  assert.deepEqual([seen.rows, seen.cols], [expected.rows, expected.cols], `${what}: wrong shape`);
  assertClose(seen.values, expected.values, tolerance, what);
}

/**
 * Every entry rounds to the expected one, known to so many decimals; a hundredth of a unit is left for round-off on the
 * way.
 */
export function assertDigits(
  seen: ArrayLike<number>,
  expected: ArrayLike<number>,
  decimals: number,
  what = "values",
): void {
  const size = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  assertClose(seen, expected, (0.51 * 10 ** -decimals) / (size || 1), what);
}
