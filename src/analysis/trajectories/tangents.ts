import type { Gaussian } from "../../diffusion/distributions/gaussian.js";
import type { DifferentiableDenoiser } from "../../diffusion/distribution.js";
import { estimateMean, pairedDifference, type Estimate } from "../../math/estimate.js";
import {
  addToRows,
  column,
  matrix,
  row,
  rowDots,
  scaleColumns,
  scaleRows,
  squaredLengths,
  takeRows,
  type Matrix,
} from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { nearestNeighbours } from "../../math/neighbours.js";
import { last } from "../../math/ode.js";
import { normal, type Source } from "../../math/random.js";
import { mean } from "../../math/stats.js";
import { componentRows, denoiserGain, pathDirections } from "./imageManifold.js";

/** A kind of directions at each of n images: several of them, each of shape [n, d], of length 1. */
export interface DirectionSet {
  readonly name: string;
  readonly directions: readonly Matrix[];
}

/**
 * Returns directions at the ends of n trajectories, as many of each kind: the principal components of the trajectory's
 * own endpoint estimates, those of the next and of the second next trajectory, those of the data, draws of the data's
 * covariance, and white noise.
 *
 * @param denoised endpoint estimates at every time, shape [n, d] each
 * @throws RangeError if there are fewer than 3 trajectories, or as pathDirections does
 */
export function tangentCandidates(denoised: readonly Matrix[], g: Gaussian, source: Source, count = 3): DirectionSet[] {
  const { rows: n, cols: d } = denoised[0];
  if (n < 3) throw new RangeError(`tangentCandidates: ${n} trajectories, expected at least 3`);
  const paths = pathDirections(denoised, count);
  const each = (of: (k: number) => Matrix) => Array.from({ length: count }, (_, k) => unitRows(of(k)));
  const roots = g.lambda.map(Math.sqrt);
  const next = (step: number) => Uint32Array.from({ length: n }, (_, i) => (i + step) % n);
  const own = each((k) => componentRows(paths, k + 1));
  return [
    { name: "its own components", directions: own },
    { name: "another trajectory's", directions: own.map((rows) => takeRows(rows, next(1))) },
    { name: "a third trajectory's", directions: own.map((rows) => takeRows(rows, next(2))) },
    { name: "the data's components", directions: each((k) => addToRows(matrix(n, d), column(g.U, k))) },
    {
      name: "draws of the data's covariance",
      directions: each(() => multiply(scaleColumns(normal(source, n, roots.length), roots), g.U, { transposeB: true })),
    },
    { name: "white noise", directions: each(() => normal(source, n, d)) },
  ];
}

/**
 * Returns the principal components of the images nearest to each of n samples, shape [n, d]: tangents that need no
 * trajectory.
 *
 * @param images shape [N, d]
 * @throws RangeError if there are not more neighbours than components, or as nearestNeighbours does
 */
export function neighbourDirections(
  images: Matrix,
  samples: Matrix,
  { neighbours = 48, count = 3 } = {},
): DirectionSet {
  const { indices } = nearestNeighbours(images, samples, neighbours);
  const nearest = Array.from({ length: neighbours }, (_, j) =>
    takeRows(
      images,
      indices.filter((_, i) => i % neighbours === j),
    ),
  );
  const paths = pathDirections(nearest, count);
  return {
    name: `components of the ${neighbours} nearest images`,
    directions: Array.from({ length: count }, (_, k) => componentRows(paths, k + 1)),
  };
}

/** Gains at several noise levels. */
export interface Gains {
  /** of each image, shape [n] at each noise level */
  readonly gains: readonly Float64Array[];
  /** their means over the images */
  readonly means: readonly Estimate[];
}

/** The mean gains over the directions of a kind. */
export interface DirectionGains extends Gains {
  readonly name: string;
  /** those along each of them */
  readonly each: readonly Gains[];
}

/**
 * Measures the denoiser's gain along kinds of directions at n images, shape [n, d], and at several noise levels.
 *
 * @throws RangeError if there is no direction of a kind, or as denoiserGain does
 */
