import { matrix, row, type Matrix } from "../../math/matrix.js";
import { nearestNeighbours } from "../../math/neighbours.js";

/** The k nearest neighbours of each of n points, themselves left out. */
export interface Neighbourhoods {
  /** rows of the data, shape [n, k], row by row */
  readonly indices: Uint32Array;
  /** distances, increasing and above 0, shape [n, k] */
  readonly distances: Matrix;
}

/**
 * The neighbours of each row of x among the data. A row of x that is one of the data is not its own neighbour.
 *
 * @throws RangeError if k is not from `least` to one less than the number of points, or several of the data coincide
 * with a row of x
 */
export function neighbourhoods(where: string, data: Matrix, x: Matrix, k: number, least: number): Neighbourhoods {
  if (!(Number.isSafeInteger(k) && k >= least && k < data.rows))
    throw new RangeError(
      `${where}: ${k} neighbours among ${data.rows} points, expected an integer from ${least} to ${data.rows - 1}`,
    );
  const found = nearestNeighbours(data, x, k + 1);
  const indices = new Uint32Array(x.rows * k);
  const distances = matrix(x.rows, k);
  for (let n = 0; n < x.rows; n++) {
    const all = row(found.distances, n);
    const own = all[0] === 0 ? 1 : 0;
    if (own === 1 && all[1] === 0)
      throw new RangeError(
        `${where}: points ${found.indices[n * (k + 1)]} and ${found.indices[n * (k + 1) + 1]} coincide, expected distinct ones; leave out the copies`,
      );
    row(distances, n).set(all.subarray(own, own + k));
    indices.set(found.indices.subarray(n * (k + 1) + own, n * (k + 1) + own + k), n * k);
  }
  return { indices, distances };
}
