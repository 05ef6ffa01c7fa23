import { matrix, type Matrix } from "../../math/matrix.js";
import { cacheOnDevice, withNative, type Tensor } from "../../math/native.js";
import { negligible } from "./blocks.js";
import { logDeterminant, type GaussianParameters, type Spectrum } from "./gaussianSpectrum.js";
import type { MixtureParameters } from "./mixtureParameters.js";
import { softmaxInPlace } from "./posterior.js";

/** How far a logarithm may rise above its reference before sums of exponentials are scaled anew. */
const RISE = 300;

/** Of so few points so many components are multiplied at once: what a product costs before it begins is then felt. */
const [FEW_POINTS, GROUP] = [256, 10];

/**
 * Returns Σ_k r_k f(Σ_k) (x - μ_k), shape [n, d], and the responsibilities, shape [n, K], of components of full rank.
 * Nothing of n K d numbers is made: the components come one after the other, or a few at a time, their eigenvectors
 * used twice at once, and the points for which they are negligible beside earlier ones are left out of the second
 * product. `centres` are U_kᵀ μ_k. Within, points are columns: of few points that is the faster way round.
 */
export function mixComponentsNatively(
  { weights, components }: MixtureParameters,
  centres: readonly Float64Array[],
  x: Matrix,
  sigma: number,
  f: (g: GaussianParameters) => Spectrum,
): { sum: Matrix; responsibilities: Matrix } {
  const [n, d, K] = [x.rows, x.cols, components.length];
  const least = negligible(K);
  const logs = matrix(n, K);
  const [largest, reference] = [new Float64Array(n).fill(-Infinity), new Float64Array(n)];
  const everyPoint = Uint32Array.from({ length: n }, (_, i) => i);

  const sum = withNative((ops) => {
    const points = ops.upload(x);
    let whole: Tensor | undefined;
    const raise = (log: Float64Array): void => {
      if (!log.some((value, i) => value - reference[i] > RISE)) return;
      const factors = log.map((value, i) => (value - reference[i] > RISE ? Math.exp(reference[i] - value) : 1));
      for (let i = 0; i < n; i++) if (factors[i] !== 1) reference[i] = log[i];
      if (whole === undefined) return;
      const scaled = ops.mul(whole, ops.upload(matrix(n, 1, factors)));
      ops.free(whole);
      whole = scaled;
    };

    const size = n <= FEW_POINTS ? GROUP : 1;
    for (let first = 0; first < K; first += size) {
      const group = components.slice(first, first + size),
        G = group.length;
      const U = ops.upload(cacheOnDevice(group[0].U), ...group.slice(1).map((g) => g.U));
      const product = ops.matMul(U, points, { transposeA: true, transposeB: true });
      const c = ops.sub(product, ops.upload(joined(centres.slice(first, first + G))));
      const squares = ops.mul(c, c);
      const inverse = ops.upload(diagonal(group.map(({ lambda }) => lambda.map((value) => 1 / (value + sigma ** 2)))));
      const exponents = ops.download(ops.matMul(inverse, squares, { transposeA: true }));
      [product, squares].forEach(ops.free);
      const top = new Float64Array(n).fill(-Infinity);
      group.forEach((g, j) => {
        const constant = Math.log(weights[first + j]) - 0.5 * (d * Math.log(2 * Math.PI) + logDeterminant(g, sigma));
        for (let i = 0; i < n; i++) {
          const log = (logs.values[i * K + first + j] = constant - 0.5 * exponents[j * n + i]);
          if (log > top[i]) top[i] = log;
        }
      });
      if (first === 0) reference.set(top);
      raise(top);
      const active = everyPoint.filter((i) => top[i] >= largest[i] + least);
      top.forEach((log, i) => {
        if (log > largest[i]) largest[i] = log;
      });
      if (active.length > 0) {
        const few = 2 * active.length <= n,
          columns = few ? active : everyPoint,
          count = columns.length;
        const shares = matrix(G, count);
        for (let j = 0, at = 0; j < G; j++)
          for (let i = 0; i < count; i++, at++)
            shares.values[at] = Math.exp(logs.values[columns[i] * K + first + j] - reference[columns[i]]);
        const used = few ? ops.gather(c, columns, 1) : c;
        const factors = ops.matMul(ops.upload(diagonal(group.map((g) => f(g).lowRank))), ops.upload(shares));
        const weighted = ops.mul(used, factors);
        const part = ops.matMul(weighted, U, { transposeA: true, transposeB: true });
        if (whole === undefined)
          whole = part; // the first components are there for all points
        else {
          const before = whole;
          whole = few ? ops.scatterAdd(before, columns, part) : ops.add(before, part);
          [before, part].forEach(ops.free);
        }
        [factors, weighted, ...(few ? [used] : [])].forEach(ops.free);
      }
      ops.free(c);
      ops.free(U);
    }
    const total = new Float64Array(n);
    for (let i = 0, at = 0; i < n; i++)
      for (let k = 0; k < K; k++, at++) total[i] += Math.exp(logs.values[at] - reference[i]);
    return matrix(
      n,
      d,
      ops.download(
        ops.mul(
          whole!,
          ops.upload(
            matrix(
              n,
              1,
              total.map((value) => 1 / value),
            ),
          ),
        ),
      ),
    );
  });
  return { sum, responsibilities: softmaxInPlace(logs) };
}

/** The vectors one below the other, as a column. */
function joined(parts: readonly Float64Array[]): Matrix {
  const all = matrix(
    parts.reduce((sum, { length }) => sum + length, 0),
    1,
  );
  parts.reduce((at, part) => (all.values.set(part, at), at + part.length), 0);
  return all;
}

/** The same, each in a column of its own. */
function diagonal(parts: readonly Float64Array[]): Matrix {
  const all = matrix(
    parts.reduce((sum, { length }) => sum + length, 0),
    parts.length,
  );
  parts.reduce(
    (at, part, k) => (
      part.forEach((value, i) => {
        all.values[(at + i) * parts.length + k] = value;
      }),
      at + part.length
    ),
    0,
  );
  return all;
}
