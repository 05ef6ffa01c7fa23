import { matrix, type Matrix } from "../math/matrix.js";
import { multiply } from "../math/multiply.js";
import { randomOrthogonal } from "../math/qr.js";
import type { Source } from "../math/random.js";

/** Points on a set whose intrinsic dimension is known. */
export interface PointSet {
  /** shape [n, D] */
  readonly points: Matrix;
  /** dimension of the set they lie on */
  readonly dimension: number;
}

/**
 * The same points in a space of more dimensions: zeros are appended, and with a source everything is turned by a random
 * rotation (uniform over the orthogonal group). Distances and the intrinsic dimension stay.
 *
 * @throws RangeError if the space has fewer dimensions than the points
 */
export function embed<P extends PointSet>(set: P, ambient: number, source?: Source): P {
  const { rows, cols, values } = set.points;
  if (!(Number.isSafeInteger(ambient) && ambient >= cols))
    throw new RangeError(`embed: ${ambient} dimensions, expected an integer of at least ${cols}, the points' own`);
  const points = matrix(rows, ambient);
  for (let i = 0; i < rows; i++) points.values.set(values.subarray(i * cols, (i + 1) * cols), i * ambient);
  return {
    ...set,
    points: source ? multiply(points, randomOrthogonal(source, ambient), { transposeB: true }) : points,
  };
}

/** @throws RangeError if the count is not a positive integer */
export function requireCount(where: string, name: string, count: number): void {
  if (!(Number.isSafeInteger(count) && count > 0))
    throw new RangeError(`${where}: ${name} is ${count}, expected a positive integer`);
}

/** @throws RangeError if the value is not a finite number above 0 */
export function requirePositive(where: string, name: string, value: number): void {
  if (!(value > 0 && value < Infinity))
    throw new RangeError(`${where}: ${name} is ${value}, expected a positive number`);
}
