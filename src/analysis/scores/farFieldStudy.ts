import type { EmpiricalDistribution } from "../../diffusion/distributions/empirical.js";
import { fitGaussian, type Gaussian } from "../../diffusion/distributions/gaussian.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { observedOrder } from "../../math/ode.js";
import type { EvaluationPoints } from "./evaluationPoints.js";
import { unexplainedLevel, unexplainedVariance, type UnexplainedCurve } from "./explainedVariance.js";
import { farField, farFieldShares, type FarField, type FarFieldShares } from "./farField.js";
import { gaussianModels } from "./gaussianModels.js";

/**
 * The description by a model of the score of a data set far from it, with standard errors over draws of evaluation
 * points.
 */
export interface FarFieldFit {
  /** the power of σ that its fraction of variance unexplained follows over the three highest noise levels */
  readonly exponent: Estimate;
  /**
   * that fraction over the law's at the highest noise level; its standard error is the larger of that over the draws
   * and that over the points of a draw
   */
  readonly lawRatio: Estimate;
  /** the noise level from which on it leaves less than the given fraction, in units of √tr Σ */
  readonly reach: Estimate;
}

/** The score of a data set and the models that know its mean and covariance, up to the far field. */
export interface FarFieldStudy extends FarField, Readonly<Record<keyof FarFieldShares, FarFieldFit>> {
  /** the fitted Gaussian */
  readonly g: Gaussian;
  /** √λ₁, the standard deviation along the first eigenvector */
  readonly firstDeviation: number;
  /** √tr Σ, the root mean square distance of a point from the mean */
  readonly totalDeviation: number;
  readonly sigmas: readonly number[];
  /** "mean only", "isotropic" and "Gaussian" at the first draw of evaluation points */
  readonly curves: readonly UnexplainedCurve[];
  /** the law at each noise level */
  readonly law: readonly FarFieldShares[];
}

/** Settings of a study of the far field. */
export interface FarFieldOptions {
  /** the noise levels in units of √λ₁, increasing */
  readonly ratios?: readonly number[];
  /** the fraction of variance unexplained at which a model's reach begins */
  readonly fraction?: number;
}

/**
 * Measures what the mean, the isotropic Gaussian and the Gaussian leave unexplained of the score of equally likely
 * points, by the ratio of means, and compares it with the law of the far field, ‖M₃‖² / 2dσ⁶ for the Gaussian. Each
 * draw of evaluation points gives one value of every number.
 *
 * @throws RangeError if there are fewer than two draws or three noise levels, or as unexplainedVariance does
 */
export function farFieldStudy(
  p: EmpiricalDistribution,
  draws: readonly EvaluationPoints[],
  { ratios = [0.1, 0.2, 0.4, 0.7, 1, 1.5, 2.5, 5, 10, 20], fraction = 0.01 }: FarFieldOptions = {},
): FarFieldStudy {
  if (draws.length < 2) throw new RangeError(`farFieldStudy: ${draws.length} draws, expected at least two`);
  if (ratios.length < 3) throw new RangeError(`farFieldStudy: ${ratios.length} noise levels, expected at least three`);
  const g = fitGaussian(p.points);
  const moments = farField(p.points);
  const [firstDeviation, totalDeviation] = [Math.sqrt(g.lambda[0]), Math.sqrt(moments.trace)];
  const sigmas = ratios.map((ratio) => ratio * firstDeviation);
  const law = sigmas.map((sigma) => farFieldShares(moments, sigma));
  const found = draws.map((draw) => unexplainedVariance(p, gaussianModels(g), draw, sigmas, g.mean));
  const [meanOnly, isotropic, gaussian] = (["meanOnly", "isotropic", "gaussian"] as const).map((kind, model) =>
    farFieldFit(
      found.map((curves) => curves[model]),
      law[law.length - 1][kind],
      (curve) => unexplainedLevel(curve, fraction) / totalDeviation,
    ),
  );
  return {
    ...moments,
    g,
    firstDeviation,
    totalDeviation,
    sigmas,
    curves: found[0],
    law,
    meanOnly,
    isotropic,
    gaussian,
  };
}

function farFieldFit(
  draws: readonly UnexplainedCurve[],
  law: number,
  reach: (curve: UnexplainedCurve) => number,
): FarFieldFit {
  const last = draws.map(({ levels }) => levels[levels.length - 1].scoreRatioOfMeans);
  const ratio = estimateMean(last.map(({ value }) => value / law));
  const within = last[0].standardError / last[0].value / Math.sqrt(draws.length);
  return {
    exponent: estimateMean(
      draws.map(({ levels }) => {
        const far = levels.slice(-3);
        return observedOrder(
          far.map(({ sigma }) => sigma),
          far.map(({ scoreRatioOfMeans }) => scoreRatioOfMeans.value),
        );
      }),
    ),
    lawRatio: { ...ratio, standardError: Math.max(ratio.standardError, within) },
    reach: estimateMean(draws.map(reach)),
  };
}
