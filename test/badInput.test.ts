import assert from "node:assert/strict";
import { gaussianFlipd, twoNN } from "../src/analysis/dimension/index.js";
import { gaugeField, langevinRelaxation } from "../src/analysis/gauge/index.js";
import { minimalRank, rankNeeded } from "../src/analysis/scores/index.js";
import { rotationDifferences } from "../src/analysis/trajectories/index.js";
import * as diffusion from "../src/diffusion/index.js";
import * as math from "../src/math/index.js";

const { diagonal, identity, matrix, normal, randomSource } = math;
const source = () => randomSource(1);
const x = normal(source(), 20, 2);
const gaussian = diffusion.fitGaussian(x);
const turn = matrix(2, 2, Float64Array.of(0, -1, 1, 0));

/** Calls that must not go through, under what is wrong with them, by the function that has to say so. */
const calls: Readonly<Record<string, Readonly<Record<string, () => unknown>>>> = {
  matrix: {
    "half a row": () => matrix(2.5, 2),
    "negative sizes": () => matrix(-1, -2),
    "values of another number": () => matrix(2, 2, new Float64Array(3)),
    "half a row of draws": () => normal(source(), 2.5, 2),
    "fewer draws than none": () => normal(source(), -1, 2),
    "half a row of an identity": () => identity(1.5),
  },
  matrixFromRows: {
    "a word among numbers": () => math.matrixFromRows([[1, 2], ["a", 3] as unknown as number[]]),
    "rows of two lengths": () => math.matrixFromRows([[1, 2], [3]]),
  },
  row: { "between two rows": () => math.row(x, 0.5), NaN: () => math.row(x, NaN) },
  column: { "between two columns": () => math.column(x, 0.5) },
  takeRows: { "between two rows": () => math.takeRows(x, [0.5]) },
  takeColumns: { "half a column": () => math.takeColumns(x, 1.5) },
  choice: {
    "half a draw": () => math.choice(source(), 2.5, [1, 1]),
    "NaN draws": () => math.choice(source(), NaN, [1]),
  },
  permutation: { "fewer than none": () => math.permutation(source(), -2) },
  gaussHermite: { "half a node": () => math.gaussHermite(2.5) },
  solve: { "a singular matrix": () => math.solve(matrix(3, 3), identity(3)) },
  cholesky: { "a negative eigenvalue": () => math.cholesky(diagonal([1, -1])) },
  eigen: { NaN: () => math.eigen(diagonal([1, NaN])) },
  eigenvalues: { infinity: () => math.eigenvalues(diagonal([1, Infinity])) },
  svd: { "no entries": () => math.svd(matrix(0, 3)) },
  qr: { "more columns than rows": () => math.qr(matrix(2, 3)) },
  multiply: { "inner sizes that differ": () => math.multiply(x, x) },
  nearestNeighbours: { "half a neighbour": () => math.nearestNeighbours(x, x, 1.5) },
  kMeans: { "half a cluster": () => math.kMeans(x, 1.5, { source: source() }) },
  gaussianFromSpectrum: {
    "a negative variance": () =>
      diffusion.gaussianFromSpectrum({ mean: Float64Array.of(0), U: identity(1), lambda: Float64Array.of(-0.5) }),
  },
  gaussianMixture: { "weights of another sum": () => diffusion.gaussianMixture([0.5], [gaussian]) },
  fitMixture: {
    "a form that is none": () =>
      diffusion.fitMixtureByLikelihood(x, 2, { source: source(), form: "spherical" as unknown as "full" }),
  },
  fromScore: { "a negative noise level": () => diffusion.fromScore(2, (at) => at).denoiser(x, -1) },
  gaussianFlipd: { "a negative noise level": () => gaussianFlipd(gaussian, -1) },
  twoNN: { "a fit that is none": () => twoNN(x, { fit: "mle" as unknown as "likelihood" }) },
  minimalRank: {
    "NaN for a noise level": () => minimalRank([1, 0.5], NaN, 1),
    "a negative noise level": () => minimalRank([1, 0.5], -1, 1),
  },
  rankNeeded: { "shares that are NaN": () => rankNeeded([NaN, NaN]) },
  rotationDifferences: { "an α of 2": () => rotationDifferences([x, x, x], [0, 1, 2]) },
  gaugeField: {
    "a K(σ) that is not antisymmetric": () => gaugeField(gaussian, () => identity(2)).score(x, 1),
    "a K that is not antisymmetric": () => gaugeField(gaussian, identity(2)),
  },
};

describe("bad input", () => {
  for (const [name, cases] of Object.entries(calls))
    for (const [what, call] of Object.entries(cases))
      it(`of ${name} is refused by its name: ${what}`, () =>
        assert.throws(call, (error: Error) => {
          assert.ok(error instanceof RangeError || error instanceof TypeError, `${error.name}: ${error.message}`);
          assert.match(error.message, new RegExp(`^(Gaussian\\.)?${name}: .*(expected|; |no row|no column)`));
          return true;
        }));

  it("of langevinRelaxation: a covariance that is none", () =>
    assert.throws(
      () => langevinRelaxation(diagonal([-1, -1]), turn, [1]),
      /^RangeError: cholesky: the matrix is not positive definite/,
    ));
});
