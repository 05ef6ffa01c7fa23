import assert from "node:assert/strict";
import {
  directionGains,
  gainDifferences,
  gainRows,
  gainsByComponent,
  neighbourDirections,
  shownDirections,
  tangentCandidates,
} from "../../../src/analysis/trajectories/tangents.js";
import { fitGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import {
  addScaled,
  matrix,
  matrixFromRows,
  row,
  rowDots,
  scale,
  scaleColumns,
  squaredLengths,
  type Matrix,
} from "../../../src/math/matrix.js";
import { mean } from "../../../src/math/stats.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

describe("tangentCandidates", () => {
  const g = fitGaussian(scaleColumns(normal(randomSource(1), 500, 6), [3, 2, 1, 0.5, 0.3, 0.1]));
  const start = scale(normal(randomSource(2), 400, 6), 80);
  const denoised = [80, 10, 5, 2, 1, 0.3, 0.1].map((sigma) => g.denoiser(g.flow(start, 80, sigma), sigma));
  const sets = tangentCandidates(denoised, g, randomSource(3), 2);
  const jvp = (x: Matrix, sigma: number, v: Matrix) => addScaled(v, sigma ** 2, g.jacobianProduct(x, sigma, v));

  it("are as many unit vectors of each kind, those of others in turn", () => {
    for (const { directions } of sets)
      for (const rows of directions) assertClose(squaredLengths(rows), new Float64Array(400).fill(1), 1e-9);
    const [own, second, third] = sets.map(({ directions }) => directions);
    assert.deepEqual(row(second[1], 399), row(own[1], 0));
    assert.deepEqual(row(third[0], 5), row(own[0], 7));
    assert.ok(rowDots(own[0], own[1]).every((dot) => Math.abs(dot) < 1e-9));
  });

  it("have the gains of a Gaussian, tr J / d along white noise and λ / (λ + σ²) along the data's components", () => {
    const gains = directionGains({ jvp }, matrix(400, 6), sets, [0.5, 1]);
    const shrunk = g.lambda.map((lambda) => lambda / (lambda + 0.25));
    const of = (name: string) => gains.find((one) => one.name === name)!.means[0];
    assertClose([of("the data's components").value], [(shrunk[0] + shrunk[1]) / 2], 1e-9);
    const ofData = gains.find(({ name }) => name === "the data's components")!;
    assertClose(
      ofData.each.map(({ means }) => means[0].value),
      [shrunk[0], shrunk[1]],
      1e-9,
    );
    const white = of("white noise");
    assert.ok(Math.abs(white.value - mean(shrunk)) < 4 * white.standardError, `${white.value}`);
    assert.ok(of("draws of the data's covariance").value > white.value + 4 * white.standardError);
  });

  it("are shown by all of a trajectory's own and the first of each other kind", () => {
    const shown = shownDirections(sets, 9);
    assert.equal(shown.rows, 7);
    assert.deepEqual(row(shown, 1), row(sets[0].directions[1], 9));
    assert.deepEqual(row(shown, 6), row(sets[5].directions[0], 9));
  });

  it("have their means in a row for each kind", () => {
    const gains = directionGains({ jvp }, matrix(400, 6), sets, [0.5, 1]);
    const rows = gainRows(gains, [0.5, 1]);
    assert.deepEqual(rows[3], {
      directions: "the data's components",
      "σ = 0.5": gains[3].means[0],
      "σ = 1": gains[3].means[1],
    });
    assert.equal(rows.length, 6);
  });

  it("differ from those of another kind in each direction for itself", () => {
    const [own, , , ofData] = directionGains({ jvp }, matrix(400, 6), sets, [1]);
    gainDifferences(own, ofData, 0).forEach(({ value, count }, k) => {
      assertClose([value], [own.each[k].means[0].value - ofData.each[k].means[0].value], 1e-12);
      assert.equal(count, 400);
    });
  });

  it("are asked for: one of each kind at least", () =>
    assert.throws(
      () => directionGains({ jvp }, matrix(1, 6), [{ name: "none", directions: [] }], [1]),
      /^RangeError: directionGains: no directions of none, expected at least one$/,
    ));

  it("ask for three trajectories", () =>
    assert.throws(
      () => tangentCandidates([matrix(2, 3), matrix(2, 3), matrix(2, 3)], g, randomSource(3), 1),
      /^RangeError: tangentCandidates: 2 trajectories, expected at least 3$/,
    ));
});

describe("neighbourDirections", () => {
  // two lines far apart, one along each axis of the plane, and beside it nothing
  const line = (axis: number, far: number) =>
    Array.from({ length: 40 }, (_, i) => [0, 1, 2].map((j) => (j === axis ? i / 10 : j === 2 ? far : 0)));
  const images = matrixFromRows([...line(0, 0), ...line(1, 100)]);

  it("are tangents of the images around each sample", () => {
    const samples = matrixFromRows([
      [2, 0.1, 0],
      [0, 2, 99],
    ]);
    const { name, directions } = neighbourDirections(images, samples, { neighbours: 8, count: 1 });
    assert.equal(name, "components of the 8 nearest images");
    assertClose(row(directions[0], 0).map(Math.abs), [1, 0, 0], 1e-12);
    assertClose(row(directions[0], 1).map(Math.abs), [0, 1, 0], 1e-12);
  });

  it("ask for more neighbours than components", () =>
    assert.throws(
      () => neighbourDirections(images, matrix(1, 3), { neighbours: 3 }),
      /^RangeError: pathDirections: 3/,
    ));
});

describe("gainsByComponent", () => {
  it("has the shares of variance, the cosines to the way from the centre, and the gains of each kind", () => {
    // two paths along the axes 0 and 1, from the point (1, 1, 0): twice as far along the first of them
    const path = [-2, -1, 0, 1, 2].map((t) =>
      matrixFromRows([
        [1 + 2 * t, 1 + (t * t - 2), 0],
        [1 + (t * t - 2), 1 + 2 * t, 0],
      ]),
    );
    const means = (value: number) => ({ value, standardError: 0, count: 2 });
    const each = [1, 2].map((value) => ({ gains: [], means: [means(value), means(10 * value)] }));
    const own = { name: "own", gains: [], means: [], each };
    const rows = gainsByComponent(path, Float64Array.of(1, 1, 0), { own }, [0.5, 1]);
    // Σ 4 t² = 40 and Σ (t² - 2)² = 14; the end is (4, 2) from the centre
    const values = rows.map((row) => Object.values(row).map((one) => (typeof one === "number" ? one : one.value)));
    assert.deepEqual(Object.keys(rows[0]), ["σ", "component", "own", "share of variance", "|cos| to x₀ - μ"]);
    assertClose(values[0], [0.5, 1, 1, 40 / 54, 2 / Math.sqrt(5)], 1e-12);
    assertClose(values[1], [0.5, 2, 2, 14 / 54, 1 / Math.sqrt(5)], 1e-12);
    assert.deepEqual(values.slice(2), [
      [1, 1, 10],
      [1, 2, 20],
    ]);
  });
});
