import assert from "node:assert/strict";
import { flipd } from "../../../src/analysis/dimension/flipd.js";
import { jacobianSpectrum } from "../../../src/analysis/dimension/jacobianSpectrum.js";
import { exactManifolds, exactSphere, sampledManifolds } from "../../../src/analysis/dimension/manifolds.js";
import { comparePointEstimators } from "../../../src/analysis/dimension/pointComparison.js";
import { rowRange } from "../../../src/math/rowBlocks.js";
import { assertClose } from "../../helpers/close.js";

describe("the exact manifolds", () => {
  const manifolds = exactManifolds({ seed: 1, points: 2, highPoints: 1, rollPoints: 2 });

  it("have their dimensions at their noise levels, up to curvature and the grids' edges", () => {
    assert.equal(new Set(manifolds.map(({ name }) => name)).size, 8);
    for (const { name, k, p, x, sigma } of manifolds) {
      assert.equal(x.cols, p.dimension, name);
      assertClose(jacobianSpectrum(p)(x, sigma), new Float64Array(x.rows).fill(k), 0, name);
      assertClose(flipd(p)(x, sigma), new Float64Array(x.rows).fill(k), 0.03, name);
    }
  });

  it("have spheres of the same points in every space, the first of them the same however many", () => {
    const [few, many] = [exactSphere(2, 3, { seed: 1, count: 2 }), exactSphere(2, 5, { seed: 1, count: 7 })];
    const first = rowRange(many.x, 0, 2);
    for (let n = 0; n < 2; n++)
      assert.deepEqual([...rowRange(first, n, n + 1).values], [...rowRange(few.x, n, n + 1).values, 0, 0]);
    assert.equal(exactSphere(10, 100, { seed: 1, count: 1 }).name, "sphere S¹⁰ in 100-D");
  });

  it("have samples of other points, in the same spaces and of the same dimensions", () => {
    const named = new Map(manifolds.map((one) => [one.name, one]));
    for (const { name, k, x } of sampledManifolds(3, { seed: 1 }))
      assert.deepEqual([x.rows, x.cols, k], [3, named.get(name)!.p.dimension, named.get(name)!.k], name);
  });
});

describe("the comparison of estimators of points", () => {
  it("has the dimensions of small manifolds, and too little of a sphere of 50", () => {
    for (const { name, k, ...estimates } of comparePointEstimators(sampledManifolds(1000, { seed: 1 }))) {
      if (k > 2) assert.ok(estimates["40 neighbours"].value < k, name);
      else
        for (const [method, one] of Object.entries(estimates)) {
          const value = typeof one === "number" ? one : one.value;
          assert.ok(Math.abs(value - k) < 0.15 * k, `${method} gives ${value} of the ${name}`);
        }
    }
  });
});
