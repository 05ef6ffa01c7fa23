/*
 * Loops over parts of arrays, four numbers a turn: the engine checks places and interrupts so often that one number a
 * turn costs up to three times as much. A slice is an array and the place of its first number.
 */

/** y = a - b, b a whole array */
export function subtractTo(y: Float64Array, at: number, a: Float64Array, from: number, b: Float64Array): void {
  const n = b.length;
  let i = 0;
  for (; i + 3 < n; i += 4, at += 4, from += 4) {
    y[at] = a[from] - b[i];
    y[at + 1] = a[from + 1] - b[i + 1];
    y[at + 2] = a[from + 2] - b[i + 2];
    y[at + 3] = a[from + 3] - b[i + 3];
  }
  for (; i < n; i++, at++, from++) y[at] = a[from] - b[i];
}

/** y = f w a, w a whole array; y may be a, or begin before it */
export function weighTo(y: Float64Array, at: number, f: number, w: Float64Array, a: Float64Array, from: number): void {
  const n = w.length;
  let i = 0;
  for (; i + 3 < n; i += 4, at += 4, from += 4) {
    y[at] = f * w[i] * a[from];
    y[at + 1] = f * w[i + 1] * a[from + 1];
    y[at + 2] = f * w[i + 2] * a[from + 2];
    y[at + 3] = f * w[i + 3] * a[from + 3];
  }
  for (; i < n; i++, at++, from++) y[at] = f * w[i] * a[from];
}

/** y += f a, so many numbers */
export function addSlice(y: Float64Array, at: number, f: number, a: Float64Array, from: number, n: number): void {
  let i = 0;
  for (; i + 3 < n; i += 4, at += 4, from += 4) {
    y[at] += f * a[from];
    y[at + 1] += f * a[from + 1];
    y[at + 2] += f * a[from + 2];
    y[at + 3] += f * a[from + 3];
  }
  for (; i < n; i++, at++, from++) y[at] += f * a[from];
}

/** y *= f, so many numbers */
export function scaleSlice(y: Float64Array, at: number, f: number, n: number): void {
  let i = 0;
  for (; i + 3 < n; i += 4, at += 4) {
    y[at] *= f;
    y[at + 1] *= f;
    y[at + 2] *= f;
    y[at + 3] *= f;
  }
  for (; i < n; i++, at++) y[at] *= f;
}

/** Returns Σ a b of so many numbers, as four sums. */
export function dotSlices(a: Float64Array, at: number, b: Float64Array, from: number, n: number): number {
  let p = 0;
  let q = 0;
  let r = 0;
  let s = 0;
  let i = 0;
  for (; i + 3 < n; i += 4, at += 4, from += 4) {
    p += a[at] * b[from];
    q += a[at + 1] * b[from + 1];
    r += a[at + 2] * b[from + 2];
    s += a[at + 3] * b[from + 3];
  }
  for (; i < n; i++, at++, from++) p += a[at] * b[from];
  return p + q + (r + s);
}

/** Returns Σ w a², w a whole array, as four sums. */
export function weightedSquare(w: Float64Array, a: Float64Array, at: number): number {
  const n = w.length;
  let p = 0;
  let q = 0;
  let r = 0;
  let s = 0;
  let i = 0;
  for (; i + 3 < n; i += 4, at += 4) {
    p += w[i] * a[at] * a[at];
    q += w[i + 1] * a[at + 1] * a[at + 1];
    r += w[i + 2] * a[at + 2] * a[at + 2];
    s += w[i + 3] * a[at + 3] * a[at + 3];
  }
  for (; i < n; i++, at++) p += w[i] * a[at] * a[at];
  return p + q + (r + s);
}
