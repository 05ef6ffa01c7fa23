import { decode, encode, type CodeOptions, type Encodable } from "../../diffusion/encoding.js";
import type { Matrix } from "../../math/matrix.js";
import { largestDifference, mean, rmsDistance } from "../../math/stats.js";

/** Points encoded and decoded again. */
export interface RoundTrip {
  /** shape [n, d] */
  readonly codes: Matrix;
  /** shape [n, d] */
  readonly decoded: Matrix;
  /** the largest difference of a coordinate from what it was, and the root mean square */
  readonly error: number;
  readonly rms: number;
  /** that of a coordinate as estimated by decode, root mean square, mean over the points */
  readonly estimated: number;
  readonly evaluations: number;
}

/**
 * Encodes points x, shape [n, d], and decodes them again.
 *
 * @throws RangeError as encode does
 */
export function roundTrip(field: Encodable, x: Matrix, options: CodeOptions = {}): RoundTrip {
  const up = encode(field, x, options);
  const back = decode(field, up.points, options);
  return {
    codes: up.points,
    decoded: back.points,
    error: largestDifference(back.points.values, x.values),
    rms: rmsDistance(back.points, x) / Math.sqrt(x.cols),
    estimated: mean(back.error),
    evaluations: up.evaluations + back.evaluations,
  };
}

/**
 * Decodes codes z, shape [n, d], and encodes them again: the largest difference of a coordinate.
 *
 * @throws RangeError as decode does
 */
export function codeRoundTripError(field: Encodable, z: Matrix, options: CodeOptions = {}): number {
  return largestDifference(encode(field, decode(field, z, options).points, options).points.values, z.values);
}
