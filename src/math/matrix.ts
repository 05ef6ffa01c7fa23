import { room } from "./room.js";

/*
 * Loops, not `map` with an index: that takes twenty times as long, and every score is full of these.
 */

/** A dense float64 matrix, row-major, one point per row. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  /** shape [rows, cols], entry (i, j) at i · cols + j */
  readonly values: Float64Array;
}

/**
 * The matrix of the given shape; zeros where no values are given. The array is held, not copied.
 *
 * @throws RangeError if rows and cols are not integers of at least 0, or the number of values is not rows · cols
 */
export function matrix(rows: number, cols: number, given?: Float64Array): Matrix {
  if (!(Number.isSafeInteger(rows) && Number.isSafeInteger(cols) && rows >= 0 && cols >= 0))
    throw new RangeError(`matrix: ${rows} rows and ${cols} columns, expected integers of at least 0`);
  const values = given ?? new Float64Array(rows * cols);
  if (values.length !== rows * cols)
    throw new RangeError(`matrix: ${values.length} values, expected ${rows} × ${cols} = ${rows * cols}`);
  return { rows, cols, values };
}

/**
 * The matrix with the given points as rows.
 *
 * @throws RangeError if the points differ in length
 * @throws TypeError if a value is no number
 */
export function matrixFromRows(points: readonly ArrayLike<number>[]): Matrix {
  const cols = points.length === 0 ? 0 : points[0].length;
  const m = matrix(points.length, cols);
  points.forEach((point, i) => {
    if (point.length !== cols)
      throw new RangeError(`matrixFromRows: row ${i} has ${point.length} values, expected ${cols} like row 0`);
    for (let j = 0; j < cols; j++) {
      if (typeof point[j] !== "number")
        throw new TypeError(`matrixFromRows: row ${i} holds ${String(point[j])} at ${j}, expected numbers`);
      m.values[i * cols + j] = point[j];
    }
  });
  return m;
}

/** The identity, shape [n, n]. @throws RangeError if n is not an integer of at least 0 */
export function identity(n: number): Matrix {
  const m = matrix(n, n);
  for (let i = 0; i < n; i++) m.values[i * n + i] = 1;
  return m;
}

/** The square matrix with the given diagonal and zeros elsewhere. */
export function diagonal(values: ArrayLike<number>): Matrix {
  const m = matrix(values.length, values.length);
  for (let i = 0; i < values.length; i++) m.values[i * m.cols + i] = values[i];
  return m;
}

/** Row i as a view: writing to it writes to m. */
export function row(m: Matrix, i: number): Float64Array {
  if (!isIndex(i, m.rows)) throw new RangeError(`row: no row ${i} in a matrix of ${m.rows} rows`);
  return m.values.subarray(i * m.cols, (i + 1) * m.cols);
}

/** Column j, copied. */
export function column(m: Matrix, j: number): Float64Array {
  if (!isIndex(j, m.cols)) throw new RangeError(`column: no column ${j} in a matrix of ${m.cols} columns`);
  return Float64Array.from({ length: m.rows }, (_, i) => m.values[i * m.cols + j]);
}

/** The given rows in the given order, copied. */
export function takeRows(m: Matrix, indices: ArrayLike<number>): Matrix {
  const taken = matrix(indices.length, m.cols, room(indices.length * m.cols));
  for (let i = 0, at = 0; i < indices.length; i++) {
    const from = indices[i];
    if (!isIndex(from, m.rows)) throw new RangeError(`takeRows: no row ${from} in a matrix of ${m.rows} rows`);
    for (let j = 0; j < m.cols; j++, at++) taken.values[at] = m.values[from * m.cols + j];
  }
  return taken;
}

/**
 * Returns matrices one below the other, shape [Σ n_k, d].
 *
 * @throws RangeError if there is none, or they have not equally many columns
 */
