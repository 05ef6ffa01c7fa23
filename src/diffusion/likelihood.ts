import { addTerms, allFinite, matrix, squaredLengths, type Matrix } from "../math/matrix.js";
import { linspace, rk4, type ButcherTableau } from "../math/ode.js";
import type { Distribution, VectorField } from "./distribution.js";
import type { ScoreAndDivergence } from "./jacobian.js";
import { requirePositive, requireScores, type LogDensity } from "./score.js";

/** Settings of flowLogDensity. */
export interface LikelihoodOptions {
  /** steps in equal ratios of σ */
  readonly steps?: number;
  readonly sigmaMax?: number;
  /** has the density at sigmaMax; N(0, sigmaMax² I), from which sampling begins, without it */
  readonly prior?: Pick<Distribution, "logDensity">;
  readonly method?: ButcherTableau;
}

/**
 * Returns log p(x; σ) by the instantaneous change of variables (arXiv 2011.13456): x is carried up the probability flow
 * to σ_max and log p(x; σ) = log p(x_max; σ_max) - ∫ σ ∇ · s(x_σ, σ) dσ, shape [n]. The divergence may be exact or
 * Hutchinson's; for a field that is not the true score, this is the density that its own flow makes of the prior.
 *
 * It throws RangeError if σ is not between 0 and sigmaMax, or a state on the way is not finite.
 *
 * @example
 * const logs = flowLogDensity(net, { prior: fitGaussian(data) })(data, 0.1);
 */
export function flowLogDensity(
  { scoreAndDivergence }: Pick<VectorField, "scoreAndDivergence">,
  { steps = 500, sigmaMax = 80, prior, method = rk4 }: LikelihoodOptions = {},
): LogDensity {
  const priorLogDensity = prior?.logDensity ?? pureNoise;
  return (x, sigma) => {
    requirePositive("flowLogDensity", sigma);
    if (!(sigma < sigmaMax))
      throw new RangeError(`flowLogDensity: σ is ${sigma}, expected a level below sigmaMax = ${sigmaMax}`);
    const levels = linspace(Math.log(sigma), Math.log(sigmaMax), steps);
    const { end, expansion } = carried(scoreAndDivergence, x, levels, method);
    return priorLogDensity(end, sigmaMax).map((value, n) => value + expansion[n]);
  };
}

/**
 * Carries points along dx/du = -σ² s, u = log σ, and sums up the divergence of it on their way. It does not act back on
 * the points, so that nothing of it is needed within a step, and the factor -σ² is that of a stage's weight.
 */
function carried(
  scoreAndDivergence: VectorField["scoreAndDivergence"],
  { rows, cols, values }: Matrix,
  levels: Float64Array,
  { a, b, c }: ButcherTableau,
): { readonly end: Matrix; readonly expansion: Float64Array } {
  const expansion = new Float64Array(rows);
  const states = b.map(() => matrix(rows, cols, values.slice())); // of the stages; the first is that of the step
  const end = states[0];
  const stages: ScoreAndDivergence[] = [];
  const gains = b.map(() => 0);
  const weighted = (weights: readonly number[]) => weights.map((weight, j) => weight * gains[j]);
  for (let i = 1; i < levels.length; i++) {
    const h = levels[i] - levels[i - 1];
    const scores: Float64Array[] = [];
    for (let j = 0; j < b.length; j++) {
      const sigma = Math.exp(levels[i - 1] + c[j] * h);
      if (j > 0) addTerms(states[j].values, end.values, weighted(a[j - 1]), scores);
      stages[j] = scoreAndDivergence(states[j], sigma, stages[j]);
      requireScores("flowLogDensity", states[j], stages[j].score);
      scores.push(stages[j].score.values);
      gains[j] = -(sigma ** 2) * h;
    }
    const weights = weighted(b);
    addTerms(end.values, end.values, weights, scores);
    addTerms(
      expansion,
      expansion,
      weights,
      stages.map(({ divergence }) => divergence),
    );
    if (!allFinite(end.values) || !allFinite(expansion))
      throw new RangeError(
        `flowLogDensity: the state is not finite at σ = ${Math.exp(levels[i])}; take smaller steps, or end before the field is singular`,
      );
  }
  return { end, expansion };
}

/** The log density of N(0, σ² I). */
const pureNoise: LogDensity = (x, sigma) =>
  squaredLengths(x).map((square) => -0.5 * (x.cols * Math.log(2 * Math.PI * sigma ** 2) + square / sigma ** 2));
