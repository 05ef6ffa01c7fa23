import type { Matrix } from "../../math/matrix.js";
import { pairDistances, requirePairs } from "./distances.js";
import {
  doublyCentred,
  meanProduct,
  permutationTest,
  type DependenceTest,
  type PermutationOptions,
} from "./permutationTest.js";

/**
 * Returns the distance correlation of points x, shape [n, p], and y, shape [n, q] (Székely, Rizzo and Bakirov, Ann.
 * Statist. 35, 2007): from 0 to 1, in the limit of many points 0 if and only if they are independent; without
 * dependence of the order n^(-1/2).
 *
 * @throws RangeError if x and y are not as many points, fewer than four, not finite, or one of them is constant
 */
export function distanceCorrelation(x: Matrix, y: Matrix): number {
  requirePairs("distanceCorrelation", x, y);
  const [A, B] = [x, y].map((points) => doublyCentred(pairDistances(points)));
  return normalised(A, B);
}

/**
 * Returns the same with the p-value of independence by random pairings.
 *
 * @throws RangeError as distanceCorrelation and permutationTest do
 */
export function distanceCorrelationTest(x: Matrix, y: Matrix, options: PermutationOptions): DependenceTest {
  requirePairs("distanceCorrelationTest", x, y);
  const [A, B] = [x, y].map((points) => doublyCentred(pairDistances(points)));
  return { value: normalised(A, B), pValue: permutationTest(A, B, options) };
}

function normalised(A: Matrix, B: Matrix): number {
  const [ofX, ofY] = [meanProduct(A, A), meanProduct(B, B)];
  if (ofX === 0 || ofY === 0)
    throw new RangeError("distanceCorrelation: all points of x or of y are the same, expected points that differ");
  return Math.sqrt(Math.max(0, meanProduct(A, B)) / Math.sqrt(ofX * ofY));
}
