/** A symmetric block-tridiagonal matrix of n blocks of shape [d, d], each row by row. */
export interface BlockTridiagonal {
  readonly size: number;
  /** A_k, shape [n][d, d], symmetric */
  readonly diagonal: readonly Float64Array[];
  /** B_k, shape [n - 1][d, d], in block row k and column k + 1; its transpose is below the diagonal */
  readonly above: readonly Float64Array[];
}

/**
 * Solves H x = b, H block-tridiagonal with a shift added to its diagonal, b of shape [n d], by Cholesky's
 * factorisation of the blocks: n d³ operations. Returns nothing where H + shift is not positive definite.
 *
 * @throws RangeError if the number of blocks, the size of one or that of b does not fit the others
 */
export function solveBlockTridiagonal(
  { size: d, diagonal, above }: BlockTridiagonal,
  b: Float64Array,
  shift = 0,
): Float64Array | undefined {
  const n = diagonal.length;
  if (above.length !== Math.max(0, n - 1) || [...diagonal, ...above].some((block) => block.length !== d * d))
    throw new RangeError(
      `solveBlockTridiagonal: ${n} blocks on the diagonal and ${above.length} above it, expected one less above and ${d} × ${d} numbers in each`,
    );
  if (b.length !== n * d)
    throw new RangeError(`solveBlockTridiagonal: b has ${b.length} numbers, expected ${n} × ${d}`);
  const x = b.slice();
  const factors: Float64Array[] = []; // L_k of the Schur complements
  const links: Float64Array[] = []; // W_k = L_k⁻¹ B_k
  for (let k = 0; k < n; k++) {
    const S = diagonal[k].slice();
    for (let i = 0; i < d; i++) S[i * d + i] += shift;
    const xk = x.subarray(k * d, (k + 1) * d);
    if (k > 0) {
      const W = links[k - 1];
      const before = x.subarray((k - 1) * d, k * d);
      for (let i = 0; i < d; i++)
        for (let m = 0; m < d; m++) {
          const w = W[m * d + i];
          xk[i] -= w * before[m];
          for (let j = 0; j < d; j++) S[i * d + j] -= w * W[m * d + j];
        }
    }
    if (!factor(S, d)) return undefined;
    factors.push(S);
    forward(S, xk, d);
    if (k < n - 1) {
      const W = above[k].slice();
      const column = new Float64Array(d);
      for (let j = 0; j < d; j++) {
        for (let i = 0; i < d; i++) column[i] = W[i * d + j];
        forward(S, column, d);
        for (let i = 0; i < d; i++) W[i * d + j] = column[i];
      }
      links.push(W);
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    const xk = x.subarray(k * d, (k + 1) * d);
    if (k < n - 1) {
      const after = x.subarray((k + 1) * d, (k + 2) * d);
      for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) xk[i] -= links[k][i * d + j] * after[j];
    }
    backward(factors[k], xk, d);
  }
  return x;
}

/** Overwrites the lower triangle of S by its Cholesky factor; false where there is none. */
function factor(S: Float64Array, d: number): boolean {
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      let value = S[i * d + j];
      for (let m = 0; m < j; m++) value -= S[i * d + m] * S[j * d + m];
      if (i === j && !(value > 0 && value < Infinity)) return false;
      S[i * d + j] = i === j ? Math.sqrt(value) : value / S[j * d + j];
    }
  return true;
}

/** L⁻¹ x in place. */
function forward(L: Float64Array, x: Float64Array, d: number): void {
  for (let i = 0; i < d; i++) {
    for (let m = 0; m < i; m++) x[i] -= L[i * d + m] * x[m];
    x[i] /= L[i * d + i];
  }
}

/** L⁻ᵀ x in place. */
function backward(L: Float64Array, x: Float64Array, d: number): void {
  for (let i = d - 1; i >= 0; i--) {
    for (let m = i + 1; m < d; m++) x[i] -= L[m * d + i] * x[m];
    x[i] /= L[i * d + i];
  }
}