export function directionGains(
  field: Pick<DifferentiableDenoiser, "jvp">,
  images: Matrix,
  sets: readonly DirectionSet[],
  sigmas: readonly number[],
): DirectionGains[] {
  return sets.map(({ name, directions }) => {
    if (directions.length === 0)
      throw new RangeError(`directionGains: no directions of ${name}, expected at least one`);
    const each = directions.map((v) => sigmas.map((sigma) => denoiserGain(field, images, sigma, v)));
    const gains = sigmas.map((_, i) =>
      Float64Array.from({ length: images.rows }, (_, n) => mean(each.map((at) => at[i][n]))),
    );
    return { name, ...withMeans(gains), each: each.map(withMeans) };
  });
}

const withMeans = (gains: readonly Float64Array[]): Gains => ({
  gains,
  means: gains.map((gain) => estimateMean(gain)),
});

/** Returns the mean gains of each kind, a column for each noise level. */
export function gainRows(
  gains: readonly DirectionGains[],
  sigmas: readonly number[],
): Record<string, Estimate | string>[] {
  return gains.map(({ name, means }) => ({
    directions: name,
    ...Object.fromEntries(means.map((mean, i) => [`σ = ${sigmas[i]}`, mean])),
  }));
}

/**
 * Returns the gains along each component of a trajectory's endpoint estimates, and along the direction of the same number
 * of other kinds, a row for each noise level and component; in the first rows the component's share of the variance, and
 * the cosine, without sign, that it has to x_0 - μ, the way from a mean image to the trajectory's own.
 *
 * @param denoised endpoint estimates at every time, the last of them x_0, shape [n, d] each
 * @param centre μ, shape [d]
 * @param kinds each under the title of its column
 * @param sigmas the noise levels of the gains
 * @throws RangeError as pathDirections does
 */
export function gainsByComponent(
  denoised: readonly Matrix[],
  centre: Float64Array,
  kinds: Readonly<Record<string, DirectionGains>>,
  sigmas: readonly number[],
): Record<string, Estimate | number>[] {
  const count = Math.min(...Object.values(kinds).map(({ each }) => each.length));
  const paths = pathDirections(denoised, count);
  const fromCentre = unitRows(addToRows(last(denoised), centre, -1));
  const about = Array.from({ length: count }, (_, k) => ({
    "share of variance": estimateMean(paths.map(({ explained }) => explained[k] - (k > 0 ? explained[k - 1] : 0))),
    "|cos| to x₀ - μ": estimateMean(rowDots(componentRows(paths, k + 1), fromCentre).map(Math.abs)),
  }));
  return sigmas.flatMap((sigma, i) =>
    about.map((one, k) => ({
      σ: sigma,
      component: k + 1,
      ...Object.fromEntries(Object.entries(kinds).map(([name, { each }]) => [name, each[k].means[i]])),
      ...(i === 0 ? one : {}),
    })),
  );
}

/**
 * Returns the gain along each direction of one kind less that along the direction of the same number of another, at the
 * noise level of that number.
 *
 * @throws RangeError if they have not the same number of images
 */
export function gainDifferences(
  one: Pick<DirectionGains, "each">,
  other: Pick<DirectionGains, "each">,
  level: number,
): Estimate[] {
  return one.each.map(({ gains }, k) => pairedDifference(gains[level], other.each[k].gains[level]));
}

/** Returns one of each kind's directions, the first of trajectory n, as rows, and all of the first kind. */
export function shownDirections([own, ...others]: readonly DirectionSet[], n: number): Matrix {
  const all = [...own.directions, ...others.map(({ directions }) => directions[0])];
  const rows = matrix(all.length, all[0].cols);
  all.forEach((directions, i) => row(rows, i).set(row(directions, n)));
  return rows;
}

const unitRows = (m: Matrix): Matrix =>
  scaleRows(
    m,
    squaredLengths(m).map((square) => 1 / Math.sqrt(square)),
  );