export function concatRows(parts: readonly Matrix[]): Matrix {
  if (parts.length === 0) throw new RangeError("concatRows: no matrices, expected at least one");
  const all = matrix(
    parts.reduce((sum, { rows }) => sum + rows, 0),
    parts[0].cols,
  );
  let at = 0;
  parts.forEach((part, k) => {
    requireColumns("concatRows", `matrix ${k}`, part, all.cols);
    all.values.set(part.values, at);
    at += part.values.length;
  });
  return all;
}

const isIndex = (i: number, count: number): boolean => Number.isSafeInteger(i) && i >= 0 && i < count;

/** The first `count` columns, copied. */
export function takeColumns(m: Matrix, count: number): Matrix {
  if (!isIndex(count, m.cols + 1))
    throw new RangeError(`takeColumns: ${count} columns of a matrix that has ${m.cols}, expected from 0 to ${m.cols}`);
  const taken = matrix(m.rows, count);
  for (let i = 0; i < m.rows; i++) taken.values.set(m.values.subarray(i * m.cols, i * m.cols + count), i * count);
  return taken;
}

/** Returns m with one more column on its right. */
export function withColumn(m: Matrix, column: ArrayLike<number>): Matrix {
  if (column.length !== m.rows)
    throw new RangeError(`withColumn: ${column.length} values for ${m.rows} rows, expected ${m.rows}`);
  const wider = matrix(m.rows, m.cols + 1);
  for (let i = 0, from = 0, to = 0; i < m.rows; i++) {
    for (let j = 0; j < m.cols; j++) wider.values[to++] = m.values[from++];
    wider.values[to++] = column[i];
  }
  return wider;
}

/** All columns but the last, and the last. */
export function splitColumn(m: Matrix): [Matrix, Float64Array] {
  const [rest, last] = [matrix(m.rows, m.cols - 1), new Float64Array(m.rows)];
  for (let i = 0, from = 0, to = 0; i < m.rows; i++) {
    for (let j = 1; j < m.cols; j++) rest.values[to++] = m.values[from++];
    last[i] = m.values[from++];
  }
  return [rest, last];
}

/** Rows and columns of a part of a matrix that a cache holds, read one way and written the other. */
export const TILE = 32;

/** Returns mᵀ, copied. */
export function transpose(m: Matrix): Matrix {
  return transposeInto(matrix(m.cols, m.rows, room(m.values.length)), m);
}

/**
 * Puts mᵀ into t: row i of m, times its factor where there are factors, into column i or the one that is its place. Four
 * rows at once, so that what is written lies side by side.
 */
export function transposeInto(
  t: Matrix,
  { rows, cols, values }: Matrix,
  factors?: ArrayLike<number>,
  places?: ArrayLike<number>,
): Matrix {
  const to = t.values;
  const factor = (i: number) => (factors ? factors[i] : 1);
  const place = (i: number) => (places ? places[i] : i);
  const whole = rows - (rows % 4);
  for (let left = 0; left < cols; left += TILE) {
    const right = Math.min(left + TILE, cols);
    for (let i = 0; i < whole; i += 4) {
      const [f0, f1, f2, f3] = [factor(i), factor(i + 1), factor(i + 2), factor(i + 3)];
      const [p0, p1, p2, p3] = [place(i), place(i + 1), place(i + 2), place(i + 3)];
      for (let j = left, at = i * cols + left, row = left * rows; j < right; j++, at++, row += rows) {
        to[row + p0] = f0 * values[at];
        to[row + p1] = f1 * values[at + cols];
        to[row + p2] = f2 * values[at + 2 * cols];
        to[row + p3] = f3 * values[at + 3 * cols];
      }
    }
    for (let i = whole; i < rows; i++)
      for (let j = left; j < right; j++) to[j * rows + place(i)] = factor(i) * values[i * cols + j];
  }
  return t;
}

/** The sum of the diagonal. @throws RangeError if m is not square */
export function trace(m: Matrix): number {
  requireSquare("trace", m);
  let sum = 0;
  for (let i = 0; i < m.rows; i++) sum += m.values[i * m.cols + i];
  return sum;
}

