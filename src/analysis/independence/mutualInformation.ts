import { estimateMean, type Estimate } from "../../math/estimate.js";
import type { Matrix } from "../../math/matrix.js";
import { digamma } from "../../math/special.js";
import { requirePairs } from "./distances.js";

/** Settings of mutualInformation. */
export interface MutualInformationOptions {
  /** neighbours in the joint space; more have less variance and more bias */
  readonly neighbours?: number;
}

/**
 * Estimates the mutual information of points x, shape [n, p], and y, shape [n, q], in nats, by the first estimator of
 * Kraskov, Stögbauer and Grassberger (Phys. Rev. E 69, 2004), ψ(k) + ψ(n) - ⟨ψ(n_x + 1) + ψ(n_y + 1)⟩: n_x and n_y
 * count the points nearer in x and in y than the k-th neighbour in both, by the largest coordinate, so that both are to
 * be of about one scale. Below 0 by chance
 * where they are independent. The standard error is that of the average over points, as if these were independent.
 * Work n².
 *
 * @throws RangeError if x and y are not as many points, k is not an integer from 1 to n - 1, a value is not finite, or
 * k + 1 points are the same in both
 */
export function mutualInformation(
  x: Matrix,
  y: Matrix,
  { neighbours: k = 3 }: MutualInformationOptions = {},
): Estimate {
  requirePairs("mutualInformation", x, y);
  const n = x.rows;
  if (!(Number.isSafeInteger(k) && k >= 1 && k < n))
    throw new RangeError(`mutualInformation: ${k} neighbours of ${n} points, expected an integer from 1 to ${n - 1}`);
  for (const { values } of [x, y])
    if (!values.every(Number.isFinite))
      throw new RangeError("mutualInformation: a value is not finite, expected finite values");
  const psi = Float64Array.from({ length: n + 1 }, (_, count) => (count === 0 ? NaN : digamma(count)));
  const [inX, inY, nearest] = [new Float64Array(n), new Float64Array(n), new Float64Array(k)];
  const points = Float64Array.from({ length: n }, (_, i) => {
    nearest.fill(Infinity);
    for (let j = 0; j < n; j++) {
      inX[j] = largestCoordinate(x, i, j);
      inY[j] = largestCoordinate(y, i, j);
      const distance = Math.max(inX[j], inY[j]);
      if (j === i || distance >= nearest[k - 1]) continue;
      let at = k - 1;
      for (; at > 0 && nearest[at - 1] > distance; at--) nearest[at] = nearest[at - 1];
      nearest[at] = distance;
    }
    const radius = nearest[k - 1];
    if (radius === 0)
      throw new RangeError(
        `mutualInformation: point ${i} is there ${k + 1} times or more, expected points that differ; add a little noise to them`,
      );
    let [nx, ny] = [0, 0]; // the point itself is counted: n_x + 1
    for (let j = 0; j < n; j++) {
      if (inX[j] < radius) nx++;
      if (inY[j] < radius) ny++;
    }
    return psi[k] + psi[n] - psi[nx] - psi[ny];
  });
  return estimateMean(points);
}

function largestCoordinate({ cols, values }: Matrix, i: number, j: number): number {
  let largest = 0;
  for (let c = 0, a = i * cols, b = j * cols; c < cols; c++, a++, b++)
    largest = Math.max(largest, Math.abs(values[a] - values[b]));
  return largest;
}
