import assert from "node:assert/strict";
import {
  dimensionAt,
  dimensionCurve,
  dimensionCurves,
  type DimensionEstimator,
} from "../../../src/analysis/dimension/curve.js";
import { geometricSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { matrix, matrixFromRows } from "../../../src/math/matrix.js";
import { mean, standardError } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";

const x = matrixFromRows([[-1], [0], [4]]);
const scales = geometricSigmas(40, { sigmaMin: 1e-2, sigmaMax: 1e2 });
/** 5 below 0.1, 2 above 10, a straight line in log σ between; the points differ by their own coordinates */
const steps: DimensionEstimator = (points, scale) =>
  points.values.map((value) => value - 1 + Math.max(2, Math.min(5, 3.5 - 1.5 * Math.log10(scale))));

describe("dimensionCurve", () => {
  const curve = dimensionCurve(steps, x, scales);

  it("averages over the points, with the standard error of independent ones", () => {
    assertClose(
      curve.average,
      scales.map((scale) => steps(matrix(1, 1), scale)[0] + 1),
      1e-12,
    );
    assertClose(curve.standardError, new Float64Array(41).fill(standardError([-1, 0, 4])), 1e-12);
    assert.ok(dimensionCurve(steps, matrix(1, 1), scales).standardError.every(Number.isNaN));
  });

  it("averages harmonically if asked, and the error is that of the mean of the inverses", () => {
    const own = dimensionCurve((points) => points.values.map((value) => value + 2), x, [1, 2], { average: "harmonic" });
    assertClose(own.average, [3 / (1 + 1 / 2 + 1 / 6), 3 / (1 + 1 / 2 + 1 / 6)], 1e-14);
    assertClose([own.standardError[0]], [standardError([1, 1 / 2, 1 / 6]) * own.average[0] ** 2], 1e-14);
  });

  it("finds the plateaus from small scales to large, in whatever order the scales come", () => {
    for (const order of [scales, scales.slice().reverse()]) {
      const { plateaus, warning } = dimensionCurve(steps, x, order);
      assertClose(
        plateaus.flatMap(({ from, to, value }) => [from, to, value]),
        [1e-2, 0.1, 5, 10, 1e2, 2],
        1e-9,
      );
      assert.match(
        warning!,
        /^The dimension depends on the scale: there are 2 plateaus, 5 from 0\.01 to 0\.1, 2 from 10 to 100\.$/,
      );
    }
  });

  it("takes the dimension of the widest plateau", () => {
    const wide = dimensionCurve(steps, x, geometricSigmas(40, { sigmaMin: 1e-3, sigmaMax: 1e2 }));
    assert.equal(wide.dimension, 5);
  });

  it("gives a plateau the standard error that the average has at its median, and the number of points", () => {
    const widening: DimensionEstimator = (points, scale) =>
      points.values.map((value) => 2 + scale / 100 + value * scale);
    const levels = [1, 2, 3, 4, 5];
    for (const count of [4, 5]) {
      const own = dimensionCurve(widening, matrixFromRows([[-1], [1]]), levels.slice(0, count));
      const middle = mean(levels.slice(0, count)); // the averages grow with the scale: their median is in the middle
      const [{ value, standardError: error, count: points }] = own.plateaus;
      assertClose([value, error, points!], [2 + middle / 100, middle, 2], 1e-14);
    }
  });

  it("of several estimators has their names", () => {
    const curves = dimensionCurves(
      { steps, twice: (points, scale) => steps(points, scale).map((k) => 2 * k) },
      x,
      scales,
    );
    assert.deepEqual(
      curves.map(({ name, dimension }) => [name, dimension]),
      [
        ["steps", 5],
        ["twice", 10],
      ],
    );
    assertClose(
      curves[1].average,
      curve.average.map((value) => 2 * value),
      1e-14,
    );
  });

  it("has no doubt about one plateau, and no dimension without one", () => {
    const one = dimensionCurve(() => Float64Array.of(3), matrix(1, 2), [0.1, 1]);
    assert.deepEqual([one.dimension, one.warning], [3, undefined]);
    const none = dimensionCurve((_, scale) => Float64Array.of(scale), matrix(1, 2), [1, 2, 3]);
    assert.ok(Number.isNaN(none.dimension));
    assert.match(
      none.warning!,
      /^No plateau: between scales 1 and 3 the estimate goes from 1 to 3 and nowhere changes by less than 0\.15 per factor e over a factor of 2; ask more scales, or others\.$/,
    );
  });

  it("warns at a scale that is on no plateau", () => {
    assert.equal(dimensionAt(curve, 0.05).warning, undefined);
    const between = dimensionAt(curve, 1);
    assertClose([between.scale, between.value], [1, 3.5], 1e-12);
    assertClose(between.perPoint, [1.5, 2.5, 6.5], 1e-12);
    assert.match(between.warning!, /^At scale 1 the estimate 3\.5 is on no plateau; the curve has 2 plateaus, 5 from/);
    assert.match(
      dimensionAt(
        dimensionCurve((_, scale) => Float64Array.of(scale), matrix(1, 2), [1, 2, 3]),
        2,
      ).warning!,
      /the curve has none\.$/,
    );
  });

  it("refuses no points, a single scale, scales that turn and scales outside", () => {
    assert.throws(
      () => dimensionCurve(steps, matrix(0, 1), scales),
      /^RangeError: dimensionCurve: no points, expected at least one row$/,
    );
    assert.throws(
      () => dimensionCurve(steps, x, [1]),
      /^RangeError: dimensionCurve: 1 scales, expected two or more; a single estimate does not show whether it is on a plateau$/,
    );
    assert.throws(
      () => dimensionCurve(steps, x, [1, 2, 1.5]),
      /^RangeError: dimensionCurve: scale 2 is 1\.5 after 2, expected scales that increase or decrease throughout$/,
    );
    assert.throws(
      () => dimensionCurve(steps, x, [1, -2]),
      /^RangeError: dimensionCurve: scale 1 is -2, expected a positive number$/,
    );
    assert.throws(
      () => dimensionAt(curve, 1000),
      /^RangeError: dimensionAt: the scale is 1000, expected one from 0\.01 to 100, those of the curve$/,
    );
  });
});
