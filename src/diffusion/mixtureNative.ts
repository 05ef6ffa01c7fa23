import { matrix, type Matrix } from "../math/matrix.js";
import { keepNative, type Native } from "../math/native.js";
import { negligible } from "./blocks.js";
import { logDeterminant, type Gaussian, type Spectrum } from "./gaussian.js";
import type { GaussianMixture } from "./mixture.js";
import { softmaxInPlace } from "./posterior.js";

/** How far a logarithm may rise above its reference before sums of exponentials are scaled anew. */
const RISE = 300;

/**
 * Σ_k r_k f(Σ_k) (x - μ_k), shape [n, d], and the responsibilities, shape [n, K], of components of full rank. Nothing of n K d numbers
 * is made: the components come one after the other, their eigenvectors used twice at once, and the points for which one is
 * negligible beside an earlier one are left out of its second product. `centres` are U_kᵀ μ_k.
 */
export function nativeMixed(native: Native, { weights, components }: GaussianMixture, centres: readonly Float64Array[], x: Matrix, sigma: number, f: (g: Gaussian) => Spectrum): { sum: Matrix; responsibilities: Matrix } {
  const [n, d, K] = [x.rows, x.cols, components.length];
  const least = negligible(K);
  const logs = matrix(n, K);
  const [largest, reference] = [new Float64Array(n).fill(-Infinity), new Float64Array(n)];
  const gathered = matrix(n, d);
  const everyRow = Uint32Array.from({ length: n }, (_, i) => i);
  const row = (values: Float64Array) => matrix(1, values.length, values);
  const column = (values: Float64Array) => matrix(values.length, 1, values);

  const whole = native.chain((ops) => {
    const points = ops.up(x);
    let sum: number | undefined;
    const raise = (log: Float64Array): void => {
      if (!log.some((value, i) => value - reference[i] > RISE)) return;
      const factors = log.map((value, i) => (value - reference[i] > RISE ? Math.exp(reference[i] - value) : 1));
      for (let i = 0; i < n; i++) {
        if (factors[i] === 1) continue;
        reference[i] = log[i];
        for (let j = i * d; j < (i + 1) * d; j++) gathered.values[j] *= factors[i];
      }
      if (sum === undefined) return;
      const scaled = ops.times(sum, ops.up(column(factors)));
      ops.free(sum);
      sum = scaled;
    };

    components.forEach((g, k) => {
      const U = ops.up(keepNative(g.U));
      const product = ops.multiply(points, U);
      const c = ops.subtract(product, ops.up(row(centres[k])));
      const squares = ops.times(c, c);
      const inverse = ops.up(column(g.lambda.map((lambda) => 1 / (lambda + sigma ** 2))));
      const constant = Math.log(weights[k]) - 0.5 * (d * Math.log(2 * Math.PI) + logDeterminant(g, sigma));
      const log = ops.down(ops.multiply(squares, inverse)).map((value) => constant - 0.5 * value);
      [product, squares].forEach(ops.free);
      if (k === 0) reference.set(log);
      raise(log);
      const active = new Uint32Array(n);
      let count = 0;
      for (let i = 0; i < n; i++) {
        logs.values[i * K + k] = log[i];
        if (log[i] >= largest[i] + least) active[count++] = i;
        if (log[i] > largest[i]) largest[i] = log[i];
      }
      const few = 2 * count <= n;
      const rows = few ? active.subarray(0, count) : everyRow;
      if (rows.length > 0) {
        const used = few ? ops.takeRows(c, rows) : c;
        const scaled = ops.times(used, ops.up(row(f(g).gains)));
        const weighted = ops.times(scaled, ops.up(column(Float64Array.from(rows, (i) => Math.exp(log[i] - reference[i])))));
        const part = ops.multiply(weighted, U, { transposeB: true });
        [scaled, weighted].forEach(ops.free);
        if (few) {
          const values = ops.down(part);
          rows.forEach((i, at) => {
            for (let j = 0; j < d; j++) gathered.values[i * d + j] += values[at * d + j];
          });
          [used, part].forEach(ops.free);
        } else {
          const before = sum;
          sum = before === undefined ? part : ops.add(before, part);
          if (before !== undefined) [before, part].forEach(ops.free);
        }
      }
      ops.free(c);
    });
    return sum === undefined ? undefined : ops.down(sum);
  });

  const total = new Float64Array(n);
  for (let i = 0, at = 0; i < n; i++) for (let k = 0; k < K; k++, at++) total[i] += Math.exp(logs.values[at] - reference[i]);
  const sum = gathered.values;
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < d; j++, at++) sum[at] = (sum[at] + (whole ? whole[at] : 0)) / total[i];
  return { sum: gathered, responsibilities: softmaxInPlace(logs) };
}
