import { matrix, type Matrix } from "./matrix.js";

/**
 * Applies f to some rows of x at a time, so that what it needs of each of them is never held for all: shape [n, cols].
 */
export function overRows(x: Matrix, size: number, cols: number, f: (part: Matrix, from: number) => Matrix): Matrix {
  if (x.rows <= size) return f(x, 0);
  const result = matrix(x.rows, cols);
  size = Math.ceil(x.rows / Math.ceil(x.rows / size)); // none much smaller than the others
  for (let from = 0; from < x.rows; from += size)
    result.values.set(f(rowRange(x, from, Math.min(from + size, x.rows)), from).values, from * cols);
  return result;
}

/** Returns the rows from … to - 1 as a view. */
export function rowRange(m: Matrix, from: number, to: number): Matrix {
  return matrix(to - from, m.cols, m.values.subarray(from * m.cols, to * m.cols));
}
