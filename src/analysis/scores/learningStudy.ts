import { empiricalDistribution } from "../../diffusion/distributions/empirical.js";
import { fitGaussian, type Gaussian } from "../../diffusion/distributions/gaussian.js";
import { fitMixture } from "../../diffusion/distributions/mixtureFit.js";
import type { Distribution } from "../../diffusion/distribution.js";
import type { Matrix } from "../../math/matrix.js";
import { randomSource } from "../../math/random.js";
import { noisyEvaluationPoints, type EvaluationPoints } from "./evaluationPoints.js";
import { gaussianModels } from "./gaussianModels.js";
import { learningCurves, type LearningCurve } from "./learning.js";
import { storedStages } from "./stages.js";

/** How near the score of one network came to simple models of its data while it was trained. */
export interface LearningStudy {
  readonly name: string;
  readonly curves: readonly LearningCurve[];
  /** isotropic, Gaussian, mixture of K where one is asked for, and delta, the data as spikes */
  readonly models: Readonly<Record<string, Distribution>>;
  readonly gaussian: Gaussian;
  readonly points: EvaluationPoints;
}

/** Settings of learningStudy. */
export interface LearningStudyOptions {
  /** what the network was trained on and the models are fitted to, shape [n, d] */
  readonly train: Matrix;
  /** what the evaluation points are drawn from */
  readonly test: Matrix;
  readonly sigmas: readonly number[];
  /** number of evaluation points, the same at all stages and levels */
  readonly count: number;
  /** of the fits and the noise, and of the network where one is stored with the same stages */
  readonly seed: number;
  readonly mixture?: { readonly components: number; readonly iterations?: number };
}

/**
 * Compares the stored stages of a network with models fitted to its training data, at test points plus noise.
 *
 * @param name of the stored weights
 * @param title of the network, in figures
 * @throws RangeError as storedStages, the fits and learningCurves do
 */
export function learningStudy(
  name: string,
  title: string,
  { train, test, sigmas, count, seed, mixture }: LearningStudyOptions,
): LearningStudy {
  const gaussian = fitGaussian(train);
  const { isotropic } = gaussianModels(gaussian);
  const models = {
    isotropic,
    Gaussian: gaussian,
    ...(mixture && {
      [`mixture of ${mixture.components}`]: fitMixture(train, mixture.components, {
        source: randomSource(seed, 1),
        ...(mixture.iterations && { iterations: mixture.iterations }),
      }),
    }),
    delta: empiricalDistribution(train),
  };
  const points = noisyEvaluationPoints(test, randomSource(seed, 2), count);
  const curves = learningCurves(storedStages(name, { seed }), models, points, sigmas, gaussian.mean);
  return { name: title, curves, models, gaussian, points };
}
