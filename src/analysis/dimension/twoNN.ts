import type { Matrix } from "../../math/matrix.js";
import { nearestNeighbours } from "../../math/neighbours.js";
import type { DimensionEstimator } from "./curve.js";
import { neighbourhoods } from "./neighbourhoods.js";

/** Settings of twoNN. */
export interface TwoNNOptions {
  /**
   * the paper's least squares, or the maximum likelihood of ratios of which the largest are known only to be larger; it
   * scatters less
   */
  readonly fit?: "regression" | "likelihood";
  /** the share of the largest ratios that is left out of the fit */
  readonly discard?: number;
}

/**
 * TwoNN (Facco et al., arXiv 1803.06992): where the density is constant over the two nearest neighbours, their
 * distances' ratio μ = r_2/r_1 has the distribution 1 - μ^{-d}. d is the slope of -log(1 - i/n) on log μ_i, through 0,
 * of the increasing ratios of the k data nearest to each point, those of the largest left out. The scale is k; k = N -
 * 1 is the paper's global estimate.
 *
 * The estimator throws RangeError if k is not an integer from 10 to N - 1, x has not D columns, or data coincide.
 *
 * @throws RangeError if the share left out is not from 0 to below 1, or there is no such fit
 */
export function twoNN(data: Matrix, { fit = "regression", discard = 0.1 }: TwoNNOptions = {}): DimensionEstimator {
  if (!(discard >= 0 && discard < 1))
    throw new RangeError(`twoNN: discard is ${discard}, expected a share from 0 to below 1`);
  const estimate = { regression, likelihood }[fit];
  if (!estimate) throw new RangeError(`twoNN: the fit is ${String(fit)}, expected "regression" or "likelihood"`);
  let ratios: Float64Array | undefined;
  return (x, k) => {
    if (!(Number.isSafeInteger(k) && k >= 10 && k < data.rows))
      throw new RangeError(
        `twoNN: ${k} neighbours among ${data.rows} points, expected an integer from 10 to ${data.rows - 1}`,
      );
    const logs = (ratios ??= logRatios(data));
    if (k === data.rows - 1) return new Float64Array(x.rows).fill(estimate(logs.slice(), discard));
    const { indices } = nearestNeighbours(data, x, k);
    return Float64Array.from({ length: x.rows }, (_, n) =>
      estimate(
        Float64Array.from(indices.subarray(n * k, (n + 1) * k), (i) => logs[i]),
        discard,
      ),
    );
  };
}

/** log(r_2/r_1) of every point */
function logRatios(data: Matrix): Float64Array {
  const { distances } = neighbourhoods("twoNN", data, data, 2, 2);
  return Float64Array.from({ length: data.rows }, (_, n) =>
    Math.log(distances.values[2 * n + 1] / distances.values[2 * n]),
  );
}

function regression(logs: Float64Array, discard: number): number {
  const n = logs.length;
  logs.sort();
  let [xy, xx] = [0, 0];
  const used = Math.min(n - 1, Math.floor(n * (1 - discard))); // the last has 1 - n/n = 0
  for (let i = 0; i < used; i++) {
    xy -= logs[i] * Math.log1p(-(i + 1) / n);
    xx += logs[i] ** 2;
  }
  return xy / xx;
}

/** The logarithms are exponential of rate d; of the largest only that they exceed the last one used is known. */
function likelihood(logs: Float64Array, discard: number): number {
  const n = logs.length;
  logs.sort();
  const used = Math.max(1, Math.floor(n * (1 - discard)));
  let sum = (n - used) * logs[used - 1];
  for (let i = 0; i < used; i++) sum += logs[i];
  return (used - 1) / sum; // its mean is the rate
}
