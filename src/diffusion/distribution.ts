import { addScaled, requireColumns, scale, type Matrix } from "../math/matrix.js";
import type { Source } from "../math/random.js";
import type { Flow } from "./flow.js";
import {
  differenceProduct,
  exactDivergence,
  hutchinsonDivergence,
  type Divergence,
  type HutchinsonOptions,
  type JacobianProduct,
  type ScoreAndDivergence,
} from "./jacobian.js";
import { requirePositive, requireScores, requireSigma, type Denoiser, type LogDensity, type Score } from "./score.js";

/**
 * A field in the place of a score at every noise level, with what samplers, likelihoods and estimators ask of it. The
 * score of a distribution is one; a trained network's, or one with a gauge field added, need not be a gradient.
 */
export interface VectorField {
  /** d, the dimension of the space */
  readonly dimension: number;
  /** s(x, σ), shape [n, d] */
  readonly score: Score;
  /** D = x + σ² s, shape [n, d] */
  readonly denoiser: Denoiser;
  /** the Jacobian of s times a vector of each row, shape [n, d] */
  readonly jacobianProduct: JacobianProduct;
  /** ∇ · s, shape [n] */
  readonly divergence: Divergence;
  /**
   * both, for less than one after the other where that is possible; it may put them into the arrays of an earlier result
   * that is given as no longer needed
   */
  readonly scoreAndDivergence: (x: Matrix, sigma: number, room?: ScoreAndDivergence) => ScoreAndDivergence;
}

/** A distribution of data p(·; 0) noised to every σ: p(·; σ) = p(·; 0) * N(0, σ² I). */
export interface Distribution extends VectorField {
  /** log p(x; σ), shape [n] */
  readonly logDensity: LogDensity;
  /** Draws n independent points of p(·; σ), shape [n, d]; data without a σ. */
  readonly sample: (source: Source, n: number, sigma?: number) => Matrix;
  /** the closed form of the probability flow, where there is one */
  readonly flow?: Flow;
}

/** The known parts of a field beside its score; the others are made from these. */
export interface FieldOptions extends Partial<Omit<VectorField, "dimension">> {
  /** makes the divergence that is not given Hutchinson's estimate, in place of d products */
  readonly hutchinson?: HutchinsonOptions;
}

/**
 * Makes a field of d dimensions from its score alone. What is not given is made: Jacobian products by central
 * differences (two evaluations each, error O(10⁻¹⁰) of a score of size 1, round-off besides), the divergence from d
 * products or, with `hutchinson`, by Hutchinson's estimate, and the denoiser by Tweedie's formula. With a log density
 * and samples of one's own it is a distribution: `{ ...fromScore(2, score), logDensity, sample }`.
 *
 * The functions that are made throw RangeError if x has not d columns or the score is of another shape than x.
 *
 * @example
 * const p = fromScore(2, (x, sigma) => scale(x, -1 / (1 + sigma ** 2)));
 * const images = last(sample(p, noise, karrasSigmas(18)));
 *
 * @throws RangeError if d is not a positive integer
 */
export function fromScore(dimension: number, score: Score, options: Omit<FieldOptions, "score"> = {}): VectorField {
  if (!(Number.isSafeInteger(dimension) && dimension > 0))
    throw new RangeError(`fromScore: the dimension is ${dimension}, expected a positive integer`);
  const checked: Score = (x, sigma) => {
    const s = score(x, sigma);
    requireColumns("fromScore", "x", x, dimension);
    requireScores("fromScore", x, s);
    return s;
  };
  const { denoiser, jacobianProduct = differenceProduct(score), scoreAndDivergence, hutchinson } = options;
  const {
    divergence = scoreAndDivergence
      ? (x: Matrix, sigma: number) => scoreAndDivergence(x, sigma).divergence
      : hutchinson
        ? hutchinsonDivergence(jacobianProduct, dimension, hutchinson)
        : exactDivergence(jacobianProduct),
  } = options;
  return {
    dimension,
    score,
    denoiser:
      denoiser ??
      ((x, sigma) => {
        requireSigma("fromScore", sigma);
        return addScaled(x, sigma * sigma, checked(x, sigma));
      }),
    jacobianProduct,
    divergence,
    scoreAndDivergence:
      scoreAndDivergence ?? ((x, sigma) => ({ score: checked(x, sigma), divergence: divergence(x, sigma) })),
  };
}

/**
 * Makes a field of d dimensions from a denoiser, as fromScore does from a score. The denoiser is kept as it is: a
 * sampler, which asks for nothing else, pays no way there and back, nor its round-off.
 *
 * @throws RangeError if d is not a positive integer; the score at σ = 0, of which a denoiser says nothing
 */
export function fromDenoiser(
  dimension: number,
  denoiser: Denoiser,
  options: Omit<FieldOptions, "denoiser"> = {},
): VectorField {
  return fromScore(dimension, options.score ?? scoreFromDenoiser(denoiser), { ...options, denoiser });
}

/** Returns s = (D - x) / σ². The score throws RangeError at σ = 0, where a denoiser says nothing of it. */
export function scoreFromDenoiser(denoiser: Denoiser): Score {
  return (x, sigma) => {
    requirePositive("scoreFromDenoiser", sigma);
    const denoised = denoiser(x, sigma);
    requireScores("scoreFromDenoiser", x, denoised);
    return scale(addScaled(denoised, -1, x), 1 / (sigma * sigma));
  };
}

/**
 * A distribution whose functions are hidden by `withParameters`. The type knows of it too: accessors of a class are no
 * part of a copy `{ ...p }`.
 */
export declare abstract class DistributionFunctions implements Distribution {
  get dimension(): number;
  get score(): Score;
  get denoiser(): Denoiser;
  get jacobianProduct(): JacobianProduct;
  get divergence(): Divergence;
  get scoreAndDivergence(): Distribution["scoreAndDivergence"];
  get logDensity(): LogDensity;
  get sample(): Distribution["sample"];
}

/**
 * Joins the parameters of a distribution and its functions. The functions are not enumerable, so that a copy with other
 * parameters, `{ ...g, lambda }`, has none instead of those of the old ones, and a notebook shows the parameters alone.
 */
export function withParameters<P extends object, F extends object>(parameters: P, functions: F): P & F {
  const hidden = Object.fromEntries(Object.entries(functions).map(([name, value]) => [name, { value }]));
  return Object.defineProperties({ ...parameters }, hidden) as P & F;
}

/** A denoiser with the products of its Jacobian J = ∂D/∂x. */
export interface DifferentiableDenoiser {
  /** D(x, σ), shape [n, d] */
  readonly denoiser: Denoiser;
  /** J v of every row of x, v a vector for each, shape [n, d] */
  readonly jvp: JacobianProduct;
  /** Jᵀ v, likewise */
  readonly vjp: JacobianProduct;
  /** D and Jᵀ v together, where that costs less than one after the other */
  readonly denoiserAndVjp?: (x: Matrix, sigma: number, v: Matrix) => DenoiserAndVjp;
}

/** D and Jᵀ v at the same points, each of shape [n, d]. */
export interface DenoiserAndVjp {
  readonly denoised: Matrix;
  readonly vjp: Matrix;
}
