import { requireSquare, type Matrix } from "../../math/matrix.js";

/**
 * Returns Amari's index of P, the unmixing times the mixing matrix (Amari, Cichocki and Yang, NIPS 1995), divided by its
 * largest value: 0 if every row and column has one entry that is not 0, so that each source is found once up to its
 * scale, 1 if all entries are of one size. Of a rotation by θ ≤ π/4 in the plane it is tan θ.
 *
 * @throws RangeError if P is not square with two rows or more, or a row or column is 0 or not finite
 */
export function amariIndex(P: Matrix): number {
  requireSquare("amariIndex", P);
  const n = P.rows;
  if (n < 2) throw new RangeError(`amariIndex: the matrix is ${n} × ${n}, expected two rows or more`);
  let sum = 0;
  for (let i = 0; i < n; i++)
    for (const size of [(j: number) => Math.abs(P.values[i * n + j]), (j: number) => Math.abs(P.values[j * n + i])]) {
      let [total, largest] = [0, 0];
      for (let j = 0; j < n; j++) {
        total += size(j);
        largest = Math.max(largest, size(j));
      }
      if (!(largest > 0 && total < Infinity))
        throw new RangeError(`amariIndex: row or column ${i} is 0 or not finite, expected other entries`);
      sum += total / largest - 1;
    }
  return sum / (2 * n * (n - 1));
}