/** Returns factor · m. */
export function scale(m: Matrix, factor: number): Matrix {
  const values = room(m.values.length);
  for (let i = 0; i < values.length; i++) values[i] = factor * m.values[i];
  return { ...m, values };
}

/** Every column j times factors[j]: m · diag(factors). */
export function scaleColumns(m: Matrix, factors: ArrayLike<number>): Matrix {
  requireColumns("scaleColumns", "m", m, factors.length);
  const values = room(m.values.length);
  for (let i = 0, at = 0; i < m.rows; i++)
    for (let j = 0; j < m.cols; j++, at++) values[at] = m.values[at] * factors[j];
  return { ...m, values };
}

/** Every row i times factors[i]: diag(factors) · m. @throws RangeError if there is not one factor for each row */
export function scaleRows(m: Matrix, factors: ArrayLike<number>): Matrix {
  if (factors.length !== m.rows)
    throw new RangeError(`scaleRows: ${factors.length} factors for ${m.rows} rows, expected ${m.rows}`);
  const values = room(m.values.length);
  for (let i = 0, at = 0; i < m.rows; i++)
    for (let j = 0; j < m.cols; j++, at++) values[at] = m.values[at] * factors[i];
  return { ...m, values };
}

/** Every row plus factor · v, v of shape [cols]. */
export function addToRows(m: Matrix, v: ArrayLike<number>, factor = 1): Matrix {
  requireColumns("addToRows", "m", m, v.length);
  const values = room(m.values.length);
  for (let i = 0, at = 0; i < m.rows; i++)
    for (let j = 0; j < m.cols; j++, at++) values[at] = m.values[at] + factor * v[j];
  return { ...m, values };
}

/** Adds factor · values to a sum, in place. */
export function addTo(sum: Float64Array, factor: number, values: Float64Array): void {
  if (factor !== 0) for (let i = 0; i < sum.length; i++) sum[i] += factor * values[i];
}

/** Puts x + Σ_i f_i a_i into sum, which may be x, from left to right, two terms at once; those of factor 0 are left out. */
export function addTerms(
  sum: Float64Array,
  x: Float64Array,
  factors: readonly number[],
  terms: readonly Float64Array[],
): void {
  let from = x;
  let waiting = -1;
  for (let k = 0; k < factors.length; k++) {
    if (factors[k] === 0) continue;
    if (waiting < 0) waiting = k;
    else {
      addTwo(sum, from, factors[waiting], terms[waiting], factors[k], terms[k]);
      from = sum;
      waiting = -1;
    }
  }
  if (waiting >= 0) addOne(sum, from, factors[waiting], terms[waiting]);
  else if (from !== sum) sum.set(from);
}

/** sum = x + f a, four numbers a turn of the loop, in two thirds of the time of one. */
function addOne(sum: Float64Array, x: Float64Array, f: number, a: Float64Array): void {
  const n = sum.length;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    sum[i] = x[i] + f * a[i];
    sum[i + 1] = x[i + 1] + f * a[i + 1];
    sum[i + 2] = x[i + 2] + f * a[i + 2];
    sum[i + 3] = x[i + 3] + f * a[i + 3];
  }
  for (; i < n; i++) sum[i] = x[i] + f * a[i];
}

/** sum = x + f a + g b, likewise. */
function addTwo(sum: Float64Array, x: Float64Array, f: number, a: Float64Array, g: number, b: Float64Array): void {
  const n = sum.length;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    sum[i] = x[i] + f * a[i] + g * b[i];
    sum[i + 1] = x[i + 1] + f * a[i + 1] + g * b[i + 1];
    sum[i + 2] = x[i + 2] + f * a[i + 2] + g * b[i + 2];
    sum[i + 3] = x[i + 3] + f * a[i + 3] + g * b[i + 3];
  }
  for (; i < n; i++) sum[i] = x[i] + f * a[i] + g * b[i];
}

/** Whether no number is NaN or infinite. */
export function allFinite(values: Float64Array): boolean {
  let zero = 0;
  for (let i = 0; i < values.length; i++) zero += 0 * values[i]; // NaN if one is
  return zero === 0;
}

