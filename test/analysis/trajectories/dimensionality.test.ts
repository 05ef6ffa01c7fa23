import assert from "node:assert/strict";
import {
  componentsFor,
  cumulativeShares,
  heldShares,
  pathComponents,
  pathDimension,
  remainingShares,
} from "../../../src/analysis/trajectories/dimensionality.js";
import { addScaled, matrix, row, scale } from "../../../src/math/matrix.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";

/** A circle's parts in m planes: 2 m axes that hold equal parts of the variance. */
const circles = (m: number) =>
  Array.from({ length: 24 }, (_, t) =>
    matrix(
      1,
      2 * m + 3,
      Float64Array.from({ length: 2 * m + 3 }, (_, j) => {
        const angle = (2 * Math.PI * (1 + (j >> 1)) * t) / 24;
        return j >= 2 * m ? 7 : j % 2 ? Math.sin(angle) : Math.cos(angle);
      }),
    ),
  );

describe("pathComponents", () => {
  it("finds as many equal axes as there are", () => {
    for (const m of [1, 2, 4]) {
      const components = pathComponents(circles(m));
      assert.ok(Math.abs(components.participation[0] - 2 * m) < 1e-10);
      assert.deepEqual([...componentsFor(components, 0.999)], [2 * m]);
      assert.ok(Math.abs(cumulativeShares(components).values[m - 1] - 0.5) < 1e-12);
    }
  });

  it("is the same of a path turned, moved and scaled", () => {
    const path = Array.from({ length: 6 }, (_, t) => normal(randomSource(t), 2, 9));
    const turn = randomOrthogonal(randomSource(7), 9);
    const moved = path.map((x) =>
      addScaled(scale(multiply(x, turn), 3), 1, matrix(2, 9, new Float64Array(18).fill(5))),
    );
    const [a, b] = [path, moved].map(pathComponents);
    a.shares.values.forEach((share, i) => assert.ok(Math.abs(share - b.shares.values[i]) < 1e-10));
    a.participation.forEach((value, i) => assert.ok(Math.abs(value - b.participation[i]) < 1e-9));
  });

  it("takes each path for itself", () => {
    const path = Array.from({ length: 6 }, (_, t) => normal(randomSource(t), 3, 9));
    const all = pathComponents(path);
    const second = pathComponents(path.map((x) => matrix(1, 9, row(x, 1).slice())));
    assert.deepEqual([...row(all.shares, 1)], [...second.shares.values]);
  });

  it("counts the axes for a share, and no fewer", () => {
    const components = { shares: matrix(1, 4, Float64Array.of(0.6, 0.3, 0.08, 0.02)) };
    assert.deepEqual(
      [0.5, 0.89, 0.95, 0.99].map((share) => componentsFor(components, share)[0]),
      [1, 2, 3, 4],
    );
  });

  it("gives means with errors over the paths", () => {
    const path = Array.from({ length: 6 }, (_, t) => normal(randomSource(t), 5, 9));
    const { first, firstTwo, participation } = pathDimension(path);
    const { shares, participation: each } = pathComponents(path);
    const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value / 5, 0);
    assert.ok(Math.abs(first.value - mean(Array.from({ length: 5 }, (_, k) => row(shares, k)[0]))) < 1e-12);
    assert.ok(Math.abs(participation.value - mean(each)) < 1e-12 && firstTwo.value > first.value);
    assert.equal(first.count, 5);
    assert.ok(Math.abs(mean(heldShares(path, 2)) - firstTwo.value) < 1e-12);
    assert.throws(() => heldShares(path, 7), /no column 6 in a matrix of 6 columns/);
  });

  it("averages what the axes leave over the paths", () => {
    const path = Array.from({ length: 6 }, (_, t) => normal(randomSource(t), 5, 9));
    const { state, endpoint } = remainingShares({ state: path });
    assert.ok(Math.abs(state![1] - (1 - pathDimension(path).firstTwo.value)) < 1e-12 && state![5] < 1e-12);
    assert.equal(endpoint, undefined);
  });

  it("refuses a path that stays, single moments and shares that are none", () => {
    const x = normal(randomSource(1), 2, 5);
    assert.throws(() => pathComponents([x, x, x]), /path 0 stays where it is, expected one with variance/);
    assert.throws(() => pathComponents([x]), /1 moments, expected at least 2/);
    assert.throws(() => componentsFor({ shares: x }, 1), /the share is 1, expected one above 0 and below 1/);
  });
});
