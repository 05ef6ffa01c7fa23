import { matrix, requireSameShape, transpose, type Matrix } from "../../math/matrix.js";
import { attention, type DeltaOptions } from "./attention.js";
import { rowRange } from "./blocks.js";
import type { Divergence, JacobianProduct, ScoreAndDivergence } from "../jacobian.js";
import { requirePoints, type Denoiser, type LogDensity, type Score } from "../score.js";

/*
 * The distribution that has only the given points, Σ_i w_i δ(x - y_i), y of shape [N, d]: what a network with no error
 * would learn from its training set, and memorise. With a variance, every point is an isotropic Gaussian of it: a
 * kernel density estimate.
 *
 *     p_i(x) = softmax_i(log w_i - ‖x - y_i‖² / 2v),   v = σ² + variance,   m(x) = Σ_i p_i y_i
 *
 * Each function throws RangeError if there are no points, a value is not finite, or the weights are not one positive
 * number a point with sum 1; what it returns throws if x has not d columns or holds a value that is not finite, or if v
 * is 0.
 */

/** s = (m - x) / v. */
export function deltaScore(points: Matrix, options: DeltaOptions = {}): Score {
  const attend = attention("deltaScore", points, options);
  return (x, sigma) => {
    const { mean, variance } = attend(x, sigma);
    return { ...x, values: mean.values.map((m, i) => (m - x.values[i]) / variance) };
  };
}

/** D = m for points. At σ = 0 it is the nearest point, the mean of those that are equally near. */
export function deltaDenoiser(points: Matrix, options: DeltaOptions = {}): Denoiser {
  const attend = attention("deltaDenoiser", points, options);
  return (x, sigma) => {
    const { mean, variance } = attend(x, sigma, { atZero: !options.variance });
    if (!options.variance) return mean;
    const share = sigma ** 2 / variance;
    return { ...x, values: mean.values.map((m, i) => share * m + (1 - share) * x.values[i]) };
  };
}

/** log p = log Σ_i w_i N(x; y_i, v I). */
export function deltaLogDensity(points: Matrix, options: DeltaOptions = {}): LogDensity {
  const attend = attention("deltaLogDensity", points, options);
  return (x, sigma) => attend(x, sigma, { mean: false }).logDensity;
}

/** p_i(x), the probability that x is the noised point i, shape [n, N]. */
export function deltaResponsibilities(
  points: Matrix,
  options: DeltaOptions = {},
): (x: Matrix, sigma: number) => Matrix {
  const attend = attention("deltaResponsibilities", points, options);
  return (x, sigma) => {
    const all = matrix(points.rows, x.rows);
    attend(x, sigma, {
      mean: false,
      visit: (p, from, first) => {
        for (let i = 0, at = 0; i < p.rows; i++)
          for (let n = 0; n < p.cols; n++, at++) all.values[(from + i) * x.rows + first + n] = p.values[at];
      },
    });
    return transpose(all);
  };
}

/** ∇ · s = -d / v + Σ_i p_i ‖y_i - m‖² / v². */
export function deltaDivergence(points: Matrix, options: DeltaOptions = {}): Divergence {
  const both = deltaScoreAndDivergence(points, options, "deltaDivergence");
  return (x, sigma) => both(x, sigma).divergence;
}

/** The score and its divergence together, for the cost of one. */
export function deltaScoreAndDivergence(
  points: Matrix,
  options: DeltaOptions = {},
  where = "deltaScoreAndDivergence",
): (x: Matrix, sigma: number) => ScoreAndDivergence {
  const attend = attention(where, points, options);
  return (x, sigma) => {
    const { mean, square, variance } = attend(x, sigma);
    const [score, divergence] = [matrix(x.rows, x.cols), square];
    for (let n = 0, at = 0; n < x.rows; n++) {
      let spread = square[n]; // Σ p_i ‖y_i‖² - ‖m‖², which round-off can leave below 0
      for (let j = 0; j < x.cols; j++, at++) {
        const m = mean.values[at];
        spread -= m ** 2;
        score.values[at] = (m - x.values[at]) / variance;
      }
      divergence[n] = (Math.max(spread, 0) / variance - x.cols) / variance;
    }
    return { score, divergence };
  };
}

/** J v = -v / v + Cov_p(y) v / v², where Cov_p(y) v = Σ_i p_i y_i (y_i · v) - m (m · v). */
export function deltaJacobianProduct(points: Matrix, options: DeltaOptions = {}): JacobianProduct {
  const attend = attention("deltaJacobianProduct", points, options);
  return (x, sigma, v) => {
    requireSameShape("deltaJacobianProduct", x, v);
    requirePoints("deltaJacobianProduct", "v", v, points.cols);
    const { mean, variance, along } = attend(x, sigma, { along: v });
    const d = x.cols;
    const result = matrix(v.rows, d);
    for (let n = 0; n < v.rows; n++) {
      const [m, vn] = [rowRange(mean, n, n + 1).values, rowRange(v, n, n + 1).values];
      const dot = m.reduce((sum, value, j) => sum + value * vn[j], 0);
      for (let j = 0; j < d; j++)
        result.values[n * d + j] = ((along!.values[n * d + j] - dot * m[j]) / variance - vn[j]) / variance;
    }
    return result;
  };
}