/** Returns a + factor · b, entry by entry. */
export function addScaled(a: Matrix, factor: number, b: Matrix): Matrix {
  requireSameShape("addScaled", a, b);
  const values = room(a.values.length);
  for (let i = 0; i < values.length; i++) values[i] = a.values[i] + factor * b.values[i];
  return { ...a, values };
}

/** Returns a · b of two vectors of one length. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Returns ‖x_i‖² of every row, shape [rows]. */
export function squaredLengths(x: Matrix): Float64Array {
  return rowDots(x, x);
}

/** Returns a_i · b_i of every row, shape [rows]. */
export function rowDots(a: Matrix, b: Matrix): Float64Array {
  requireSameShape("rowDots", a, b);
  const dots = new Float64Array(a.rows);
  const [x, y] = [a.values, b.values];
  for (let i = 0, at = 0; i < dots.length; i++) {
    let sum = 0;
    for (const end = at + a.cols; at < end; at++) sum += x[at] * y[at];
    dots[i] = sum;
  }
  return dots;
}

/** Returns the angle between a_i and b_i of every row in radians, shape [rows]; NaN where one of them is 0. */
export function rowAngles(a: Matrix, b: Matrix): Float64Array {
  const [squareA, squareB] = [squaredLengths(a), squaredLengths(b)];
  return rowDots(a, b).map((dot, i) => Math.acos(Math.max(-1, Math.min(1, dot / Math.sqrt(squareA[i] * squareB[i])))));
}

/** Returns ‖a_i − b_i‖² of every row, shape [rows]. */
export function squaredDistances(a: Matrix, b: Matrix): Float64Array {
  return squaredLengths(addScaled(a, -1, b));
}

/** The mean squared difference of every row over its d coordinates, shape [n]: of samples of the same seeds, say. */
export function squaredErrors(a: Matrix, b: Matrix): Float64Array {
  return squaredDistances(a, b).map((square) => square / a.cols);
}

/** The Frobenius norm; of a single row its Euclidean length. */
export function norm(m: Matrix): number {
  const plain = sumOfSquares(m.values);
  if (plain > 1e-280 && plain < Infinity) return Math.sqrt(plain);
  let largest = 0;
  for (const value of m.values) {
    if (Number.isNaN(value)) return NaN;
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest === 0 || largest === Infinity) return largest;
  let sum = 0; // of squares relative to the largest, so that nothing overflows
  for (const value of m.values) sum += (value / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** In four sums, none of which waits for another. */
function sumOfSquares(values: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += values[i] * values[i];
    b += values[i + 1] * values[i + 1];
    c += values[i + 2] * values[i + 2];
    d += values[i + 3] * values[i + 3];
  }
  for (let i = whole; i < values.length; i++) a += values[i] * values[i];
  return a + b + (c + d);
}

/** Returns ‖a − b‖, Frobenius. */
export function distance(a: Matrix, b: Matrix): number {
  return norm(addScaled(a, -1, b));
}

/** Returns ‖a − exact‖ / ‖exact‖, Frobenius. */
export function relativeError(a: Matrix, exact: Matrix): number {
  return distance(a, exact) / norm(exact);
}

/** Checks the number of columns. @throws RangeError if it is another */
export function requireColumns(where: string, name: string, m: Matrix, cols: number): void {
  if (m.cols !== cols) throw new RangeError(`${where}: ${name} has ${m.cols} columns, expected ${cols}`);
}

/** Checks that m is square. @throws RangeError if it is not */
export function requireSquare(where: string, m: Matrix): void {
  if (m.rows !== m.cols) throw new RangeError(`${where}: the matrix is ${m.rows} × ${m.cols}, expected a square one`);
}

/** Checks that a and b have one shape. @throws RangeError if they differ */
export function requireSameShape(where: string, a: Matrix, b: Matrix): void {
  if (a.rows !== b.rows || a.cols !== b.cols)
    throw new RangeError(`${where}: ${a.rows} × ${a.cols} and ${b.rows} × ${b.cols} matrices, expected one shape`);
}
