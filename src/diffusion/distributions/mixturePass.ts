import { matrix, type Matrix } from "../../math/matrix.js";
import { multiply, multiplyInto, multiplySymmetricInto } from "../../math/multiply.js";
import { sharedRoom } from "../../math/room.js";
import { rowRange } from "../../math/rowBlocks.js";
import { addSlice, dotSlices, scaleSlice, weighTo } from "../../math/slices.js";
import { negligible } from "./blocks.js";
import {
  centredPoints,
  featuresOf,
  isWorthItsMatrix,
  logDensityOf,
  logFactor,
  scoreOperator,
  shrinkage,
  spanned,
  spectrum,
  type GaussianParameters,
  type Spectrum,
} from "./gaussianSpectrum.js";
import type { MixtureParameters } from "./mixtureParameters.js";

/** A component at some points. */
interface Part {
  /** shape [n] */
  readonly logDensity: Float64Array;
  /** adds the shares of the active points to a sum */
  readonly addTo: (sum: Matrix, active: readonly number[], shares: Float64Array) => void;
}

/** Some points, with what the components so far have given them, relative to the largest. */
interface Mixed {
  readonly x: Matrix;
  readonly sum: Matrix;
  /** log of the largest w_k N(x; μ_k, Σ_k + σ²I), shape [n] */
  readonly largest: Float64Array;
  readonly total: Float64Array;
}

/** Points that are taken at once: a cache holds them from one loop to the next. */
const POINTS = 512;

/**
 * Returns the score or the denoiser, Σ_k r_k f(Σ_k) (x - μ_k) or Σ_k r_k [f(Σ_k) (x - μ_k) + μ_k], shape [n, d]. The
 * components come one after the other: nothing of n K d numbers is made, the eigenvectors of each are read once while a
 * cache holds them, and the points for which it is negligible beside earlier ones are left out of the second product.
 */
export function mixInOnePass(
  { weights, components }: MixtureParameters,
  x: Matrix,
  sigma: number,
  what: "score" | "denoiser",
): Matrix {
  const n = x.rows;
  const least = negligible(components.length);
  const sum = matrix(n, x.cols);
  const [largest, total] = [new Float64Array(n).fill(-Infinity), new Float64Array(n)];
  const size = Math.ceil(n / Math.ceil(n / POINTS)); // none much smaller than the others
  const parts: Mixed[] = [];
  for (let from = 0; from < n; from += size) {
    const to = Math.min(from + size, n);
    const [some, its] = [rowRange(x, from, to), rowRange(sum, from, to)];
    parts.push({ x: some, sum: its, largest: largest.subarray(from, to), total: total.subarray(from, to) });
  }
  components.forEach((g, k) => {
    const at = (isBroad(g, n, sigma) ? byMatrix : bySpectrum)(g, sigma, what);
    for (const part of parts) mix(part, Math.log(weights[k]), at(centredPoints(part.x, g.mean)), least);
  });
  for (let i = 0; i < n; i++) scaleSlice(sum.values, i * sum.cols, 1 / total[i], sum.cols);
  return sum;
}

/** Adds a component to what is mixed of the others. */
function mix({ sum, largest, total }: Mixed, logWeight: number, { logDensity, addTo }: Part, least: number): void {
  const shares = new Float64Array(sum.rows);
  const active: number[] = [];
  for (let i = 0; i < sum.rows; i++) {
    const log = Math.max(logWeight + logDensity[i], -Number.MAX_VALUE); // finite where a square overflows
    if (log < largest[i] + least) continue;
    if (log > largest[i]) {
      const factor = Math.exp(largest[i] - log);
      total[i] *= factor;
      scaleSlice(sum.values, i * sum.cols, factor, sum.cols);
      largest[i] = log;
    }
    total[i] += shares[i] = Math.exp(log - largest[i]);
    active.push(i);
  }
  if (active.length > 0) addTo(sum, active, shares);
}

const operator = (g: GaussianParameters, sigma: number, what: "score" | "denoiser"): Spectrum =>
  what === "score" ? scoreOperator(g, sigma) : spectrum(g, (lambda) => shrinkage(lambda, sigma));

/**
 * Whether f(Σ) itself serves: the points are many, and σ² is a third of the largest variance or more, so that the
 * eigenvalues of Σ + σ²I differ by a factor of 4 at most and yᵀ f(Σ) y gives the density as exactly as the features do.
 */
function isBroad(g: GaussianParameters, n: number, sigma: number): boolean {
  const largest = g.lambda.reduce((most, value) => Math.max(most, value), g.residualVariance ?? 0);
  return isWorthItsMatrix(g, n) && largest <= 3 * sigma ** 2;
}

/** By one product with f(Σ). */
function byMatrix(g: GaussianParameters, sigma: number, what: "score" | "denoiser"): (y: Matrix) => Part {
  const { isotropic, lowRank } = operator(g, sigma, what);
  const f = spanned(g.U, lowRank);
  const factor = logFactor(g, sigma);
  return (y) => {
    const d = y.cols;
    const z = matrix(y.rows, d, sharedRoom("features", y.values.length));
    multiplySymmetricInto(z, y, f);
    if (isotropic !== 0) addSlice(z.values, 0, isotropic, y.values, 0, y.values.length);
    const logDensity = new Float64Array(y.rows);
    for (let i = 0, at = 0; i < y.rows; i++, at += d) {
      const product = dotSlices(y.values, at, z.values, at, d);
      const square = what === "score" ? -product : (dotSlices(y.values, at, y.values, at, d) - product) / sigma ** 2;
      logDensity[i] = factor - 0.5 * square;
    }
    return {
      logDensity,
      addTo: (sum, active, shares) => {
        for (const i of active) {
          addSlice(sum.values, i * d, shares[i], z.values, i * d, d);
          if (what === "denoiser") addSlice(sum.values, i * d, shares[i], g.mean, 0, d);
        }
      },
    };
  };
}

/** By the features Uᵀ y and, of the active points, a product with U. */
function bySpectrum(g: GaussianParameters, sigma: number, what: "score" | "denoiser"): (y: Matrix) => Part {
  const { isotropic, lowRank } = operator(g, sigma, what);
  const r = lowRank.length;
  return (y) => {
    const d = y.cols;
    const features = featuresOf(g, y);
    return {
      logDensity: logDensityOf(g, y, sigma, features),
      addTo: (sum, active, shares) => {
        // in the room of the features, whose rows move up to the first ones
        const weighted = rowRange(features, 0, active.length);
        for (let k = 0; k < active.length; k++)
          weighTo(weighted.values, k * r, shares[active[k]], lowRank, features.values, active[k] * r);
        if (active.length === sum.rows) multiplyInto(sum, weighted, g.U, { transposeB: true, beta: 1 });
        else {
          const part = multiply(weighted, g.U, { transposeB: true });
          for (let k = 0; k < active.length; k++) addSlice(sum.values, active[k] * d, 1, part.values, k * d, d);
        }
        for (const i of active) {
          if (isotropic !== 0) addSlice(sum.values, i * d, shares[i] * isotropic, y.values, i * d, d);
          if (what === "denoiser") addSlice(sum.values, i * d, shares[i], g.mean, 0, d);
        }
      },
    };
  };
}
