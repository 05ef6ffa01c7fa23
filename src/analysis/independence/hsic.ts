import { matrix, type Matrix } from "../../math/matrix.js";
import { quantiles } from "../../math/stats.js";
import { pairDistances, requirePairs } from "./distances.js";
import {
  doublyCentred,
  meanProduct,
  permutationTest,
  type DependenceTest,
  type PermutationOptions,
} from "./permutationTest.js";

/**
 * Returns the Hilbert–Schmidt independence criterion of points x, shape [n, p], and y, shape [n, q], tr(K H L H) / n²
 * with Gaussian kernels exp(-d² / 2 m²), m the median distance of each (Gretton et al., ALT 2005): 0 in the limit of
 * many points if and only if x and y are independent, of the order 1 / n without dependence.
 *
 * @throws RangeError if x and y are not as many points, fewer than four, not finite, or more than half of the pairs of
 * one of them are the same point
 */
export function hsic(x: Matrix, y: Matrix): number {
  requirePairs("hsic", x, y);
  return meanProduct(doublyCentred(kernel(x)), kernel(y));
}

/**
 * Returns the same with the p-value of independence by random pairings.
 *
 * @throws RangeError as hsic and permutationTest do
 */
export function hsicTest(x: Matrix, y: Matrix, options: PermutationOptions): DependenceTest {
  requirePairs("hsicTest", x, y);
  const [K, L] = [doublyCentred(kernel(x)), kernel(y)];
  return { value: meanProduct(K, L), pValue: permutationTest(K, L, options) };
}

function kernel(x: Matrix): Matrix {
  const distances = pairDistances(x);
  const n = x.rows;
  const pairs = new Float64Array((n * (n - 1)) / 2);
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < i; j++, at++) pairs[at] = distances.values[i * n + j];
  const [median] = quantiles(pairs, [0.5]);
  if (median === 0)
    throw new RangeError("hsic: the median distance is 0, expected points most of which differ from each other");
  return matrix(
    n,
    n,
    distances.values.map((d) => Math.exp(-(d * d) / (2 * median * median))),
  );
}
