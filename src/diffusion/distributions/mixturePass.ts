import { matrix, row, scaleRows, type Matrix } from "../../math/matrix.js";
import { multiply, multiplyInto } from "../../math/multiply.js";
import { rowRange } from "../../math/rowBlocks.js";
import { negligible } from "./blocks.js";
import { centredPoints, featuresOf, noisedAt, type GaussianParameters, type Spectrum } from "./gaussianSpectrum.js";
import type { MixtureParameters } from "./mixtureParameters.js";

/**
 * Returns Σ_k r_k [f(Σ_k) (x - μ_k) + μ_k, this one if asked], shape [n, d]. The components come one after the other:
 * nothing of n K d numbers is made, the eigenvectors of each are read once while a cache holds them, and the points for
 * which it is negligible beside earlier ones are left out of the second product.
 */
export function mixInOnePass(
  { weights, components }: MixtureParameters,
  x: Matrix,
  sigma: number,
  f: (g: GaussianParameters) => Spectrum,
  addMeans: boolean,
): Matrix {
  const n = x.rows;
  const least = negligible(components.length);
  const [largest, total] = [new Float64Array(n).fill(-Infinity), new Float64Array(n)];
  const sum = matrix(n, x.cols);
  components.forEach((g, k) => {
    const y = centredPoints(x, g.mean);
    const { features, logDensity } = noisedAt(g, y, sigma, featuresOf(g, y));
    const logWeight = Math.log(weights[k]);
    const shares = new Float64Array(n);
    const active: number[] = [];
    for (let i = 0; i < n; i++) {
      const log = Math.max(logWeight + logDensity[i], -Number.MAX_VALUE); // finite where a square overflows
      if (log < largest[i] + least) continue;
      if (log > largest[i]) {
        const factor = Math.exp(largest[i] - log);
        total[i] *= factor;
        const sumOfPoint = row(sum, i);
        for (let j = 0; j < sumOfPoint.length; j++) sumOfPoint[j] *= factor;
        largest[i] = log;
      }
      total[i] += shares[i] = Math.exp(log - largest[i]);
      active.push(i);
    }
    addComponent(sum, active, shares, f(g), g, features, y, addMeans);
  });
  return scaleRows(
    sum,
    total.map((value) => 1 / value),
  );
}

/** Adds every active point's share of f(Σ) y + μ. */
function addComponent(
  sum: Matrix,
  active: readonly number[],
  shares: Float64Array,
  { isotropic, lowRank }: Spectrum,
  { U, mean }: GaussianParameters,
  features: Matrix,
  y: Matrix,
  addMeans: boolean,
): void {
  if (active.length === 0) return;
  const d = sum.cols;
  // in the room of the features, whose rows move up to the first ones
  const weighted = rowRange(features, 0, active.length);
  active.forEach((i, at) => {
    const [from, to] = [row(features, i), row(weighted, at)];
    const share = shares[i];
    for (let j = 0; j < to.length; j++) to[j] = share * lowRank[j] * from[j];
  });
  if (active.length === sum.rows) multiplyInto(sum, weighted, U, { transposeB: true, beta: 1 });
  else {
    const part = multiply(weighted, U, { transposeB: true });
    active.forEach((i, at) => {
      for (let j = 0; j < d; j++) sum.values[i * d + j] += part.values[at * d + j];
    });
  }
  if (isotropic === 0 && !addMeans) return;
  for (const i of active)
    for (let j = 0, at = i * d; j < d; j++, at++)
      sum.values[at] += shares[i] * (isotropic * y.values[at] + (addMeans ? mean[j] : 0));
}
