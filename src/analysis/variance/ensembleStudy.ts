import { estimateMean, type BootstrapOptions, type Estimate, type IntervalEstimate } from "../../math/estimate.js";
import { scale, trace } from "../../math/matrix.js";
import { mean } from "../../math/stats.js";
import type { EmpiricalDistribution } from "../../diffusion/distributions/empirical.js";
import type { EnsembleMember } from "../../diffusion/networks/pretrainedEnsemble.js";
import type { AlignmentOptions } from "./alignment.js";
import { linearModelVariance } from "./linearModelVariance.js";
import {
  compareSpread,
  departureParts,
  ensembleSpread,
  spreadRatio,
  type EnsembleSpread,
  type SpreadComparison,
} from "./networkEnsemble.js";
import { posteriorCovariances } from "./posteriorCovariance.js";
import type { NoisedDraws } from "./noisedDraws.js";

/** Two ensembles that differ in the noise of their targets alone. */
export interface TargetEnsembles {
  /** trained towards samples: J1 */
  readonly samples: readonly EnsembleMember[];
  /** trained towards posterior means: J0 */
  readonly means: readonly EnsembleMember[];
}

/** What the noise of the targets does to the variance of an ensemble's scores, at noised training points of one level. */
export interface EnsembleLevel {
  readonly sigma: number;
  /** Σ tr Cov ŝ of the one trained towards samples over that of the other */
  readonly ratio: Estimate;
  /** the same of linear models, over the networks whose features they have */
  readonly predictedRatio: Estimate;
  /** 1 + Σ tr C / Σ ‖E ŝ - s‖², of the noise and the misfit at this place alone */
  readonly localRatio: number;
  /** the part of E ‖ŝ - s‖² that is variance over the draws, towards samples and towards posterior means */
  readonly ownShare: IntervalEstimate;
  readonly ownShareOfMeans: IntervalEstimate;
  /** the covariance of the one trained towards samples beside the C of the place */
  readonly local: SpreadComparison;
  /** the same beside the covariance of a linear model with the features of the first network */
  readonly linear: SpreadComparison;
}

/** Settings of ensembleStudy. */
export interface EnsembleStudyOptions extends AlignmentOptions, BootstrapOptions {
  /** noised training points at each level; default 100 */
  readonly points?: number;
  /** networks of each ensemble whose features are taken for a linear model; default 3 */
  readonly models?: number;
}

/**
 * Measures at each noise level how the covariances of two ensembles over their draws go with the noise of the targets:
 * with that at the place itself, C, and with that of all draws as a linear model of the last layer spreads it.
 *
 * @param draws as many as the networks were trained on, or the scale of the linear models is another
 * @throws RangeError as the functions that it is made of do, or if models is not an integer from 2 to the networks of
 * each ensemble
 */
export function ensembleStudy(
  { samples, means }: TargetEnsembles,
  data: EmpiricalDistribution,
  draws: NoisedDraws,
  sigmas: readonly number[],
  { points = 100, models = 3, ...options }: EnsembleStudyOptions,
): EnsembleLevel[] {
  if (!(Number.isSafeInteger(models) && models >= 2 && models <= Math.min(samples.length, means.length)))
    throw new RangeError(
      `ensembleStudy: models is ${models}, expected an integer from 2 to ${Math.min(samples.length, means.length)}`,
    );
  const [ofSamples, ofMeans] = [
    samples.slice(0, models).map((one) => linearModelVariance(one, draws, "sample")),
    means.slice(0, models).map((one) => linearModelVariance(one, draws, "posterior mean")),
  ];
  return sigmas.map((sigma) => {
    const x = data.sample(options.source, points, sigma);
    const exact = data.score(x, sigma);
    const [a, b] = [samples, means].map((members) =>
      ensembleSpread(
        members.map(({ denoiser }) => denoiser),
        x,
        sigma,
      ),
    );
    const C = posteriorCovariances(data, x, sigma).map((covariance) => scale(covariance, sigma ** -4));
    const predicted = ofSamples.map((model, m) => mean(model.traces(x, sigma)) / mean(ofMeans[m].traces(x, sigma)));
    const parts = (spread: EnsembleSpread) => departureParts(spread, exact, options);
    const [partsOfSamples, partsOfMeans] = [parts(a), parts(b)];
    return {
      sigma,
      ratio: spreadRatio(a, b),
      predictedRatio: estimateMean(predicted),
      localRatio: 1 + mean(C.map(trace)) / mean(partsOfMeans.common),
      ownShare: partsOfSamples.ownShare,
      ownShareOfMeans: partsOfMeans.ownShare,
      local: compareSpread(a, C, data.points, options),
      linear: compareSpread(a, ofSamples[0].covariances(x, sigma), data.points, options),
    };
  });
}
