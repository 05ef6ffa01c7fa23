import { addScaled, addToRows, requireColumns, squaredLengths } from "../../math/matrix.js";
import { mean } from "../../math/stats.js";
import type { VectorField } from "../../diffusion/distribution.js";
import { requirePositive } from "../../diffusion/score.js";
import { noisyAt, type EvaluationPoints } from "./evaluationPoints.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";

/**
 * The fraction of variance of a score that a model leaves unexplained at one noise level; standard errors are standard
 * errors over the probes, 0 for a quadrature rule.
 */
export interface UnexplainedVariance {
  readonly sigma: number;
  /** mean of ‖s - m‖² / ‖s‖², the measure of arXiv 2412.09726 */
  readonly score: Estimate;
  /** mean ‖s - m‖² / mean ‖s‖², that of arXiv 2311.10892 */
  readonly scoreRatioOfMeans: Estimate;
  /** mean of ‖D - D_m‖² / ‖D - μ‖² */
  readonly denoiser: Estimate;
  /** mean ‖D - D_m‖² / mean ‖D - μ‖² */
  readonly denoiserRatioOfMeans: Estimate;
  /** ‖s - m‖² / ‖s‖² of every probe, shape [n]: two models, or two stages of one, are compared probe by probe */
  readonly ratios: Float64Array;
}

/** One model at all noise levels. */
export interface UnexplainedCurve {
  readonly name: string;
  readonly levels: readonly UnexplainedVariance[];
}

/**
 * The share of a score s that each of several models m leaves unexplained, at probes x = y + σ z. At high noise every
 * score is nearly -z / σ and any model explains it; the denoiser D = x + σ² s compared with the mean μ of the data
 * shows what is left of the data there. Measures that cannot be told apart by their name are given both: a mean of
 * ratios weights all probes alike, a ratio of means those with a large score more.
 *
 * @example const points = noisyEvaluationPoints(held, randomSource(1)); const curves = unexplainedVariance(net, {
 * Gaussian: g, delta: empiricalDistribution(train) }, points, [0.5, 1, 2], g.mean);
 *
 * @param mean μ, shape [d]
 * @throws RangeError if a noise level is not positive, μ has not d values, or s or D - μ vanishes at a probe, where no
 * share is defined
 */
export function unexplainedVariance(
  target: Pick<VectorField, "score">,
  models: Readonly<Record<string, Pick<VectorField, "score">>>,
  probes: EvaluationPoints,
  sigmas: ArrayLike<number>,
  mean: Float64Array,
): UnexplainedCurve[] {
  const curves = Object.keys(models).map((name) => ({ name, levels: [] as UnexplainedVariance[] }));
  requireColumns("unexplainedVariance", "a probe", probes.points, mean.length);
  for (const sigma of Array.from(sigmas)) {
    requirePositive("unexplainedVariance", sigma);
    const x = noisyAt(probes, sigma);
    const s = target.score(x, sigma);
    const size = positive("score", squaredLengths(s), sigma);
    const signal = positive(
      "centred denoiser",
      squaredLengths(addToRows(addScaled(x, sigma ** 2, s), mean, -1)),
      sigma,
    );
    for (const { name, levels } of curves) {
      const missed = squaredLengths(addScaled(s, -1, models[name].score(x, sigma)));
      const missedDenoiser = missed.map((value) => sigma ** 4 * value);
      const ratios = missed.map((value, n) => value / size[n]);
      levels.push({
        sigma,
        score: meanOf(ratios, probes.weights),
        scoreRatioOfMeans: ratioOfMeans(missed, size, probes.weights),
        denoiser: meanOf(
          missedDenoiser.map((value, n) => value / signal[n]),
          probes.weights,
        ),
        denoiserRatioOfMeans: ratioOfMeans(missedDenoiser, signal, probes.weights),
        ratios,
      });
    }
  }
  return curves;
}

/** The measures of an unexplained share. */
export type UnexplainedMeasure = "score" | "scoreRatioOfMeans" | "denoiser" | "denoiserRatioOfMeans";

/**
 * The share that a model leaves at one level.
 *
 * @throws RangeError if there is no such model or level
 */
export function unexplainedAt(curves: readonly UnexplainedCurve[], name: string, sigma: number): UnexplainedVariance {
  const level = curves.find((curve) => curve.name === name)?.levels.find((one) => one.sigma === sigma);
  if (!level)
    throw new RangeError(
      `unexplainedAt: no share of "${name}" at σ = ${sigma}, expected one of ${curves.map((curve) => `"${curve.name}"`).join(", ")} at one of ${curves[0]?.levels.map((one) => one.sigma).join(", ")}`,
    );
  return level;
}

/** A row for each noise level, a column for each model: the values of a measure to three digits. */
export function unexplainedTable(
  curves: readonly UnexplainedCurve[],
  measure: UnexplainedMeasure = "score",
): Record<string, number>[] {
  return (curves[0]?.levels ?? []).map(({ sigma }, i) => ({
    σ: sigma,
    ...Object.fromEntries(curves.map(({ name, levels }) => [name, Number(levels[i][measure].value.toPrecision(3))])),
  }));
}

/**
 * The noise level from which on a model leaves less than a share, linear in log share over log σ between levels; NaN if
 * it never does, or already at the lowest level.
 */
export function unexplainedLevel(
  { levels }: UnexplainedCurve,
  share: number,
  measure: UnexplainedMeasure = "score",
): number {
  const rising = [...levels].sort((a, b) => a.sigma - b.sigma);
  const above = rising.findLastIndex((level) => !(level[measure].value < share));
  if (above < 0 || above === rising.length - 1) return NaN;
  const [low, high] = [rising[above], rising[above + 1]];
  const [u0, u1, v0, v1] = [low.sigma, high.sigma, low[measure].value, high[measure].value].map(Math.log);
  return Math.exp(u0 + ((Math.log(share) - v0) / (v1 - v0)) * (u1 - u0));
}

function positive(what: string, values: Float64Array, sigma: number): Float64Array {
  const wrong = values.findIndex((value) => !(value > 0));
  if (wrong >= 0)
    throw new RangeError(
      `unexplainedVariance: the ${what} has the squared length ${values[wrong]} at probe ${wrong}, σ = ${sigma}; the share of it that a model explains is not defined`,
    );
  return values;
}

function meanOf(values: Float64Array, weights?: Float64Array): Estimate {
  return weights ? { value: weighted(values, weights), standardError: 0 } : estimateMean(values);
}

/**
 * R = mean a / mean b of paired values, its standard error by linearisation: that of the mean of (a - R b) / mean b.
 */
export function ratioOfMeans(a: Float64Array, b: Float64Array, weights?: Float64Array): Estimate {
  if (weights) return { value: weighted(a, weights) / weighted(b, weights), standardError: 0 };
  const size = mean(b);
  const value = mean(a) / size;
  return { value, standardError: estimateMean(a.map((missed, n) => (missed - value * b[n]) / size)).standardError };
}

function weighted(values: Float64Array, weights: Float64Array): number {
  return values.reduce((sum, value, n) => sum + weights[n] * value, 0);
}
