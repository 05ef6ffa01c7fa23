import assert from "node:assert/strict";
import { coordinateNames } from "../../../src/analysis/trajectories/coordinates.js";
import { pathDimension } from "../../../src/analysis/trajectories/dimensionality.js";
import { meanShape, pathRow, shapeRows, trajectoryStudies } from "../../../src/analysis/trajectories/study.js";
import { gaussianFromSpectrum } from "../../../src/diffusion/distributions/gaussian.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { column, scale } from "../../../src/math/matrix.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource } from "../../../src/math/random.js";

describe("trajectoryStudies", () => {
  const U = randomOrthogonal(randomSource(1), 5);
  const gaussian = (...lambda: number[]) =>
    gaussianFromSpectrum({ mean: new Float64Array(5).fill(1), U, lambda: Float64Array.from(lambda) });
  const sigmas = karrasSigmas(30);
  const noise = scale(normal(randomSource(2), 7, 5), sigmas[0]);
  const asked: string[] = [];
  const fields = { wide: gaussian(5, 3, 1, 0.3, 0.1), narrow: gaussian(1e-6, 1e-6, 0, 0, 0) };
  const studies = trajectoryStudies(fields, noise, sigmas, { lags: [1, 3], onField: (name) => asked.push(name) });

  it("measure each field in the variance-preserving process", () => {
    assert.deepEqual(asked, ["wide", "narrow"]);
    const [wide] = studies;
    for (const [i, coordinate] of coordinateNames.entries())
      assert.deepEqual(wide.dimensions[i], { coordinate, ...pathDimension(wide.coordinates[coordinate]) });
    const most = Math.max(...Array.from(sigmas, (_, t) => column(wide.offRotation, t)[2]));
    assert.ok(most > 0.01 && wide.largestDeviation.count === 7);
    assert.deepEqual(
      wide.cosines.map(({ lag }) => lag),
      [1, 3],
    );
    assert.ok(wide.alphaBar[0] < 2e-4 && wide.alphaBar[30] === 1);
  });

  it("find almost a point's trajectories to be rotations in the plane of their ends, and others not", () => {
    const [wide, narrow] = studies;
    assert.ok(narrow.largestDeviation.value < 1e-3 && narrow.outsidePlane.value < 1e-5);
    assert.ok(wide.largestDeviation.value > 0.03 && wide.outsidePlane.value > 1e-3);
    const rows = shapeRows(studies);
    assert.deepEqual(
      rows.map(({ field }) => field),
      ["wide", "narrow"],
    );
    assert.deepEqual(rows[0].endpoint, wide.dimensions[3].for99);
    assert.ok(rows[0].endpoint.value > rows[1].endpoint.value);
    const { state, beyondTwo } = rows[0];
    assert.deepEqual(pathRow("states", wide.coordinates.state), { field: "states", state, beyondTwo });
    assert.ok(Math.abs(rows[0].beyondTwo.value + wide.dimensions[0].firstTwo.value - 1) < 1e-15);
  });

  it("have a mean over fields, with the error over them", () => {
    const [a, b] = studies.map(({ largestDeviation }) => largestDeviation.value);
    const { field, largestDeviation } = meanShape("both", studies);
    assert.equal(field, "both");
    assert.ok(Math.abs(largestDeviation.value - (a + b) / 2) < 1e-15 && largestDeviation.count === 2);
    assert.ok(Math.abs(largestDeviation.standardError - Math.abs(a - b) / 2) < 1e-15);
  });
});
