import { estimateMedian, type Estimate } from "../../math/estimate.js";
import { matrix, row, type Matrix } from "../../math/matrix.js";
import type { EmpiricalDistribution } from "../../diffusion/distributions/empirical.js";
import { noisyAt, type EvaluationPoints } from "./evaluationPoints.js";

/** The number of data points that the score of the data set really uses at noised points. */
export interface PosteriorSupport {
  /** the least number of data points that hold the given mass of the posterior, shape [n] */
  readonly nucleusSize: Float64Array;
  /** exp(-Σ p log p), the number of equally weighted points with the same entropy, shape [n] */
  readonly perplexity: Float64Array;
}

/** Probabilities held at a time: 32 MB. */
const BLOCK = 2 ** 22;

/**
 * The effective number of memories in D(x, σ) = Σ_i p_i y_i, p_i = softmax_i(-‖x - y_i‖² / 2σ²), of data points y,
 * shape [N, d]: all N at high noise, where nothing is memorised, and 1 where the denoiser is the nearest neighbour.
 *
 * @throws RangeError if the mass is not above 0 and below 1, or as the responsibilities do
 */
export function posteriorSupport(
  { points, responsibilities }: Pick<EmpiricalDistribution, "points" | "responsibilities">,
  { mass = 0.9 } = {},
): (x: Matrix, sigma: number) => PosteriorSupport {
  if (!(mass > 0 && mass < 1))
    throw new RangeError(`posteriorSupport: the mass is ${mass}, expected one above 0 and below 1`);
  const N = points.rows;
  const size = Math.max(1, Math.floor(BLOCK / N));
  return (x, sigma) => {
    const found = { nucleusSize: new Float64Array(x.rows), perplexity: new Float64Array(x.rows) };
    for (let from = 0; from < x.rows; from += size) {
      const to = Math.min(from + size, x.rows);
      const p = responsibilities(matrix(to - from, x.cols, x.values.subarray(from * x.cols, to * x.cols)), sigma);
      for (let n = from; n < to; n++) {
        const weights = row(p, n - from);
        found.nucleusSize[n] = nucleus(weights, mass);
        found.perplexity[n] = Math.exp(
          -weights.reduce((sum, value) => (value > 0 ? sum + value * Math.log(value) : sum), 0),
        );
      }
    }
    return found;
  };
}

/** The numbers of memories in use over the noise levels, medians over the evaluation points. */
export interface MedianSupport {
  readonly sigmas: readonly number[];
  readonly nucleusSize: readonly Estimate[];
  /** of all data points */
  readonly nucleusFraction: readonly Estimate[];
  readonly perplexity: readonly Estimate[];
}

/**
 * Measures posteriorSupport at each noise level.
 *
 * @throws RangeError as posteriorSupport does
 */
export function medianSupport(
  p: Pick<EmpiricalDistribution, "points" | "responsibilities">,
  points: EvaluationPoints,
  sigmas: readonly number[],
  options: { readonly mass?: number } = {},
): MedianSupport {
  const supportAt = posteriorSupport(p, options);
  const found = sigmas.map((sigma) => supportAt(noisyAt(points, sigma), sigma));
  return {
    sigmas,
    nucleusSize: found.map(({ nucleusSize }) => estimateMedian(nucleusSize)),
    nucleusFraction: found.map(({ nucleusSize }) => estimateMedian(nucleusSize.map((size) => size / p.points.rows))),
    perplexity: found.map(({ perplexity }) => estimateMedian(perplexity)),
  };
}

function nucleus(weights: Float64Array, mass: number): number {
  // Those below (1 - mass) / N hold less than 1 - mass together: they are never needed, and sorting the others is
  // quick.
  const heavy = weights.filter((value) => value >= (1 - mass) / weights.length).sort();
  let sum = 0;
  for (let count = 1; count <= heavy.length; count++) {
    sum += heavy[heavy.length - count];
    if (sum >= mass) return count;
  }
  return heavy.length; // round-off of a sum that is the mass itself
}
