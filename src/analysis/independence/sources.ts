import { gaussian } from "../../diffusion/distributions/gaussian.js";
import { gaussianMixture, type GaussianMixture } from "../../diffusion/distributions/mixture.js";
import { matrix, requireColumns, requireSquare, scaleColumns, transpose, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { fillNormal, type Source } from "../../math/random.js";
import { normalCdf, normalQuantile } from "../../math/special.js";

/** A mixture of Gaussians on the line; the weights sum to 1. */
export interface LineMixture {
  readonly weights: readonly number[];
  readonly means: readonly number[];
  readonly variances: readonly number[];
}

/** Two sources of mean 0 and variance 1: one with two modes and one with heavy tails. */
export const twoSources: readonly [LineMixture, LineMixture] = [
  { weights: [0.5, 0.5], means: [-0.9, 0.9], variances: [0.19, 0.19] },
  { weights: [0.8, 0.2], means: [0, 0], variances: [0.25, 4] },
];

/** Returns z = Φ⁻¹(F(x)) of values x at noise level σ: the monotone map that makes a mixture on the line N(0, 1). */
export function lineCodes({ weights, means, variances }: LineMixture, x: Float64Array, sigma = 0): Float64Array {
  const below = (value: number, side: 1 | -1) =>
    weights.reduce(
      (sum, weight, k) =>
        sum + weight * normalCdf((side * (value - means[k])) / Math.sqrt(variances[k] + sigma * sigma)),
      0,
    );
  return x.map((value) => {
    const p = below(value, 1);
    return p <= 0.5 ? normalQuantile(p) : -normalQuantile(below(value, -1)); // 1 - p would be rounded in the tail
  });
}

/** Draws of sources and what the mixing makes of them. */
export interface MixedSources {
  /** shape [n, d] */
  readonly sources: Matrix;
  /** A s, shape [n, d] */
  readonly mixed: Matrix;
  /** each source as N(0, 1), Φ⁻¹(F_i(s_i)), shape [n, d] */
  readonly gaussianised: Matrix;
}

/** Independent sources, linearly mixed: a distribution whose score is a closed form. */
export interface LinearMixture {
  /** of x = A s */
  readonly distribution: GaussianMixture;
  /** Draws n independent points. */
  readonly sample: (source: Source, n: number) => MixedSources;
}

/**
 * Mixes independent sources on the line by A, x = A s: a mixture of Gaussians with a component for every choice of one
 * of each source's.
 *
 * @throws RangeError if A is not square with a column for every source, or as gaussianMixture does
 */
export function linearMixture(sources: readonly LineMixture[], A: Matrix): LinearMixture {
  requireSquare("linearMixture", A);
  requireColumns("linearMixture", "A", A, sources.length);
  const d = sources.length;
  let choices: number[][] = [[]];
  for (const { weights } of sources) choices = choices.flatMap((one) => weights.map((_, k) => [...one, k]));
  const pick = (choice: number[], field: keyof LineMixture) => choice.map((k, i) => sources[i][field][k]);
  const distribution = gaussianMixture(
    choices.map((choice) => pick(choice, "weights").reduce((product, weight) => product * weight, 1)),
    choices.map((choice) =>
      gaussian(
        multiply(matrix(1, d, Float64Array.from(pick(choice, "means"))), A, { transposeB: true }).values,
        multiply(scaleColumns(A, pick(choice, "variances")), A, { transposeB: true }),
      ),
    ),
  );
  return {
    distribution,
    sample: (source, n) => {
      const [drawn, gaussianised] = [matrix(d, n), matrix(d, n)];
      sources.forEach((own, i) => {
        const values = drawn.values.subarray(i * n, (i + 1) * n);
        fillNormal(source.split(), values);
        const uniform = source.split();
        values.forEach((z, row) => {
          let [k, left] = [0, uniform.uniform()];
          while (k < own.weights.length - 1 && left >= own.weights[k]) left -= own.weights[k++];
          values[row] = own.means[k] + Math.sqrt(own.variances[k]) * z;
        });
        gaussianised.values.set(lineCodes(own, values), i * n);
      });
      const s = transpose(drawn);
      return { sources: s, mixed: multiply(s, A, { transposeB: true }), gaussianised: transpose(gaussianised) };
    },
  };
}
