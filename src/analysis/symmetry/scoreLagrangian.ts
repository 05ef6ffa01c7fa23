import type { DifferentiableDenoiser, VectorField } from "../../diffusion/distribution.js";
import { matrix, row, takeRows, type Matrix } from "../../math/matrix.js";
import type { Lagrangian } from "./lagrangian.js";

/** A field in the place of a score, of which products with the transposed Jacobian are known. */
export interface PulledScore extends Pick<VectorField, "dimension" | "score" | "divergence"> {
  /** Jᵀ v of every row, J = ∂s/∂x; the jacobianProduct of a true score, whose J is symmetric */
  readonly transposedProduct: (x: Matrix, sigma: number, v: Matrix) => Matrix;
}

/**
 * A field as scoreLagrangian takes it: transposed products by those of its denoiser, s = (D - x) / σ², where that has
 * them, and otherwise by its own Jacobian, which of a distribution's score is symmetric.
 */
export function pulledScore(
  field: Pick<VectorField, "dimension" | "score" | "divergence" | "jacobianProduct"> &
    Partial<Pick<DifferentiableDenoiser, "vjp">>,
): PulledScore {
  return {
    dimension: field.dimension,
    score: (x, sigma) => field.score(x, sigma),
    divergence: (x, sigma) => field.divergence(x, sigma),
    transposedProduct: (x, sigma, v) => {
      if (!field.vjp) return field.jacobianProduct(x, sigma, v);
      const pulled = field.vjp(x, sigma, v);
      return { ...x, values: pulled.values.map((value, i) => (value - v.values[i]) / sigma ** 2) };
    },
  };
}

/** Settings of scoreLagrangian. */
export interface ScoreLagrangianOptions {
  /** as of onsagerMachlup */
  readonly divergence?: boolean;
  /** of the differences that ∇(∇ · s) is made of, in units of σ; their error is its square */
  readonly step?: number;
}

/**
 * The Onsager–Machlup Lagrangian of the reverse equation dx = -2σ s dσ + √(2σ) dW of any field, a trained network's
 * too, L = -|v + 2σ s|² / 4σ [- σ ∇ · s] with dσ < 0, and its gradients. Those of s are exact; ∇(∇ · s) is made of 2d
 * products with Jᵀ, at points to either side along each axis.
 */
export function scoreLagrangian(
  name: string,
  { dimension: d, score, divergence, transposedProduct }: PulledScore,
  { divergence: whole = false, step = 1e-3 }: ScoreLagrangianOptions = {},
): Lagrangian {
  const divergenceGradient = (x: Matrix, sigma: number): Float64Array => {
    const h = step * sigma;
    const [points, units] = [matrix(2 * d, d), matrix(2 * d, d)];
    for (let i = 0; i < 2 * d; i++) {
      row(points, i).set(x.values);
      points.values[i * d + (i >> 1)] += i % 2 === 0 ? h : -h;
      units.values[i * d + (i >> 1)] = 1;
    }
    const pulled = transposedProduct(points, sigma, units);
    const gradient = new Float64Array(d);
    for (let i = 0; i < 2 * d; i++)
      for (let j = 0; j < d; j++) gradient[j] += ((i % 2 === 0 ? 1 : -1) * pulled.values[i * d + j]) / (2 * h);
    return gradient;
  };
  return {
    name,
    dimension: d,
    reverse: true,
    first(x, v, t) {
      const result = { value: new Float64Array(x.rows), x: matrix(x.rows, d), v: matrix(x.rows, d) };
      for (let n = 0; n < x.rows; n++) {
        const [point, sigma] = [takeRows(x, [n]), t[n]];
        const s = score(point, sigma);
        const r = { ...s, values: s.values.map((value, j) => v.values[n * d + j] + 2 * sigma * value) };
        const pulled = transposedProduct(point, sigma, r);
        row(result.x, n).set(pulled.values.map((value) => -value));
        row(result.v, n).set(r.values.map((value) => -value / (2 * sigma)));
        result.value[n] = -r.values.reduce((total, value) => total + value * value, 0) / (4 * sigma);
        if (!whole) continue;
        result.value[n] -= sigma * divergence(point, sigma)[0];
        const gradient = divergenceGradient(point, sigma);
        row(result.x, n).forEach((_, j, own) => (own[j] -= sigma * gradient[j]));
      }
      return result;
    },
    mass: (_, t) => t.map((sigma) => 1 / (2 * sigma)),
  };
}
