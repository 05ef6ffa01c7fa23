import assert from "node:assert/strict";
import { modeSlope } from "../../../src/analysis/trajectories/modeDeviation.js";
import { trajectoryStudies } from "../../../src/analysis/trajectories/study.js";
import { cosineRows, lengthRows, momentsRows, slopeRows } from "../../../src/analysis/trajectories/tables.js";
import { gaussianFromSpectrum } from "../../../src/diffusion/distributions/gaussian.js";
import { geometricSigmas, karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { scale } from "../../../src/math/matrix.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource } from "../../../src/math/random.js";

describe("The tables of trajectories", () => {
  const sigmas = karrasSigmas(30);
  const g = gaussianFromSpectrum({
    mean: new Float64Array(5).fill(1),
    U: randomOrthogonal(randomSource(1), 5),
    lambda: Float64Array.of(5, 3, 1, 0.3, 0.1),
  });
  const noise = scale(normal(randomSource(2), 7, 5), sigmas[0]);
  const [study] = trajectoryStudies({ g }, noise, sigmas, { lags: [1, 3] });

  it("have a column for each lag, and lengths at three moments", () => {
    assert.deepEqual(cosineRows([study]), [
      { field: "g", "lag 1": study.cosines[0].cosine, "lag 3": study.cosines[1].cosine },
    ]);
    const [{ start, middle, end }] = lengthRows([study]);
    const half = sigmas.findIndex((sigma) => sigma <= 1); // where data and noise have equal parts
    assert.deepEqual([start, middle, end], [study.lengths[0], study.lengths[half], study.lengths[30]]);
  });

  it("have slopes over features", () => {
    const [row] = slopeRows([study], g, 4, [0.1, 0.5]);
    assert.deepEqual(row["ᾱ = 0.5"], modeSlope(study.trajectory, g, 4, 0.5));
  });

  it("find one axis in EDM's scaling whatever the moments", () => {
    const rows = momentsRows(g, noise, { Karras: sigmas, geometric: geometricSigmas(30) });
    assert.deepEqual(
      rows.map(({ moments }) => moments),
      ["Karras", "geometric"],
    );
    for (const { firstEdm, first } of rows) assert.ok(firstEdm.value > 0.999 && first.value < 0.99);
    assert.deepEqual(rows[0].firstTwo, study.dimensions[0].firstTwo);
    assert.deepEqual(rows[0].endpoint, study.dimensions[3].for99);
  });
});
