import { translatedBlobGrid, translatedBlobs } from "../../datasets/blobs.js";
import { embed } from "../../datasets/points.js";
import { sphere } from "../../datasets/sphere.js";
import { swissRoll, swissRollGrid } from "../../datasets/spiral.js";
import type { Distribution } from "../../diffusion/distribution.js";
import { empiricalDistribution } from "../../diffusion/distributions/empirical.js";
import { gaussian } from "../../diffusion/distributions/gaussian.js";
import { sphereDistribution } from "../../diffusion/distributions/sphere.js";
import { diagonal, type Matrix } from "../../math/matrix.js";
import { normal, randomSource } from "../../math/random.js";

/** Points of a manifold of known dimension. */
export interface ManifoldSample {
  readonly name: string;
  /** the intrinsic dimension */
  readonly k: number;
  /** points on it, shape [n, D] */
  readonly x: Matrix;
}

/** A manifold with the exact score of its noised data. */
export interface ExactManifold extends ManifoldSample {
  /** the uniform distribution on it, or a standard Gaussian; its dimension is D */
  readonly p: Distribution;
  /** a noise level at which the dimension can be seen */
  readonly sigma: number;
}

/**
 * Returns the unit k-sphere in the first coordinates of a space of D, with random points on it: of one seed the same in
 * every space.
 */
export function exactSphere(k: number, D: number, { seed, count }: { seed: number; count: number }): ExactManifold {
  return {
    name: `${sphereName(k)} in ${D}-D`,
    k,
    p: sphereDistribution({ dimension: k, ambient: D }),
    x: sphere(count, k, randomSource(seed, k), { ambient: D }).points,
    sigma: 0.01,
  };
}

/** Sizes of the exact manifolds, and the seed of their points. */
export interface ExactManifoldOptions {
  readonly seed: number;
  /** on the plane and the small spheres */
  readonly points?: number;
  /** on the spheres in 100 dimensions and of the images */
  readonly highPoints?: number;
  /** in the middle of the Swiss roll, far from its edges */
  readonly rollPoints?: number;
}

/**
 * Returns eight manifolds with exact scores: a Gaussian on a plane, four spheres, the Swiss roll in two spaces and the
 * images of a translated blob. The last three are mixtures of the points of a grid, exact where the noise is wider than
 * the grid; that of the roll is no finer than σ = 0.1 needs.
 */
export function exactManifolds({
  seed,
  points = 10,
  highPoints = 2,
  rollPoints = 6,
}: ExactManifoldOptions): ExactManifold[] {
  const onPlane = { points: normal(randomSource(seed), points, 2), dimension: 2 };
  const [roll, middle] = [swissRollGrid(150, 35), swissRollGrid(rollPoints, 1)];
  return [
    {
      name: "plane in 5-D",
      k: 2,
      p: gaussian(new Float64Array(5), diagonal([1, 1, 0, 0, 0])),
      x: embed(onPlane, 5).points,
      sigma: 0.01,
    },
    exactSphere(1, 3, { seed, count: points }),
    exactSphere(2, 5, { seed, count: points }),
    exactSphere(10, 100, { seed, count: highPoints }),
    exactSphere(50, 100, { seed, count: highPoints }),
    ...[3, 5].map((D) => ({
      name: `Swiss roll in ${D}-D`,
      k: 2,
      p: empiricalDistribution(embed(roll, D).points),
      x: embed(middle, D).points,
      sigma: 0.1,
    })),
    {
      name: "blob images in 64-D",
      k: 2,
      p: empiricalDistribution(translatedBlobGrid().points),
      x: translatedBlobs(highPoints, randomSource(seed, 3), { range: [3, 4] }).points,
      sigma: 0.15,
    },
  ];
}

/** Draws as many points of each of these manifolds, of the roll in one space, for the estimators of points alone. */
export function sampledManifolds(count: number, { seed }: { seed: number }): ManifoldSample[] {
  const onPlane = { points: normal(randomSource(seed, 20), count, 2), dimension: 2 };
  const spheres = [
    [1, 3, 21],
    [2, 5, 7],
    [10, 100, 22],
    [50, 100, 23],
  ].map(([k, D, stream]) => ({
    name: `${sphereName(k)} in ${D}-D`,
    k,
    x: sphere(count, k, randomSource(seed, stream), { ambient: D }).points,
  }));
  return [
    { name: "plane in 5-D", k: 2, x: embed(onPlane, 5).points },
    ...spheres,
    { name: "Swiss roll in 3-D", k: 2, x: swissRoll(count, randomSource(seed, 24)).points },
    { name: "blob images in 64-D", k: 2, x: translatedBlobs(count, randomSource(seed, 25)).points },
  ];
}

const sphereName = (k: number) =>
  k === 1 ? "circle" : `sphere S${[...String(k)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}`;
