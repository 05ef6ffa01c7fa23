import { decode } from "../../diffusion/encoding.js";
import { diagonal, matrix, scale } from "../../math/matrix.js";
import { largestDifference } from "../../math/stats.js";
import { lineCodes, linearMixture, type LineMixture } from "../independence/sources.js";

/** Codes on the line and what they decode to, beside the map of quantiles. */
export interface QuantileMap {
  readonly codes: Float64Array;
  /** at σ_min, by the probability flow */
  readonly decoded: Float64Array;
  /** Φ⁻¹(F(x)) of these: the codes by quantiles alone */
  readonly byQuantiles: Float64Array;
  /** the largest difference of these from the same of the codes, Φ⁻¹(F(z σ_max)), where F at σ_max is not quite normal */
  readonly error: number;
  /** the largest difference of them from the codes themselves, of which a share of about 1 / σ_max² remains */
  readonly fromNormal: number;
}

/**
 * Decodes codes of a mixture on the line: in one dimension the probability flow keeps the order of points, and so their
 * quantiles, F(x(σ); σ) being constant along it.
 *
 * @throws RangeError as decode does
 */
export function quantileMap(
  mixture: LineMixture,
  codes: Float64Array,
  { sigmaMin = 1e-3, sigmaMax = 80, tolerance = 1e-11 } = {},
): QuantileMap {
  const { distribution } = linearMixture([mixture], diagonal([1]));
  const z = matrix(codes.length, 1, codes);
  const decoded = decode(distribution, z, { sigmaMin, sigmaMax, tolerance }).points.values;
  const byQuantiles = lineCodes(mixture, decoded, sigmaMin);
  const above = lineCodes(mixture, scale(z, sigmaMax).values, sigmaMax);
  const [error, fromNormal] = [above, codes].map((one) => largestDifference(byQuantiles, one));
  return { codes, decoded, byQuantiles, error, fromNormal };
}
