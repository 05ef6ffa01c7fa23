import { reverseEquation } from "../../diffusion/sampling/reverse.js";
import { zScore, type Estimate } from "../../math/estimate.js";
import { randomSource } from "../../math/random.js";
import { stochasticHeun } from "../../math/sde.js";
import type { VectorField } from "../../diffusion/distribution.js";
import { bridgeComparison, pathsEndingAt, simulatePaths, type BridgeComparison } from "./conditionedPaths.js";
import { clockTimes } from "./clock.js";

/** A row of the comparison of simulated reverse diffusion with Brownian bridges. */
export interface BridgeRow extends BridgeComparison {
  /** where the paths end */
  readonly end: number;
  readonly paths: number;
  /** the distance from a straight line in σ instead of σ², which is not what the theorem says */
  readonly inSigma: Estimate;
}

/** Settings of bridgeStudy. */
export interface BridgeOptions {
  readonly seed: number;
  readonly runs: number;
  /** the state at σ = 2 */
  readonly from: number;
  /** states at σ = 0.1, each with what is within 0.1 of it */
  readonly ends: readonly number[];
  /** the variance of the data's clusters, by which steps are chosen */
  readonly variance: number;
}

/**
 * Simulates the reverse equation of a distribution of one dimension from σ = 2 to 0.1, by 100 steps of Heun's method that
 * are equal in the logarithm of the clusters' noised variance, and compares the paths between two states with Brownian
 * bridges in σ².
 */
export function bridgeStudy(
  field: Pick<VectorField, "score">,
  { seed, runs, from, ends, variance }: BridgeOptions,
): BridgeRow[] {
  const clock = {
    reading: (sigma: number) => Math.log(sigma ** 2 + variance),
    time: (log: number) => Math.sqrt(Math.exp(log) - variance),
  };
  const all = simulatePaths(reverseEquation(field), {
    source: randomSource(seed, 7),
    count: runs,
    from: [from],
    times: clockTimes(2, 0.1, 100, clock),
    every: 20,
    method: stochasticHeun,
  });
  return ends.flatMap((end) => {
    const paths = pathsEndingAt(all, [end], 0.1);
    const other = bridgeComparison(paths, (sigma) => sigma);
    return bridgeComparison(paths, (sigma) => sigma ** 2).map((one, i) => ({
      end,
      paths: paths.states[0].rows,
      ...one,
      inSigma: other[i].deviation,
    }));
  });
}

/**
 * Returns the largest |z| of the distances and mean squares of bridges, and of the distances from lines in σ. Those of
 * bridges are by the theory's own standard deviation, 1: of a mean square over n paths, χ²/n, by its cube root, which is
 * all but normal (Wilson and Hilferty, 1931), for few paths too.
 */
export function largestScores(rows: readonly BridgeRow[]): { readonly inVariance: number; readonly inSigma: number } {
  const scores = rows.flatMap(({ paths: n, deviation, square }) => {
    const spread = 2 / (9 * n);
    return [deviation.value * Math.sqrt(n), (Math.cbrt(square.value) - (1 - spread)) / Math.sqrt(spread)];
  });
  return {
    inVariance: Math.max(...scores.map(Math.abs)),
    inSigma: Math.max(...rows.map(({ inSigma }) => Math.abs(zScore(inSigma, 0)))),
  };
}
