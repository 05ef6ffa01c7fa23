import { estimateMean, type Estimate } from "../../math/estimate.js";
import { addScaled, rowDots, squaredLengths, type Matrix } from "../../math/matrix.js";
import { mean } from "../../math/stats.js";

/** The mean cosine of the angle between increments a lag apart. */
export interface LagCosine {
  readonly lag: number;
  /** over the trajectories, of each the mean over the moments */
  readonly cosine: Estimate;
}

/**
 * Measures how straight trajectories are: the cosines of their increments Δx_t and Δx_{t + lag} (arXiv 2303.02490).
 *
 * @param increments of n trajectories at each moment, shape [n, d]
 * @throws RangeError if a lag is not from 1 to below the number of increments, or an increment is 0
 */
export function incrementCosines(increments: readonly Matrix[], lags: readonly number[]): LagCosine[] {
  const lengths = increments.map((step, t) =>
    squaredLengths(step).map((square, n) => {
      if (!(square > 0))
        throw new RangeError(`incrementCosines: increment ${t} of trajectory ${n} is 0, expected a step`);
      return Math.sqrt(square);
    }),
  );
  return lags.map((lag) => {
    if (!(Number.isSafeInteger(lag) && lag >= 1 && lag < increments.length))
      throw new RangeError(
        `incrementCosines: a lag of ${lag}, expected an integer from 1 to below ${increments.length}, the increments`,
      );
    const cosines = increments
      .slice(lag)
      .map((later, t) => rowDots(increments[t], later).map((dot, n) => dot / (lengths[t][n] * lengths[t + lag][n])));
    const means = Float64Array.from({ length: increments[0].rows }, (_, n) => mean(cosines.map((own) => own[n])));
    return { lag, cosine: estimateMean(means) };
  });
}

/** Returns the mean length of the states of n trajectories at each moment, with its standard error. */
export function pathLengths(path: readonly Matrix[]): Estimate[] {
  return path.map((x) => estimateMean(squaredLengths(x).map(Math.sqrt)));
}

/** Returns the differences of neighbouring states. */
export function incrementsOf(path: readonly Matrix[]): Matrix[] {
  return path.slice(1).map((next, i) => addScaled(next, -1, path[i]));
}
