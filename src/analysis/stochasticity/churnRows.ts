import type { VectorField } from "../../diffusion/distribution.js";
import type { Estimate } from "../../math/estimate.js";
import type { Matrix } from "../../math/matrix.js";
import type { MeanAndCovariance } from "../samples/frechet.js";
import { classAgreement, type ImageClassifier } from "../samples/imageFidelity.js";
import { compareFrechet } from "../samples/quality.js";
import { churnedSamples, type ChurnOptions } from "./churnGrid.js";
import type { ChurnAmounts } from "./linearSampler.js";

/** Samples with one choice of the four amounts of churn. */
export interface ChurnRow {
  /** shape [count, d] */
  readonly samples: Matrix;
  readonly S_churn: number;
  readonly S_min: number;
  readonly S_max: number;
  readonly S_noise: number;
  /** the squared Fréchet distance of their features to those of the data */
  readonly frechet: Estimate;
  /** the distance less that of the first row, in pairs of seeds */
  readonly change: Estimate;
  /** the share of the samples that the classifier has in their class; none without labels */
  readonly inClass?: Estimate;
}

/** Settings of churnRows. */
export interface ChurnRowsOptions extends Omit<ChurnOptions, "churns"> {
  /** the first is the one that the others are compared with */
  readonly churns: readonly ChurnAmounts[];
  /** of whose features distances are */
  readonly classifier: ImageClassifier;
  /** the class that each sample was drawn for, shape [count] */
  readonly labels?: ArrayLike<number>;
  /** of the data's features */
  readonly reference: MeanAndCovariance;
}

/**
 * Compares choices of the four amounts of churn of Karras et al. (arXiv 2206.00364, algorithm 2), samples of all of them
 * from the same seeds.
 *
 * @throws RangeError as churnedSamples and compareFrechet do
 */
export function churnRows(
  field: Pick<VectorField, "denoiser" | "dimension">,
  { classifier, labels, reference, ...options }: ChurnRowsOptions,
): ChurnRow[] {
  const sets = churnedSamples(field, options);
  const scores = compareFrechet(sets.map(classifier.features), reference);
  return options.churns.map(({ sChurn, sMin = 0, sMax = Infinity, sNoise = 1 }, i) => {
    const { value, standardError, change } = scores[i];
    const count = sets[i].rows;
    return {
      samples: sets[i],
      ...{ S_churn: sChurn, S_min: sMin, S_max: sMax, S_noise: sNoise },
      frechet: { value, standardError, count },
      change: { ...change, count },
      ...(labels && { inClass: classAgreement(classifier, { images: sets[i], labels }) }),
    };
  });
}
