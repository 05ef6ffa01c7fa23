/**
 * `node checkOpenblas.js <library>` fails unless the library multiplies and decomposes right: a crash of it ends no
 * other process.
 */
import { openBlas } from "../openblas.js";

const n = 150;
const blas = openBlas(process.argv[2]);
const entry = (i: number, j: number) => Math.cos(1 + i * j) + Math.cos(1 + j * i);
const a = Float64Array.from({ length: n * n }, (_, at) => entry(Math.floor(at / n), at % n));
const product = new Float64Array(n * n);
blas.routine("dgemm", "cciiidaiaidai")("N", "T", n, n, n, 1, a, n, a, n, 0, product, n);
const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const difference = product.map((value, at) => {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += a[k * n + Math.floor(at / n)] * a[k * n + (at % n)];
  return value - sum;
});
if (!(largest(difference) <= 1e-11 * largest(product))) throw new Error("its products are wrong");

const [values, vectors] = [new Float64Array(n), a.slice()];
const [work, integers] = [new Float64Array(1 + 6 * n + 2 * n * n), new BigInt64Array(3 + 5 * n)];
const info = blas.routine(
  "dsyevd",
  "cciaiaaiaix",
)(...(["V", "U", n, vectors, n, values, work, work.length, integers, integers.length] as const));
const residual = vectors.map((value, at) => {
  const k = Math.floor(at / n); // A v_k - λ_k v_k
  let sum = -values[k] * value;
  for (let i = 0; i < n; i++) sum += a[(at % n) * n + i] * vectors[k * n + i];
  return sum;
});
if (info !== 0 || !(largest(residual) <= 1e-11 * largest(values))) throw new Error("its eigenvectors are wrong");
