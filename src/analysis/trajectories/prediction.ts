import type { VectorField } from "../../diffusion/distribution.js";
import { empiricalDistribution } from "../../diffusion/distributions/empirical.js";
import type { Gaussian } from "../../diffusion/distributions/gaussian.js";
import { spectrum, spectrumTrace, type GaussianParameters } from "../../diffusion/distributions/gaussianSpectrum.js";
import { sample } from "../../diffusion/sampling/sampler.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { squaredErrors, type Matrix } from "../../math/matrix.js";
import { last } from "../../math/ode.js";
import { rowRange } from "../../math/rowBlocks.js";
import { mean } from "../../math/stats.js";

/** Trajectories of one field, beside those of another from the same noise. */
export interface ComparedPath {
  readonly name: string;
  /** the states at each level, shape [n, d] */
  readonly path: readonly Matrix[];
  /** at each level, the mean squared difference of a coordinate of each seed, over the data's variance, shape [n] */
  readonly errors: readonly Float64Array[];
  /** their means over the seeds, shape [levels] */
  readonly meanErrors: Float64Array;
}

/**
 * Samples by several fields from the same noise x, shape [n, d], and measures how far their states are from those of
 * the first field, whose own errors are 0; in units of the mean variance of a coordinate of the data's Gaussian.
 *
 * @throws RangeError as sample does
 */
export function comparePaths(
  fields: Readonly<Record<string, Pick<VectorField, "denoiser">>>,
  x: Matrix,
  sigmas: ArrayLike<number>,
  g: GaussianParameters,
): ComparedPath[] {
  const paths = Object.entries(fields).map(([name, field]) => ({ name, path: [...sample(field, x, sigmas)] }));
  return paths.map(({ name, path }) => {
    const errors = path.map((state, i) => relativeErrors(state, paths[0].path[i], g));
    return { name, path, errors, meanErrors: Float64Array.from(errors, mean) };
  });
}

/** Estimates the fraction of the seeds whose error is smaller than the other one, both of shape [n]. */
export function nearerFraction(errors: Float64Array, others: Float64Array): Estimate {
  return estimateMean(errors.map((error, n) => (error < others[n] ? 1 : 0)));
}

/** The errors of foretold trajectories: mean squared differences over the data's variance. */
export interface PathForecast {
  /** of the Gaussian's closed form, at the last level above √λ₁ */
  readonly initial: Estimate;
  /** of the Gaussian's closed form, at the end */
  readonly gaussian: Estimate;
  /** of the training point that the score of the training set leads to, at the end */
  readonly memory: Estimate;
  /** the fraction of the seeds whose sample is nearer to the Gaussian's than to the training point */
  readonly nearer: Estimate;
}

/** Settings of pathForecast. */
export interface PathForecastOptions {
  /** the levels along which the score of the training set is integrated by Heun's method */
  readonly levels: ArrayLike<number>;
  /** how many of the trajectories, from the first on, are followed to their ends; all without it */
  readonly followed?: number;
}

/**
 * Measures how well a network's trajectories, its states at each level down to 0, are foretold by the Gaussian of its
 * training points and by their empirical distribution, from the same noise (arXiv 2311.10892, 2412.09726).
 *
 * @throws RangeError if there are not as many states as levels, or √λ₁ is not below the first one
 */
export function pathForecast(
  path: readonly Matrix[],
  sigmas: Float64Array,
  g: Gaussian,
  points: Matrix,
  { levels, followed = path[0].rows }: PathForecastOptions,
): PathForecast {
  if (path.length !== sigmas.length)
    throw new RangeError(
      `pathForecast: ${path.length} states and ${sigmas.length} levels, expected ${sigmas.length} states`,
    );
  const down = sigmas.findLastIndex((sigma) => sigma > Math.sqrt(g.lambda[0]));
  if (down < 0)
    throw new RangeError(
      `pathForecast: the first level is ${sigmas[0]}, expected one above √λ₁ = ${Math.sqrt(g.lambda[0])}`,
    );
  const [noise, end] = [path[0], last(path)].map((x) => rowRange(x, 0, Math.min(followed, x.rows)));
  const byGaussian = relativeErrors(g.flow(noise, sigmas[0], 0), end, g);
  const byMemory = relativeErrors(last(sample(empiricalDistribution(points), noise, levels)), end, g);
  return {
    initial: estimateMean(relativeErrors(g.flow(path[0], sigmas[0], sigmas[down]), path[down], g)),
    gaussian: estimateMean(byGaussian),
    memory: estimateMean(byMemory),
    nearer: nearerFraction(byGaussian, byMemory),
  };
}

function relativeErrors(x: Matrix, y: Matrix, g: GaussianParameters): Float64Array {
  const variance = spectrumTrace(
    g,
    spectrum(g, (lambda) => lambda),
  );
  return squaredErrors(x, y).map((error) => (error / variance) * g.mean.length);
}
