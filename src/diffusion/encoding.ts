import { integrateAdaptive } from "../math/adaptive.js";
import { addScaled, requireSameShape, scale, squaredErrors, type Matrix } from "../math/matrix.js";
import type { Distribution } from "./distribution.js";
import { lerp, slerp } from "./interpolate.js";
import { requirePoints, requirePositive } from "./score.js";

/** What has codes: a distribution, or a network's denoiser. */
export type Encodable = Pick<Distribution, "denoiser" | "flow">;

/** Settings of encode and decode. */
export interface CodeOptions {
  /** the level of the data: points of p(·; σ_min), so that clean images are to be given that much noise first */
  readonly sigmaMin?: number;
  /** the level of the codes, far above the size of the data */
  readonly sigmaMax?: number;
  /** of each step, relative to the size of x and absolute; a float32 network has no more than about 1e-5 to give */
  readonly tolerance?: number;
}

/** Points carried along the probability flow. */
export interface CarriedPoints {
  /** shape [n, d] */
  readonly points: Matrix;
  /**
   * the estimated root mean square error of a coordinate of each point, shape [n]: a ninth of what ten times the
   * tolerance changes, as the error goes with the tolerance
   */
  readonly error: Float64Array;
  /** evaluations of the denoiser, those for the error among them */
  readonly evaluations: number;
}

/**
 * Returns the codes z = x(σ_max) / σ_max of points x = x(σ_min), shape [n, d], by the probability flow (arXiv
 * 2011.13456): dx / d ln σ = x - D(x, σ), integrated in adaptive steps. Where the data have the variance Σ, codes have
 * I + Σ / σ_max², so that far above the size of the data they are N(0, I) but for that. A closed form is used where the
 * field has one, without an error; `{ denoiser: p.denoiser }` hides it.
 *
 * @example
 * const { points: z, error } = encode(net, addScaled(images, 0.02, normal(source, n, d)), { sigmaMin: 0.02 });
 *
 * @throws RangeError if x is not finite, the levels are not 0 < σ_min < σ_max, or as integrateAdaptive does
 */
export function encode(field: Encodable, x: Matrix, options: CodeOptions = {}): CarriedPoints {
  const { sigmaMin, sigmaMax, tolerance } = withDefaults("encode", options);
  requirePoints("encode", "x", x, x.cols);
  return scaled(carry(field, x, sigmaMin, sigmaMax, tolerance), 1 / sigmaMax);
}

/**
 * Returns the points at σ_min whose codes are z, shape [n, d]: the inverse of encode.
 *
 * @throws RangeError as encode does
 */
export function decode(field: Encodable, z: Matrix, options: CodeOptions = {}): CarriedPoints {
  const { sigmaMin, sigmaMax, tolerance } = withDefaults("decode", options);
  requirePoints("decode", "z", z, z.cols);
  return carry(field, scale(z, sigmaMax), sigmaMax, sigmaMin, tolerance);
}

/** Settings of interpolate. */
export interface InterpolationOptions extends CodeOptions {
  /** between the codes: along the sphere, or straight */
  readonly path?: "slerp" | "lerp";
}

/**
 * Returns the points between a and b, both of shape [n, d], at each of the places l from 0 to 1: their codes are
 * interpolated row by row, and decoded.
 *
 * @throws RangeError as encode and slerp do
 */
export function interpolate(
  field: Encodable,
  a: Matrix,
  b: Matrix,
  places: ArrayLike<number>,
  { path = "slerp", ...options }: InterpolationOptions = {},
): Matrix[] {
  requireSameShape("interpolate", a, b);
  const [from, to] = [a, b].map((x) => encode(field, x, options).points);
  const between = { slerp, lerp }[path];
  return Array.from(places, (l) => decode(field, between(from, to, l), options).points);
}

/** Levels from which the codes of data of size 1 are N(0, I) but for 2e-4 of the variance. */
const DEFAULTS = { sigmaMin: 0.002, sigmaMax: 80, tolerance: 1e-6 };

function withDefaults(where: string, options: CodeOptions): Required<CodeOptions> {
  const all = { ...DEFAULTS, ...options };
  requirePositive(where, all.sigmaMin);
  if (!(all.sigmaMin < all.sigmaMax && all.sigmaMax < Infinity))
    throw new RangeError(
      `${where}: sigmaMin is ${all.sigmaMin} and sigmaMax ${all.sigmaMax}, expected finite levels that increase`,
    );
  if (!(all.tolerance > 0 && all.tolerance < 1))
    throw new RangeError(`${where}: the tolerance is ${all.tolerance}, expected a number above 0 and below 1`);
  return all;
}

function carry({ denoiser, flow }: Encodable, x: Matrix, from: number, to: number, tolerance: number): CarriedPoints {
  if (flow) return { points: flow(x, from, to), error: new Float64Array(x.rows), evaluations: 0 };
  let evaluations = 0;
  const motion = (at: Matrix, u: number) => {
    evaluations++;
    return addScaled(at, -1, denoiser(at, Math.exp(u)));
  };
  const [coarse, points] = [10 * tolerance, tolerance].map((tol) => {
    let end = x;
    for (const step of integrateAdaptive(motion, x, Math.log(from), Math.log(to), { rtol: tol, atol: tol }))
      end = step.x;
    return end;
  });
  return { points, error: squaredErrors(coarse, points).map((square) => Math.sqrt(square) / 9), evaluations };
}

function scaled({ points, error, evaluations }: CarriedPoints, factor: number): CarriedPoints {
  return { points: scale(points, factor), error: error.map((one) => factor * one), evaluations };
}
