import { matrix, requireSameShape, requireSquare, type Matrix } from "../../math/matrix.js";
import { permutation, type Source } from "../../math/random.js";

/** Settings of a permutation test. */
export interface PermutationOptions {
  readonly source: Source;
  /** default 200 */
  readonly permutations?: number;
}

/** A measure of dependence and how often it is as large without any. */
export interface DependenceTest {
  readonly value: number;
  /** of independence: the share of the pairings at random, the given one among them, with as large a value */
  readonly pValue: number;
}

/** Returns a symmetric matrix with the mean of every row and column taken off: H A H with H = I - 1 1ᵀ / n. */
export function doublyCentred(a: Matrix): Matrix {
  requireSquare("doublyCentred", a);
  const n = a.rows;
  const means = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) means[i] += a.values[i * n + j] / n;
  const all = means.reduce((sum, one) => sum + one / n, 0);
  const centred = matrix(n, n);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j < n; j++, at++) centred.values[at] = a.values[at] - means[i] - means[j] + all;
  return centred;
}

/** Returns Σ_ij a_ij b_ij / n² of two symmetric matrices, or that of b with its points in another order. */
export function meanProduct(a: Matrix, b: Matrix, order?: Uint32Array): number {
  requireSameShape("meanProduct", a, b);
  const n = a.rows;
  const [u, v] = [a.values, b.values];
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const [from, other] = [i * n, (order ? order[i] : i) * n];
    let below = 0;
    if (order) for (let j = 0; j < i; j++) below += u[from + j] * v[other + order[j]];
    else for (let j = 0; j < i; j++) below += u[from + j] * v[other + j];
    sum += 2 * below + u[from + i] * v[other + (order ? order[i] : i)];
  }
  return sum / (n * n);
}

/**
 * Returns the share of random pairings of the points of a and b, two doubly centred matrices, whose mean product is as
 * large as that of the given pairing, which counts as one of them.
 *
 * @throws RangeError if the number of permutations is not a positive integer
 */
export function permutationTest(a: Matrix, b: Matrix, { source, permutations = 200 }: PermutationOptions): number {
  if (!(Number.isSafeInteger(permutations) && permutations > 0))
    throw new RangeError(`permutationTest: permutations is ${permutations}, expected a positive integer`);
  const given = meanProduct(a, b);
  let asLarge = 1;
  for (let k = 0; k < permutations; k++) if (meanProduct(a, b, permutation(source, a.rows)) >= given) asLarge++;
  return asLarge / (permutations + 1);
}
