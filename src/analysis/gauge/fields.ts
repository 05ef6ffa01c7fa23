import { fromScore, type Distribution, type VectorField } from "../../diffusion/distribution.js";
import type { JacobianProduct } from "../../diffusion/jacobian.js";
import type { LogDensity, Score } from "../../diffusion/score.js";
import {
  addScaled,
  matrix,
  requireColumns,
  requireSameShape,
  requireSquare,
  rowDots,
  scale,
  trace,
  type Matrix,
  scaleRows,
} from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";

/*
 * A field s + r in the place of the score moves points differently and yet carries the same densities p(·; σ) if and
 * only if
 *
 *     ∇ · (p r) = 0,   the same as   ∇ · r + r · s = 0
 *
 * (Horvat and Pfister, arXiv 2402.03845): r is then a gauge field. Each of them is a sum of K (∇q + q s) = (1/p) K ∇(p
 * q), K a constant antisymmetric matrix and q a function.
 */

/** A scalar function q of x at every noise level, with two derivatives. */
export interface Potential {
  /** d */
  readonly dimension: number;
  /** q(x, σ) of every row of x, shape [n] */
  readonly value: LogDensity;
  /** ∇q of every row, shape [n, d] */
  readonly gradient: Score;
  /** the Hessian of q times a vector of each row, shape [n, d] */
  readonly hessianProduct: JacobianProduct;
}

/** The score of a density and its derivative, of which gauge fields are made. */
type ScoreWithProduct = Pick<Distribution, "dimension" | "score" | "jacobianProduct">;

/** A matrix, or one for every noise level. */
export type MatrixAtLevel = Matrix | ((sigma: number) => Matrix);

/**
 * The plane's J = [[0, -1], [1, 0]], a quarter turn: the one antisymmetric matrix of two dimensions, but for a factor.
 */
export const rotation90: Matrix = matrix(2, 2, Float64Array.of(0, -1, 1, 0));

/**
 * The gauge field r = K (∇q + q s) of the density p with ∇ log p = s, in any dimension; without q it is r = K s, which
 * is free of divergence and at right angles to the score. With a q it has ∇ · r = ∇q · K s and keeps the density all
 * the same.
 *
 * It throws RangeError if K is not square and antisymmetric, or x has not as many columns.
 *
 * @example
 * const turned = addFields(p, gaugeField(p, rotation90)); // samples p as its score does, by other paths
 */
export function gaugeField(
  p: ScoreWithProduct,
  K: MatrixAtLevel,
  q?: Pick<Potential, "value" | "gradient" | "hessianProduct">,
): VectorField {
  return turned("gaugeField", p, K, q, true);
}

/**
 * The field r = q K s, at right angles to the score. It is a gauge field only where ∇q · K s = 0, if q depends on p
 * alone: for other q it is an example of a field that follows the level sets of the density and does not keep it. It
 * throws as gaugeField does.
 */
export function orthogonalField(
  p: ScoreWithProduct,
  K: MatrixAtLevel,
  q: Pick<Potential, "value" | "gradient">,
): VectorField {
  return turned("orthogonalField", p, K, q, false);
}

/** A function h(log p) of the density and its derivative by log p. */
export interface LevelSpeed {
  readonly value: (logP: number) => number;
  readonly slope: (logP: number) => number;
}

/**
 * The gauge field r = h(log p) K s, a motion within the level sets of p: free of divergence and at right angles to the
 * score. It throws as gaugeField does.
 */
export function levelSetRotation(
  p: ScoreWithProduct & Pick<Distribution, "logDensity">,
  K: MatrixAtLevel,
  h: LevelSpeed,
): VectorField {
  const speed = {
    value: (x: Matrix, sigma: number) => p.logDensity(x, sigma).map(h.value),
    gradient: (x: Matrix, sigma: number) => scaleRows(p.score(x, sigma), p.logDensity(x, sigma).map(h.slope)),
  };
  return turned("levelSetRotation", p, K, speed, false);
}

/**
 * The linear field f = A x, or A(σ) x; of a centred Gaussian N(0, S) it is a gauge field if and only if A S is
 * antisymmetric, of a density that a group of rotations keeps if A is antisymmetric and generates one of them. It
 * throws RangeError if A is not square or x has not as many columns.
 */
