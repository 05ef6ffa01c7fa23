import type { VectorField } from "../../diffusion/distribution.js";
import { fitGaussian, isotropicGaussian, type Gaussian } from "../../diffusion/distributions/gaussian.js";
import { fitClassMixture } from "../../diffusion/distributions/mixtureFit.js";
import { sample } from "../../diffusion/sampling/sampler.js";
import { levelsFrom, skipLevel } from "../../diffusion/sampling/skipLevel.js";
import { scale, type Matrix } from "../../math/matrix.js";
import { normal, type Source } from "../../math/random.js";
import { rowRange } from "../../math/rowBlocks.js";
import { sampleQuality, type Quality } from "./quality.js";
import { skipStudy, type SkipResult } from "./skipStudy.js";
import { teleportedSamples, type TeleportRun } from "./teleportation.js";

/** Settings of teleportationStudy. */
export interface TeleportationStudyOptions {
  /** the images of each class, shape [n_k, d] each */
  readonly classes: readonly Matrix[];
  /** what samples and images are compared by, shape [n, d] to [n, f] */
  readonly features: (images: Matrix) => Matrix;
  /** of the noise that all samples begin with */
  readonly source: Source;
  /** how many of each kind */
  readonly samples: number;
  /** the levels of Heun's method, of which the first are skipped */
  readonly sigmas: Float64Array;
  /** the levels of the fine integration, from the same one down */
  readonly fineSigmas: Float64Array;
  readonly skips: readonly number[];
  /** how many of the images, from the first on, the samples are compared with; all without it */
  readonly compared?: number;
  /** of the Gaussian of each class */
  readonly rank?: number;
}

/** The savings of one network by teleportation. */
export interface TeleportationStudy {
  /** fitted to the images */
  readonly gaussian: Gaussian;
  /** the fine integration: the states at its levels */
  readonly path: readonly Matrix[];
  /** by the Gaussian, by the mean alone and by a mixture of class Gaussians */
  readonly results: SkipResult[];
  /** by the Gaussian to the level that is known from its spectrum alone, `skipLevel` */
  readonly proposed: TeleportRun & Quality;
}

/**
 * Measures what teleportation saves of a network trained on images, shape [N, d]: the quality of its samples by Heun's
 * method (arXiv 2206.00364) without the first levels, which the statistics of the images replace (arXiv 2412.09726).
 * They are "Gaussian", "mean alone" and "mixture of classes".
 *
 * @throws RangeError if the two grids begin at different levels, or as skipStudy and sampleQuality do
 */
export function teleportationStudy(
  field: Pick<VectorField, "denoiser">,
  images: Matrix,
  options: TeleportationStudyOptions,
): TeleportationStudy {
  const { classes, features, source, samples, sigmas, fineSigmas, skips, compared = images.rows, rank = 100 } = options;
  const [sigmaMax] = sigmas;
  if (fineSigmas[0] !== sigmaMax)
    throw new RangeError(`teleportationStudy: the fine grid begins at σ = ${fineSigmas[0]}, expected ${sigmaMax}`);
  const gaussian = fitGaussian(images);
  const statistics = {
    Gaussian: gaussian,
    "mean alone": isotropicGaussian(gaussian.mean),
    "mixture of classes": fitClassMixture(classes, { rank }),
  };
  const noise = scale(normal(source, samples, images.cols), sigmaMax);
  const path = [...sample(field, noise, fineSigmas)];
  const data = rowRange(images, 0, Math.min(compared, images.rows));
  const quality = sampleQuality({ features, data, fine: path[path.length - 1] });
  const results = skipStudy(field, noise, sigmas, { statistics, skips, quality });
  const run = teleportedSamples(field, gaussian, noise, sigmaMax, levelsFrom(sigmas, skipLevel(gaussian)));
  const [, ofRun] = quality([results[0].samples, run.samples]);
  return { gaussian, path, results, proposed: { ...run, ...ofRun } };
}
