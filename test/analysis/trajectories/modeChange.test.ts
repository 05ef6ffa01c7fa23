import assert from "node:assert/strict";
import { crossingShare, modeChanges, modeRows } from "../../../src/analysis/trajectories/modeChange.js";
import { gaussianFromSpectrum } from "../../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { estimateMean } from "../../../src/math/estimate.js";
import { identity, matrix, scale, scaleColumns } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

describe("modeChanges", () => {
  const modes = gaussianMixture(
    [0.5, 0.5],
    [-2, 2].map((x) =>
      gaussianFromSpectrum({ mean: Float64Array.of(x, 0), U: identity(2), lambda: Float64Array.of(0.3, 0.05) }),
    ),
  );
  const x = scale(normal(randomSource(1), 4000, 2), 80);
  const kicks = normal(randomSource(2), 4000, 2);
  const [early, late] = modeChanges(modes, x, kicks, { levels: [40, 0.15] });

  it("are those of the sign across two equal modes, arctan(share) / π of them while noise is all there is", () => {
    const { value, standardError, count } = early.share;
    assert.ok(Math.abs(value - Math.atan(0.3) / Math.PI) < 4 * standardError, `${value}`);
    assert.equal(count, 4000);
  });

  it("are none once the mode is decided", () => assert.deepEqual([...new Set(late.changed)], [0]));

  it("have their shares in a row for each level", () =>
    assert.deepEqual(modeRows({ one: [early, late], two: [late, early] }), [
      { σ: 40, one: early.share, two: late.share },
      { σ: 0.15, one: late.share, two: early.share },
    ]));

  it("are none of a single mode", () => {
    const one = gaussianMixture([1], [modes.components[0]]);
    const [{ share }] = modeChanges(one, x, kicks, { levels: [20] });
    assert.equal(share.value, 0);
  });

  it("are none by steps across the line through the modes, whatever their size", () => {
    const across = scaleColumns(kicks, [0, 1]);
    const changes = modeChanges(modes, x, across, { levels: [40, 2, 0.15], size: (sigma) => 3 * sigma });
    assert.deepEqual(
      changes.map(({ share }) => share.value),
      [0, 0, 0],
    );
  });

  it("are none by steps of no size", () => {
    const [{ share }] = modeChanges(modes, x, kicks, { levels: [40], size: () => 0 });
    assert.equal(share.value, 0);
  });

  it("refuse directions of another shape", () =>
    assert.throws(() => modeChanges(modes, x, matrix(4000, 3)), /^RangeError: modeChanges: /));

  it("refuse levels above that of the states", () =>
    assert.throws(
      () => modeChanges(modes, x, kicks, { from: 10, levels: [20] }),
      /^RangeError: scoreFlow: from σ = 10 to 20, expected a lower level$/,
    ));
});

describe("crossingShare", () => {
  it("is the share of a Gaussian's samples that change their side of the mean", () => {
    const [x, kick] = [normal(randomSource(3), 20_000, 1).values, normal(randomSource(4), 20_000, 1).values];
    const crossed = x.map((one, i) => (one * Math.hypot(2, 3) * (one * Math.hypot(2, 3) + 0.7 * kick[i]) < 0 ? 1 : 0));
    const { value, standardError } = estimateMean(crossed);
    assert.ok(Math.abs(value - crossingShare(4, 3, () => 0.7)) < 4 * standardError, `${value}`);
  });

  it("is a half of endless steps, and none without a step", () => {
    assert.equal(
      crossingShare(4, 3, () => Infinity),
      0.5,
    );
    assert.equal(
      crossingShare(4, 3, () => 0),
      0,
    );
  });
});
