/*
 * The core's linear algebra and special functions on random input against NumPy and SciPy: all sizes, ranks, conditions
 * and scales from 1e-150 to 1e150.
 *     npm run bench:differential [-- ROUNDS [SEED]]
 */
import path from "node:path";
import { digamma, erf, erfc, logGamma, normalCdf } from "../../src/math/special.js";
import { eigen, eigenvalues } from "../../src/math/eigen.js";
import { exponential } from "../../src/math/exponential.js";
import { logSumExpRows, softmaxRows } from "../../src/math/logSumExp.js";
import { addScaled, matrix, scale, scaleRows, transpose, type Matrix } from "../../src/math/matrix.js";
import { matrixExponential } from "../../src/math/matrixExponential.js";
import { multiply } from "../../src/math/multiply.js";
import { qr } from "../../src/math/qr.js";
import { choice, normal, randomSource, uniform } from "../../src/math/random.js";
import { cholesky, solve } from "../../src/math/solve.js";
import { svd } from "../../src/math/svd.js";
import { pythonEnvironment } from "../helpers/jupyter.js";
import { Peer } from "./harness.js";

const [rounds, seed] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 0)];
const here = (file: string) => path.join("test", "bench", file);
const { python } = await pythonEnvironment(here("requirements.txt"));
const peer = new Peer(python, [here("differential.py")], process.env);
const source = randomSource(seed);
const worst = new Map<string, { ratio: number; round: number }>();

const one = <T>(values: readonly T[]): T =>
  values[choice(source, 1, new Float64Array(values.length).fill(1 / values.length))[0]];
const vector = (values: Float64Array): Matrix => matrix(1, values.length, values);

/** A random matrix: of full rank, of less, badly conditioned, or with rows of very different sizes. */
function random(rows: number, cols: number): Matrix {
  const a = normal(source, rows, cols);
  const kind = one(["plain", "rank", "condition", "rows"]);
  if (kind === "plain" || rows * cols === 0) return a;
  if (kind === "rank") return multiply(normal(source, rows, 1), normal(source, 1, cols));
  const exponents = uniform(source, 1, rows, { low: kind === "rows" ? -6 : -12, high: 0 }).values;
  const factors = exponents.map((exponent) => 10 ** exponent);
  return kind === "rows" ? scaleRows(a, factors) : multiply(normal(source, rows, rows), scaleRows(a, factors));
}

async function judge(round: number, name: string, given: readonly Matrix[], compute: () => Matrix[]): Promise<void> {
  const plain = ({ rows, cols, values }: Matrix) => ({ rows, cols, values: Array.from(values) });
  let result: object[] | null;
  try {
    result = compute().map(plain);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    result = null;
  }
  const { ratio } = await peer.ask<{ ratio: number }>({ name, given: given.map(plain), result });
  if (ratio > (worst.get(name)?.ratio ?? -1)) worst.set(name, { ratio, round });
}

const SPECIAL = { erf, erfc, logGamma, digamma, normalCdf, exponential };

try {
  for (let round = 0; round < rounds; round++) {
    const check = (name: string, given: readonly Matrix[], compute: () => Matrix[]) =>
      judge(round, name, given, compute);
    const sizes = [1, 2, 3, 5, 8, 17, 40, 90];
    const [n, m, k] = [one(sizes), one(sizes), one([0, ...sizes])];
    const factor = one([1, 1, 1e150, 1e-150]);
    const a = scale(random(n, n), factor);
    const tall = scale(random(Math.max(n, m), Math.min(n, m)), factor);
    const symmetric = scale(addScaled(a, 1, transpose(a)), 0.5);
    const half = random(n, n);
    const positive = scale(multiply(half, half, { transposeB: true }), factor);
    const [left, right] = [random(n, k), scale(random(k, m), factor)];
    await check("multiply", [left, right], () => [multiply(left, right)]);
    await check("multiply", [left, right], () => [multiply(transpose(left), right, { transposeA: true })]);
    await check("multiply", [left, right], () => [multiply(left, transpose(right), { transposeB: true })]);
    await check("eigen", [symmetric], () => {
      const { values, vectors } = eigen(symmetric);
      return [vector(values), vectors];
    });
    await check("eigenvalues", [a], () => {
      const { real, imaginary } = eigenvalues(a);
      return [vector(real), vector(imaginary)];
    });
    for (const wide of [tall, transpose(tall)])
      await check("svd", [wide], () => {
        const { U, values, V } = svd(wide);
        return [U, vector(values), V];
      });
    await check("qr", [tall], () => {
      const { Q, R } = qr(tall);
      return [Q, R];
    });
    await check("cholesky", [positive], () => [cholesky(positive)]);
    const sides = normal(source, n, m);
    await check("solve", [a, sides], () => [solve(a, sides)]);
    const generator = scale(normal(source, n, n), one([1e-8, 0.1, 1, 3]));
    await check("matrixExponential", [generator], () => [matrixExponential(generator)]);
    const logs = scale(normal(source, n, m), one([1, 30, 1000, 1e15]));
    await check("logSumExpRows", [logs], () => [vector(logSumExpRows(logs))]);
    await check("softmaxRows", [logs], () => [softmaxRows(logs)]);
    const exponents = uniform(source, 1, 50, { low: -10, high: 2.8 }).values;
    for (const [name, f] of Object.entries(SPECIAL)) {
      const positiveOnly = name === "logGamma" || name === "digamma";
      const x = vector(exponents.map((exponent, i) => (positiveOnly || i % 2 === 0 ? 1 : -1) * 10 ** exponent));
      await check(name, [x], () => [{ ...x, values: x.values.map((value) => f(value)) }]);
    }
  }
} finally {
  peer.close();
}

for (const [name, { ratio, round }] of worst)
  console.log(
    `${name.padEnd(20)} worst error ${ratio.toPrecision(3)} of its bound, in round ${round}${ratio > 1 ? "  WRONG" : ""}`,
  );
process.exitCode = [...worst.values()].some(({ ratio }) => ratio > 1) ? 1 : 0;
