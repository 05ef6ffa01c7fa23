import { matrix, row, takeRows, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { choice, normal, type Source } from "../../math/random.js";
import type { GaussianMixture } from "./mixture.js";
import { requireSigma } from "../score.js";

/**
 * n independent points of a noised mixture, x = μ_k + (Σ_k + σ²I)^½ z with component k by its weight, shape [n, d]:
 * data at σ = 0, and at σ_max the exact states from which a sampler may start.
 *
 * @throws RangeError if σ is not a noise level
 */
export function mixtureSamples(m: GaussianMixture, source: Source, n: number, sigma = 0): Matrix {
  requireSigma("mixtureSamples", sigma);
  const d = m.components[0].mean.length;
  const component = choice(source.split(), n, m.weights);
  const z = normal(source, n, d);
  m.components.forEach(({ mean, U, lambda, residualVariance: rest = 0 }, k) => {
    const members = Uint32Array.from({ length: n }, (_, i) => i).filter((i) => component[i] === k);
    const outside = Math.sqrt(rest + sigma ** 2);
    const c = multiply(takeRows(z, members), U);
    for (let i = 0; i < c.values.length; i++) c.values[i] *= Math.sqrt(lambda[i % U.cols] + sigma ** 2) - outside;
    const along = U.cols > 0 ? multiply(c, U, { transposeB: true }) : matrix(members.length, d);
    members.forEach((i, at) =>
      row(z, i).forEach((value, j, point) => (point[j] = mean[j] + outside * value + along.values[at * d + j])),
    );
  });
  return z;
}