export function linearField(A: MatrixAtLevel): VectorField {
  const at = (x: Matrix, sigma: number) => {
    const a = typeof A === "function" ? A(sigma) : A;
    requireSquare("linearField", a);
    requireColumns("linearField", "x", x, a.cols);
    return a;
  };
  const dimension = (typeof A === "function" ? A(1) : A).cols;
  return fromScore(dimension, (x, sigma) => multiply(x, at(x, sigma), { transposeB: true }), {
    jacobianProduct: (x, sigma, v) => {
      requireSameShape("linearField", x, v);
      return multiply(v, at(x, sigma), { transposeB: true });
    },
    divergence: (x, sigma) => new Float64Array(x.rows).fill(trace(at(x, sigma))),
  });
}

/**
 * Returns the linear field (c / σ) A x, which stays of one size relative to the score as the noise vanishes: with an
 * antisymmetric A a rotation.
 *
 * @throws RangeError if A is not square
 */
export function inverseSigmaField(A: Matrix, c = 1): VectorField {
  return linearField((sigma) => scale(A, c / sigma));
}

/**
 * The field of a linearField whose speed grows with the distance from its axis, f = |A x|² A x: a shear of the circles
 * on which an antisymmetric A turns. It throws as linearField does.
 */
export function shearField(A: MatrixAtLevel): VectorField {
  const { dimension, score: along, jacobianProduct: alongProduct } = linearField(A);
  return fromScore(
    dimension,
    (x, sigma) => {
      const Ax = along(x, sigma);
      return scaleRows(Ax, rowDots(Ax, Ax));
    },
    {
      jacobianProduct: (x, sigma, v) => {
        const [Ax, Av] = [along(x, sigma), alongProduct(x, sigma, v)];
        return addScaled(scaleRows(Av, rowDots(Ax, Ax)), 2, scaleRows(Ax, rowDots(Ax, Av)));
      },
    },
  );
}

/** Returns ∇φ as a field, with the Hessian's trace as its divergence: d products. */
export function gradientField({ dimension, gradient, hessianProduct }: Omit<Potential, "value">): VectorField {
  return fromScore(dimension, gradient, { jacobianProduct: hessianProduct });
}

/** Returns f + factor · g with all derivatives. @throws RangeError if they differ in dimension */
export function addFields(f: VectorField, g: VectorField, factor = 1): VectorField {
  if (f.dimension !== g.dimension)
    throw new RangeError(`addFields: fields of ${f.dimension} and ${g.dimension} dimensions, expected one dimension`);
  const sum = (a: Float64Array, b: Float64Array) => a.map((value, n) => value + factor * b[n]);
  return fromScore(f.dimension, (x, sigma) => addScaled(f.score(x, sigma), factor, g.score(x, sigma)), {
    jacobianProduct: (x, sigma, v) => addScaled(f.jacobianProduct(x, sigma, v), factor, g.jacobianProduct(x, sigma, v)),
    divergence: (x, sigma) => sum(f.divergence(x, sigma), g.divergence(x, sigma)),
    scoreAndDivergence: (x, sigma) => {
      const [a, b] = [f.scoreAndDivergence(x, sigma), g.scoreAndDivergence(x, sigma)];
      return { score: addScaled(a.score, factor, b.score), divergence: sum(a.divergence, b.divergence) };
    },
  });
}

/**
 * The polynomial q = c + b · x + ½ xᵀ Q x, the same at every noise level.
 *
 * @throws RangeError if Q is not a square matrix of the dimension of b
 */
