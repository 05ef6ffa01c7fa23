import assert from "node:assert/strict";
import { pathErrorsFigure } from "../../../src/figures/papers/paths.js";

describe("pathErrorsFigure", () => {
  const sigmas = Float64Array.of(80, 10, 1, 0);
  const paths = [{ name: "Gaussian", meanErrors: Float64Array.of(0, 0.2, 0.6, 1) }];
  it("has the means at the levels that a logarithmic axis can show", () => {
    const { data, layout } = pathErrorsFigure(paths, sigmas, { title: "t", marks: { here: 3 } });
    const [{ x, y }] = data as unknown as { x: number[]; y: number[] }[];
    assert.deepEqual(x, [10, 1]);
    assert.deepEqual(y, [0.2, 0.6]);
    assert.equal((layout.shapes as { x0: number }[])[0].x0, 3);
  });
  it("keeps a last level above 0", () => {
    const { data } = pathErrorsFigure(
      [{ name: "a", meanErrors: paths[0].meanErrors.subarray(0, 3) }],
      sigmas.subarray(0, 3),
      {
        title: "t",
      },
    );
    assert.deepEqual((data[0] as { x: number[] }).x, [10, 1]);
  });
  it("refuses errors of other levels", () =>
    assert.throws(
      () => pathErrorsFigure(paths, sigmas.subarray(1), { title: "t" }),
      /^RangeError: pathErrorsFigure: "Gaussian" has errors at 4 levels, expected 3$/,
    ));
});
