import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { gaussianFromSpectrum } from "../../src/diffusion/distributions/gaussian.js";
import { loopedMixture } from "../../src/diffusion/distributions/mixtureLoop.js";
import { gaussianMixture } from "../../src/diffusion/distributions/mixture.js";
import { empiricalDistribution } from "../../src/diffusion/distributions/empirical.js";
import { eigen, eigenReference, eigenvalues } from "../../src/math/eigen.js";
import { kMeans } from "../../src/math/kMeans.js";
import { softmaxRows } from "../../src/math/logSumExp.js";
import { addToRows, column, identity, matrix, matrixFromRows, scale, type Matrix } from "../../src/math/matrix.js";
import { multiply } from "../../src/math/multiply.js";
import { nearestNeighbours } from "../../src/math/neighbours.js";
import { qr, qrReference } from "../../src/math/qr.js";
import { gaussHermite } from "../../src/math/quadrature.js";
import { normal, permutation, randomSource, uniform } from "../../src/math/random.js";
import { cholesky, solve, solveReference, squareRoot } from "../../src/math/solve.js";
import { chiSquareTail, erfc } from "../../src/math/special.js";
import { variance } from "../../src/math/stats.js";
import { svd, svdReference } from "../../src/math/svd.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

interface Reference {
  hermite: Record<string, [node: number, weight: number][]>;
  chiSquareTail: { x: number; k: number; tail: number }[];
  erfc: [number, number][];
  plane: { x: number[]; sigma: number; log: number }[];
  variance: number;
  sines: number[];
}
const reference = JSON.parse(readFileSync("data/reference/edges.json", "utf8")) as Reference;

const within = (what: string, seen: number, expected: number, relative: number): void =>
  assert.ok(seen === expected || Math.abs(seen / expected - 1) <= relative, `${what} is ${seen}, expected ${expected}`);

