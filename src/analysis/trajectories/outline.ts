import type { VectorField } from "../../diffusion/distribution.js";
import { sample } from "../../diffusion/sampling/sampler.js";
import { uniPC } from "../../diffusion/sampling/solver.js";
import { addScaled, matrix, row, scale, scaleRows, squaredLengths, type Matrix } from "../../math/matrix.js";

/** Trajectories of one field, with what is seen of them on the way. */
export interface Outline {
  readonly sigmas: Float64Array;
  /** x_σ in the convention, shape [n, d] at every level */
  readonly states: readonly Matrix[];
  /** the endpoint estimates D(x_σ, σ), shape [n, d] at every level */
  readonly denoised: readonly Matrix[];
}

/**
 * Integrates trajectories from the states x at the highest noise level, by UniPC in the given levels, one evaluation of
 * the denoiser a level. The last endpoint estimate is the sample.
 *
 * @param sigmas decreasing and above 0
 * @throws RangeError as `sample` does
 */
export function outline(field: Pick<VectorField, "denoiser">, x: Matrix, sigmas: Float64Array): Outline {
  const denoised: Matrix[] = [];
  const watched = {
    denoiser: (at: Matrix, sigma: number) => {
      const own = field.denoiser(at, sigma);
      denoised.push(own);
      return own;
    },
  };
  const states = [...sample(watched, x, sigmas, uniPC())];
  if (denoised.length < states.length) watched.denoiser(states[states.length - 1], sigmas[sigmas.length - 1]);
  return { sigmas, states, denoised };
}

/**
 * Returns the places of the noise levels that are nearest, in their ratio, to wanted ones: each once, in the order of
 * the levels.
 */
export function levelsNear(sigmas: ArrayLike<number>, wanted: readonly number[]): number[] {
  const off = (i: number, sigma: number) => Math.abs(Math.log(sigmas[i] / sigma));
  const places = Array.from({ length: sigmas.length }, (_, i) => i);
  const nearest = wanted.map((sigma) => places.reduce((best, i) => (off(i, sigma) < off(best, sigma) ? i : best)));
  return [...new Set(nearest)].sort((i, j) => i - j);
}

/**
 * Returns trajectory n as rows of images at some of its levels, as in Fig. 1 of arXiv 2303.02490: the states x_t = x /
 * √(1 + σ²), the differences of neighbouring ones, each at the same contrast, and the endpoint estimates.
 *
 * @param shown numbers of levels, increasing, the last one of which gives the difference to the level before
 * @throws RangeError if there is no such trajectory or level
 */
export function outlineRows({ sigmas, states, denoised }: Outline, n: number, shown: readonly number[]): Matrix[] {
  if (!(n >= 0 && n < states[0].rows))
    throw new RangeError(`outlineRows: trajectory ${n}, expected one of the ${states[0].rows} from 0 on`);
  const wrong = shown.find((i) => !(i in states));
  if (wrong !== undefined)
    throw new RangeError(`outlineRows: level ${wrong}, expected one of the ${states.length} from 0 on`);
  const pick = (of: readonly Matrix[]) => {
    const picked = matrix(shown.length, of[0].cols);
    shown.forEach((i, place) => row(picked, place).set(row(of[i], n)));
    return picked;
  };
  const scaled = states.map((x, i) => scale(x, 1 / Math.hypot(1, sigmas[i])));
  const steps = scaled.map((x, i) => (i === 0 ? addScaled(scaled[1], -1, x) : addScaled(x, -1, scaled[i - 1])));
  const changes = pick(steps);
  const contrast = squaredLengths(changes).map((square) => (square > 0 ? 0.5 / Math.sqrt(square / changes.cols) : 0));
  return [scale(pick(scaled), 0.5), scaleRows(changes, contrast), pick(denoised)];
}