export function quadraticPotential({
  constant = 0,
  linear,
  quadratic = matrix(linear.length, linear.length),
}: {
  constant?: number;
  linear: ArrayLike<number>;
  quadratic?: Matrix;
}): Potential {
  requireSquare("quadraticPotential", quadratic);
  requireColumns("quadraticPotential", "the quadratic form", quadratic, linear.length);
  const d = linear.length;
  const symmetric = matrix(
    d,
    d,
    quadratic.values.map((value, i) => (value + quadratic.values[(i % d) * d + Math.floor(i / d)]) / 2),
  );
  const b = Float64Array.from(linear);
  const gradient: Score = (x) => {
    const result = multiply(x, symmetric);
    for (let i = 0; i < result.values.length; i++) result.values[i] += b[i % d];
    return result;
  };
  return {
    dimension: d,
    value: (x, sigma) =>
      rowDots(x, addScaled(gradient(x, sigma), 1, rows(x.rows, b))).map((value) => constant + value / 2),
    gradient,
    hessianProduct: (x, _, v) => {
      requireSameShape("quadraticPotential", x, v);
      return multiply(v, symmetric);
    },
  };
}

/**
 * The potential q(c(σ) x), which sees points of every noise level at the scale c: without another at 1 / √(1 + σ²),
 * that of a variance-preserving process.
 */
export function scaledPotential(
  q: Potential,
  c: (sigma: number) => number = (sigma) => 1 / Math.sqrt(1 + sigma ** 2),
): Potential {
  return {
    dimension: q.dimension,
    value: (x, sigma) => q.value(scale(x, c(sigma)), sigma),
    gradient: (x, sigma) => scale(q.gradient(scale(x, c(sigma)), sigma), c(sigma)),
    hessianProduct: (x, sigma, v) => scale(q.hessianProduct(scale(x, c(sigma)), sigma, v), c(sigma) ** 2),
  };
}

/** K (∇q + q s) or, without its first term, q K s. */
function turned(
  where: string,
  { dimension, score, jacobianProduct }: ScoreWithProduct,
  K: MatrixAtLevel,
  q: (Pick<Potential, "value" | "gradient"> & Partial<Potential>) | undefined,
  whole: boolean,
): VectorField {
  const turn = (v: Matrix, sigma: number) => {
    const k = requireAntisymmetric(where, typeof K === "function" ? K(sigma) : K);
    requireColumns(where, "x", v, k.rows);
    return multiply(v, k, { transposeB: true });
  };
  if (typeof K !== "function") requireAntisymmetric(where, K);
  if (!q)
    return fromScore(dimension, (x, sigma) => turn(score(x, sigma), sigma), {
      jacobianProduct: (x, sigma, v) => turn(jacobianProduct(x, sigma, v), sigma),
      divergence: (x) => new Float64Array(x.rows),
    });
  return fromScore(
    dimension,
    (x, sigma) => {
      const qs = scaleRows(score(x, sigma), q.value(x, sigma));
      return turn(whole ? addScaled(qs, 1, q.gradient(x, sigma)) : qs, sigma);
    },
    {
      jacobianProduct: (x, sigma, v) => {
        const changes = scaleRows(score(x, sigma), rowDots(q.gradient(x, sigma), v));
        const sum = addScaled(changes, 1, scaleRows(jacobianProduct(x, sigma, v), q.value(x, sigma)));
        return turn(whole ? addScaled(sum, 1, q.hessianProduct!(x, sigma, v)) : sum, sigma);
      },
      // K contracted with the Hessians of q and of log p is 0.
      divergence: (x, sigma) => rowDots(q.gradient(x, sigma), turn(score(x, sigma), sigma)),
    },
  );
}

/** @throws RangeError if K is not square or K + Kᵀ is not 0 */
export function requireAntisymmetric(where: string, K: Matrix): Matrix {
  requireSquare(where, K);
  for (let i = 0; i < K.rows; i++)
    for (let j = 0; j <= i; j++) {
      const [lower, upper] = [K.values[i * K.cols + j], K.values[j * K.cols + i]];
      if (!(Math.abs(lower + upper) <= 1e-12 * Math.max(1, Math.abs(lower))))
        throw new RangeError(
          `${where}: entry (${i}, ${j}) of K is ${lower} and (${j}, ${i}) is ${upper}, expected an antisymmetric matrix; pass (K - Kᵀ) / 2 if the rest is noise`,
        );
    }
  return K;
}

function rows(n: number, v: Float64Array): Matrix {
  const m = matrix(n, v.length);
  for (let i = 0; i < n; i++) m.values.set(v, i * v.length);
  return m;
}
