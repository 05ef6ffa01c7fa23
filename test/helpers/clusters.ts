import { matrix, type Matrix } from "../../src/math/matrix.js";
import { choice, normal, randomSource } from "../../src/math/random.js";

/** Points of Σ w_k N(c_k, diag(sd_k²)) in the plane. */
function drawn(n: number, weights: number[], centres: number[][], deviations: number[][], seed = 1): Matrix {
  const source = randomSource(seed);
  const labels = choice(source, n, weights);
  const z = normal(source, n, 2);
  return matrix(
    n,
    2,
    z.values.map(
      (value, i) => centres[labels[Math.floor(i / 2)]][i % 2] + deviations[labels[Math.floor(i / 2)]][i % 2] * value,
    ),
  );
}
export const apart = drawn(
  3000,
  [0.5, 0.3, 0.2],
  [
    [-10, 0],
    [10, 0],
    [0, 10],
  ],
  [
    [1, 0.5],
    [0.3, 0.3],
    [1, 2],
  ],
);
export const touching = drawn(
  4000,
  [0.6, 0.4],
  [
    [0, 0],
    [2, 0],
  ],
  [
    [1, 1],
    [0.5, 0.5],
  ],
  2,
);
