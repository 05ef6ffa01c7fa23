import { addToRows, dot, matrix, requireSameShape, type Matrix } from "../../math/matrix.js";
import { choice, normal, type Source } from "../../math/random.js";
import { rowRange } from "../../math/rowBlocks.js";
import { columnMeans } from "../../math/stats.js";
import { fromScore, type Distribution } from "../distribution.js";
import type { ScoreAndDivergence } from "../jacobian.js";
import { requireDraws, requirePoints } from "../score.js";
import { attention, type Attended, type EmpiricalOptions } from "./attention.js";

/**
 * The distribution that has only the given points y_i, shape [N, d], each by its weight: Σ_i w_i δ(x - y_i), what a
 * network with no error would learn from its training set, and memorise. With a variance, every point is an isotropic
 * Gaussian of it: a kernel density estimate. Noised, with v = σ² + variance,
 *
 *     p_i(x) = softmax_i(log w_i - ‖x - y_i‖² / 2v),   m(x) = Σ_i p_i y_i,   s = (m - x) / v
 *     ∇ · s = -d / v + Σ_i p_i ‖y_i - m‖² / v²,   J v = -v / v + Cov_p(y) v / v²
 *
 * At σ = 0 the denoiser is the nearest point, the mean of those that are equally near. The functions throw RangeError
 * if x has not d columns or holds a value that is not finite, or if v is 0.
 */
export interface EmpiricalDistribution extends Distribution {
  /** y, shape [N, d] */
  readonly points: Matrix;
  /** p_i(x), the probability that x is the noised point i, shape [n, N] */
  readonly responsibilities: (x: Matrix, sigma: number) => Matrix;
}

/** Numbers up to which the points are copied: 64 MB. */
const COPIED = 2 ** 23;

/**
 * Returns the empirical distribution of points, shape [N, d]. They are copied; more than 64 MB of them are held as they
 * are, and must not change afterwards.
 *
 * @throws RangeError if there are no points, a value is not finite, or the weights are not one positive number a point
 * with sum 1
 */
export function empiricalDistribution(points: Matrix, options: EmpiricalOptions = {}): EmpiricalDistribution {
  if (points.values.length <= COPIED) points = { ...points, values: points.values.slice() };
  const centre = distantCentre(points);
  const near = (x: Matrix) => (centre && x.cols === points.cols ? addToRows(x, centre, -1) : x);
  const { sums: attend, probabilities } = attention("empiricalDistribution", near(points), options);
  const both = (where: string) => (x: Matrix, sigma: number) => {
    const u = near(x);
    return scoreAndDivergence(attend(where, u, sigma), u);
  };
  const field = fromScore(
    points.cols,
    (x, sigma) => {
      const u = near(x);
      const { mean, variance } = attend("EmpiricalDistribution.score", u, sigma);
      return { ...x, values: mean.values.map((m, i) => (m - u.values[i]) / variance) };
    },
    {
      denoiser: (x, sigma) => {
        const { mean: m, variance } = attend("EmpiricalDistribution.denoiser", near(x), sigma, {
          atZero: !options.variance,
        });
        const mean = centre ? addToRows(m, centre) : m;
        if (!options.variance) return mean;
        const share = sigma ** 2 / variance;
        return { ...x, values: mean.values.map((m, i) => share * m + (1 - share) * x.values[i]) };
      },
      jacobianProduct: (x, sigma, v) => {
        const where = "EmpiricalDistribution.jacobianProduct";
        requireSameShape(where, x, v);
        requirePoints(where, "v", v, points.cols);
        return jacobianProduct(attend(where, near(x), sigma, { along: v }), v);
      },
      divergence: (x, sigma) => both("EmpiricalDistribution.divergence")(x, sigma).divergence,
      scoreAndDivergence: both("EmpiricalDistribution.scoreAndDivergence"),
    },
  );
  return {
    ...field,
    points,
    logDensity: (x, sigma) => attend("EmpiricalDistribution.logDensity", near(x), sigma, { mean: false }).logDensity,
    responsibilities: (x, sigma) => probabilities("EmpiricalDistribution.responsibilities", near(x), sigma),
    sample: (source, n, sigma = 0) => samples(points, options, source, n, sigma),
  };
}

/** The mean of points that are ten times as far from 0 as from it: there, the terms of a distance would cancel. */
function distantCentre(points: Matrix): Float64Array | undefined {
  if (points.rows === 0) return undefined;
  const centre = columnMeans(points);
  let squares = 0;
  for (let i = 0, at = 0; i < points.rows; i++)
    for (let j = 0; j < points.cols; j++, at++) squares += (points.values[at] - centre[j]) ** 2;
  return dot(centre, centre) > (100 * squares) / points.rows ? centre : undefined;
}

/** The attended m, Σ_i p_i ‖y_i‖² and v of x as its score and divergence. */
function scoreAndDivergence({ mean, square, variance }: Attended, x: Matrix): ScoreAndDivergence {
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
}

/** -v / v + Cov_p(y) v / v², where Cov_p(y) v = Σ_i p_i y_i (y_i · v) - m (m · v) */
function jacobianProduct({ mean, variance, along }: Attended, v: Matrix): Matrix {
  const d = v.cols;
  const result = matrix(v.rows, d);
  for (let n = 0; n < v.rows; n++) {
    const [m, vn] = [rowRange(mean, n, n + 1).values, rowRange(v, n, n + 1).values];
    const dot = m.reduce((sum, value, j) => sum + value * vn[j], 0);
    for (let j = 0; j < d; j++)
      result.values[n * d + j] = ((along!.values[n * d + j] - dot * m[j]) / variance - vn[j]) / variance;
  }
  return result;
}

function samples(
  points: Matrix,
  { weights, variance = 0 }: EmpiricalOptions,
  source: Source,
  n: number,
  sigma: number,
): Matrix {
  requireDraws("EmpiricalDistribution.sample", n, sigma);
  const drawn = choice(source.split(), n, weights ?? new Float64Array(points.rows).fill(1 / points.rows));
  const spread = Math.sqrt(sigma ** 2 + variance);
  const z = normal(source, n, points.cols);
  for (let i = 0; i < z.values.length; i++)
    z.values[i] =
      points.values[drawn[Math.floor(i / points.cols)] * points.cols + (i % points.cols)] + spread * z.values[i];
  return z;
}