describe("at the edges of float64", () => {
  for (const [n, rows] of Object.entries(reference.hermite))
    it(`the ${n} nodes and weights of Gauss and Hermite are right to full relative accuracy`, () => {
      const { nodes, weights } = gaussHermite(Number(n));
      rows.forEach(([node, weight], k) => {
        const i = nodes.length - rows.length + k;
        assert.ok(Math.abs(nodes[i] - node) <= 1e-15 * Math.max(1, node), `node ${i} is ${nodes[i]}, expected ${node}`);
        within(`weight ${i}`, weights[i], weight, 1e-12);
        assert.equal(weights[nodes.length - 1 - i], weights[i]);
      });
    });

  it("a thousand nodes of Gauss and Hermite integrate what grows fast", () => {
    const { nodes, weights } = gaussHermite(1000);
    const expect = (f: (x: number) => number) =>
      nodes.reduce((sum, x, i) => sum + (weights[i] === 0 ? 0 : weights[i] * f(x)), 0);
    within(
      "E e^{4z}",
      expect((x) => Math.exp(4 * x)),
      Math.exp(8),
      1e-12,
    );
    within(
      "E e^{z²/4}",
      expect((x) => Math.exp((x * x) / 4)),
      Math.SQRT2,
      1e-12,
    );
  });

  it("the tails of χ² of many degrees of freedom and of erfc are those of mpmath", () => {
    for (const { x, k, tail } of reference.chiSquareTail)
      within(`chiSquareTail(${x}, ${k})`, chiSquareTail(x, k), tail, 1e-12);
    for (const [x, value] of reference.erfc) within(`erfc(${x})`, erfc(x), value, 1e-12);
    assert.ok(erfc(26.8) > 0); // 2.5e-314, a denormal
  });

  it("the variance is that about the exact mean", () => {
    const values = Float64Array.from({ length: 2000 }, (_, i) => 1e9 + 1e-3 * Math.sin(i * i));
    assert.deepEqual([...values.subarray(0, 3)], reference.sines);
    within("the variance", variance(values), reference.variance, 1e-8);
  });

  const U = matrixFromRows([
    [3 / 5, 0],
    [4 / 5, 0],
    [0, 5 / 13],
    [0, 12 / 13],
    [0, 0],
    [0, 0],
  ]);
  const flat = gaussianFromSpectrum({
    mean: Float64Array.of(100, -50, 30, 20, 10, 5),
    U,
    lambda: Float64Array.of(400, 100),
  });
  for (const { x, sigma, log } of reference.plane)
    it(`the log density of a Gaussian of a plane is right at σ = ${sigma}, ${x[4] === 10 ? "on" : "beside"} it`, () => {
      const at = matrixFromRows([x]);
      // the point itself is rounded by 1e-14, and by that over σ its distance from the plane
      const tolerance = 1e-13 + (1e-14 / sigma) ** 2 * 10 + (1e-14 / sigma) * (x[4] === 10 ? 0 : 10);
      assertClose(flat.logDensity(at, sigma), [log], tolerance);
      assertClose(gaussianMixture([1], [flat]).logDensity(at, sigma), [log], tolerance);
      const { divergence } = loopedMixture(gaussianMixture([0.5, 0.5], [flat, flat]), at, sigma);
      assertClose(divergence, flat.divergence(at, sigma), 1e-9);
    });

  const source = randomSource(3);
  const some = normal(source, 40, 30);
  const gram = multiply(some, some, { transposeA: true });
  for (const factor of [1e-305, 1e-290, 1e-160, 1e155, 1e300])
    it(`factorisations of matrices times ${factor} are those of the matrix`, () => {
      const tolerance = factor < 1e-300 ? 1e-3 : 1e-11; // of a denormal few digits are left
      const small = normal(randomSource(4), 7, 7);
      for (const f of [eigen, eigenReference])
        assertClose(
          f(scale(gram, factor)).values.map((value) => value / factor),
          f(gram).values,
          tolerance,
        );
      for (const f of [svd, svdReference])
        assertClose(
          f(scale(some, factor)).values.map((value) => value / factor),
          f(some).values,
          tolerance,
        );
      for (const f of [qr, qrReference])
        assertMatrix(scale(f(scale(some, factor)).R, 1 / factor), f(some).R, tolerance);
      assertClose(
        eigenvalues(scale(small, factor)).real.map((value) => value / factor),
        eigenvalues(small).real,
        tolerance,
      );
      const root = squareRoot(scale(gram, factor));
      assertMatrix(scale(root, 1 / Math.sqrt(factor)), squareRoot(gram), tolerance);
      const L = cholesky(scale(gram, factor));
      assertMatrix(scale(L, 1 / Math.sqrt(factor)), cholesky(gram), tolerance);
      for (const f of [solve, solveReference])
        if (factor > 1e-300)
          assertMatrix(f(scale(gram, factor), scale(identity(30), factor)), f(gram, identity(30)), 1e-9);
    });

  for (const n of [5, 12, 40, 120])
    it(`a matrix of ${n} rows that is singular is refused, and one of badly scaled rows and columns is not`, () => {
      for (let seed = 0; seed < 10; seed++) {
        const a = normal(randomSource(seed), n, n);
        a.values.forEach((value, i) => (a.values[i] = Math.round(3 * value)));
        for (let i = 0; i < n; i++) a.values[i * n] = a.values[i * n + 1] - 2 * a.values[i * n + 2];
        for (const f of [solve, solveReference])
          assert.throws(
            () => f(a, matrix(n, 1, new Float64Array(n).fill(1))),
            /^RangeError: solve: the matrix is singular/,
          );
        const b = normal(randomSource(seed), n, n);
        const rows = Float64Array.from({ length: n }, (_, i) => 10 ** (3 * (i % 9) - 12));
        const scaled: Matrix = {
          ...b,
          values: b.values.map((value, at) => value * rows[Math.floor(at / n)] * rows[at % n]),
        };
        const x = matrix(
          n,
          1,
          rows.map((value) => 1 / value),
        );
        for (const f of [solve, solveReference])
          assertClose(
            f(scaled, multiply(scaled, x)).values.map((value, i) => value * rows[i]),
            new Float64Array(n).fill(1),
            1e-6,
          );
      }
    });

  it("softmax sums to 1 for logarithms of any size", () => {
    for (const x of [1e6, 1e9, 1e15, 1e300])
      assertClose(softmaxRows(matrixFromRows([[x, x, x]])).values, [1 / 3, 1 / 3, 1 / 3], 1e-15);
  });

  it("k-means of blobs far from 0 is that of the blobs at 0", () => {
    const z = normal(randomSource(5), 300, 2);
    const blobs = matrix(
      300,
      2,
      z.values.map(
        (value, i) => Math.round(2 ** 10 * (0.3 * value + 10 * (Math.floor(i / 2) % 5) * (i % 2 ? 1 : -1))) / 2 ** 10,
      ),
    );
    const far = addToRows(blobs, [2 ** 30, -(2 ** 30)]); // to the last bit
    const [near, away] = [blobs, far].map((points) => kMeans(points, 5, { source: randomSource(1) }));
    assert.deepEqual(away.labels, near.labels);
    within("the inertia", away.inertia, near.inertia, 1e-6);
  });

  it("a point finds itself among others that are far closer together than the clusters are apart", () => {
    const z = normal(randomSource(1), 600, 20);
    z.values.forEach((value, i) => (z.values[i] = 1e-5 * value + (i < 6000 ? 0 : 1e4)));
    const { indices, distances } = nearestNeighbours(z, z, 1);
    assert.ok(distances.values.every((distance) => distance === 0));
    assert.ok(indices.every((index, i) => index === i));
  });

  it("an empirical distribution does not know of what happens to its points afterwards", () => {
    const points = normal(randomSource(1), 20, 3);
    const x = normal(randomSource(2), 5, 3);
    const p = empiricalDistribution(points);
    const [before, draws] = [p.score(x, 0.7), p.sample(randomSource(3), 4)];
    points.values.fill(5);
    assert.deepEqual(p.score(x, 0.7), before);
    assert.deepEqual(p.sample(randomSource(3), 4), draws);
  });

  it("an empirical distribution is moved with its points", () => {
    const points = normal(randomSource(1), 50, 3);
    points.values.forEach((value, i) => (points.values[i] = Math.round(2 ** 12 * value) / 2 ** 12));
    const x = addToRows(points, [2 ** -6, 0, -(2 ** -6)]);
    const shift = [2 ** 20, -(2 ** 20), 2 ** 19];
    const [near, far] = [empiricalDistribution(points), empiricalDistribution(addToRows(points, shift))];
    for (const sigma of [0.01, 0.5]) {
      assertClose(far.logDensity(addToRows(x, shift), sigma), near.logDensity(x, sigma), 1e-9);
      assertMatrix(far.score(addToRows(x, shift), sigma), near.score(x, sigma), 1e-9);
      assertClose(far.divergence(addToRows(x, shift), sigma), near.divergence(x, sigma), 1e-7);
    }
  });
});

describe("streams that are split", () => {
  const numbers = (m: Matrix) => new Set(m.values);
  const shared = (a: Matrix, b: Matrix) => b.values.filter((value) => numbers(a).has(value)).length;

  it("share nothing, however deep the splits are", () => {
    const r = randomSource(1);
    assert.equal(shared(normal(r.split(), 50, 2), normal(r.split(), 50, 2)), 0);
    const [a, b] = [r.split(), r.split()];
    const [aa, bb] = [a.split(), b.split()];
    const all = [a, b, aa, bb, aa.split(), a.split(), aa.split(), r].flatMap((stream) => [
      ...uniform(stream, 1, 40).values,
      ...normal(stream, 30, 1).values,
    ]);
    assert.equal(new Set(all).size, all.length);
    assert.deepEqual(permutation(randomSource(2).split().split(), 9), permutation(randomSource(2).split().split(), 9));
  });

  it("of a seed begin where they always did: a batch is a part of a larger one", () =>
    assertClose(column(normal(randomSource(7), 3, 1), 0), column(normal(randomSource(7), 9, 1), 0).subarray(0, 3), 0));
});
