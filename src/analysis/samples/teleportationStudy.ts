import type { VectorField } from "../../diffusion/distribution.js";
import { fitGaussian, isotropicGaussian, type Gaussian } from "../../diffusion/distributions/gaussian.js";
import { scale, takeRows, type Matrix } from "../../math/matrix.js";
import { normal, permutation, type Source } from "../../math/random.js";
import { sampleQuality, type FrechetScore } from "./quality.js";
import { skipStudy, type SkipResult } from "./skipStudy.js";

/** Settings of teleportationStudy. */
export interface TeleportationStudyOptions {
  /** images that were not trained on, shape [at least `samples`, d]: the floor is that of a random part of them */
  readonly test: Matrix;
  /** what samples and images are compared by, shape [n, d] to [n, f] */
  readonly features: (images: Matrix) => Matrix;
  /** of the noise that all samples begin with, and of the test images */
  readonly source: Source;
  /** how many of each kind */
  readonly samples: number;
  /** the levels of Heun's method, of which the first are skipped */
  readonly sigmas: Float64Array;
  /** how many, by the Gaussian and by the mean alone */
  readonly skips: { readonly Gaussian: readonly number[]; readonly "mean alone": readonly number[] };
}

/** The samples of one network by teleportation, and what they are compared with. */
export interface TeleportationStudy {
  /** fitted to the images */
  readonly gaussian: Gaussian;
  /** by the Gaussian and by the mean alone; `error` is that to the samples of the whole grid */
  readonly results: SkipResult[];
  /** the Fréchet distance of as many test images */
  readonly real: FrechetScore;
}

/**
 * Measures what teleportation does to the samples of a network trained on images, shape [N, d]: their Fréchet distances
 * by Heun's method (arXiv 2206.00364) without the first levels, which the Gaussian of the images, or their mean alone,
 * replaces (arXiv 2412.09726). All samples begin with the same noise.
 *
 * @throws RangeError if there are fewer test images than samples, or as skipStudy and sampleQuality do
 */
export function teleportationStudy(
  field: Pick<VectorField, "denoiser">,
  images: Matrix,
  { test, features, source, samples, sigmas, skips }: TeleportationStudyOptions,
): TeleportationStudy {
  if (test.rows < samples)
    throw new RangeError(
      `teleportationStudy: ${test.rows} test images, expected at least as many as samples, ${samples}`,
    );
  const gaussian = fitGaussian(images);
  const statistics = { Gaussian: gaussian, "mean alone": isotropicGaussian(gaussian.mean) };
  const noise = scale(normal(source, samples, images.cols), sigmas[0]);
  const quality = sampleQuality({ features, data: images });
  const results = skipStudy(field, noise, sigmas, { statistics, skips, quality });
  const drawn = takeRows(test, permutation(source, test.rows).subarray(0, samples));
  return { gaussian, results, real: quality([drawn])[0].frechet };
}
