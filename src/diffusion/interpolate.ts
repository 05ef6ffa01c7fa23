import { addScaled, matrix, norm, requireSameShape, row, scale, type Matrix } from "../math/matrix.js";
import { requirePoints } from "./score.js";

/**
 * Straight interpolation between codes, (1 - l) a + l b, both of shape [n, d]. Between independent codes from N(0, I)
 * the variance is (1 - l)² + l².
 *
 * @throws RangeError if a and b differ in shape or hold a value that is not finite, or l is not finite
 */
export function lerp(a: Matrix, b: Matrix, l: number): Matrix {
  requireInterpolation("lerp", a, b, l);
  return addScaled(scale(a, 1 - l), l, b);
}

/**
 * Spherical interpolation between codes, row by row: (sin((1 - l) θ) a + sin(l θ) b) / sin θ with θ the angle between a
 * and b, both of shape [n, d]; a at l = 0 and b at l = 1 (arXiv 2010.02502). Codes of one length keep it. In the middle
 * of independent codes from N(0, I) the variance is 1 + Var |z| / (d (d - 3)), where Var |z| is about ½: near 1 in many
 * dimensions, and infinite in up to three, where nearly opposite codes go far out. That of the straight (1 - l) a + l b
 * is (1 - l)² + l², half in the middle: what it decodes to lies too close together.
 *
 * @throws RangeError if a and b differ in shape or hold a value that is not finite, l is not finite, a row is 0, or two
 * rows are opposite, with no shortest arc between them
 */
export function slerp(a: Matrix, b: Matrix, l: number): Matrix {
  requireInterpolation("slerp", a, b, l);
  const between = matrix(a.rows, a.cols);
  for (let n = 0; n < a.rows; n++) {
    const [from, to, at] = [a, b, between].map((m) => row(m, n));
    const theta = angle(from, to, n);
    const [ofA, ofB] =
      theta === 0 ? [1 - l, l] : [Math.sin((1 - l) * theta) / Math.sin(theta), Math.sin(l * theta) / Math.sin(theta)];
    for (let j = 0; j < at.length; j++) at[j] = ofA * from[j] + ofB * to[j];
  }
  return between;
}

function requireInterpolation(where: string, a: Matrix, b: Matrix, l: number): void {
  requireSameShape(where, a, b);
  requirePoints(where, "a", a, a.cols);
  requirePoints(where, "b", b, a.cols);
  if (!Number.isFinite(l)) throw new RangeError(`${where}: l is ${l}, expected a finite number`);
}

/** 2 atan2(|u - v|, |u + v|) of the unit vectors u and v: where the cosine is near ±1 it would not tell the angle. */
function angle(a: Float64Array, b: Float64Array, n: number): number {
  const [lengthA, lengthB] = [a, b].map((one) => norm(matrix(1, one.length, one)));
  if (lengthA === 0 || lengthB === 0)
    throw new RangeError(`slerp: row ${n} of ${lengthA === 0 ? "a" : "b"} is 0, expected a code that has a direction`);
  let [difference, sum] = [0, 0];
  for (let j = 0; j < a.length; j++) {
    const [u, v] = [a[j] / lengthA, b[j] / lengthB];
    difference += (u - v) ** 2;
    sum += (u + v) ** 2;
  }
  if (sum < 1e-16)
    throw new RangeError(`slerp: rows ${n} of a and b are opposite, expected codes with a shortest arc between them`);
  return 2 * Math.atan2(Math.sqrt(difference), Math.sqrt(sum));
}
