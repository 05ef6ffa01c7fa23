import assert from "node:assert/strict";
import { endPlane } from "../../../src/analysis/trajectories/endPlane.js";
import { addScaled, matrix, norm, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

const alphas = Float64Array.from({ length: 41 }, (_, i) => Math.sin((i * Math.PI) / 80));
const [noise, end, out] = [1, 2, 3].map((seed) => normal(randomSource(seed), 3, 20));

describe("endPlane", () => {
  const turn = (alpha: number) => addScaled(scale(end, alpha), Math.sqrt(1 - alpha ** 2), noise);

  it("holds a rotation from noise to data wholly, at its lengths", () => {
    const path = Array.from(alphas, turn);
    const { along, across, outside } = endPlane(path);
    assert.ok(outside.every((share) => share < 1e-14));
    path.forEach((x, t) => {
      const square = along[t].reduce((sum, value, n) => sum + value ** 2 + across[t][n] ** 2, 0);
      assert.ok(Math.abs(square - norm(x) ** 2) < 1e-10);
    });
    assert.ok(across[0].every((value) => value > 0) && across[40].every((value) => Math.abs(value) < 1e-12));
  });

  it("leaves out what is at right angles to it", () => {
    // a step out of the plane, less what of it lies in the plane
    const first = endPlane([noise, out, end]);
    const size = out.values.reduce((sum, value) => sum + value ** 2, 0);
    const inside = first.along[1].reduce((sum, value, n) => sum + value ** 2 + first.across[1][n] ** 2, 0);
    const all = [noise, out, end].map((x) =>
      Array.from({ length: 3 }, (_, n) => x.values.subarray(20 * n, 20 * n + 20)),
    );
    const squares = [0, 1, 2].map((n) =>
      all.reduce((sum, rows) => sum + rows[n].reduce((own, value) => own + value ** 2, 0), 0),
    );
    const total = first.outside.reduce((sum, share, n) => sum + share * squares[n], 0);
    assert.ok(Math.abs(total - (size - inside)) < 1e-10);
  });

  it("refuses too few states, and ends that span no plane, as in one dimension", () => {
    assert.throws(() => endPlane([noise, end]), /2 states, expected at least 3/);
    const along = (x: number) => matrix(1, 1, Float64Array.of(x));
    assert.throws(
      () => endPlane([3, 2, 1].map(along)),
      /^RangeError: endPlane: x_0 and x_T of trajectory 0 are on one line through 0, expected two states that span a plane$/,
    );
    assert.throws(() => endPlane([noise, end, scale(noise, 0.3)]), /trajectory 0 are on one line/);
    assert.throws(() => endPlane([noise, end, matrix(3, 20)]), /x_0 of trajectory 0 is 0/);
  });
});
