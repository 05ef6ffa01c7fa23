import assert from "node:assert/strict";
import { planeSlice, slicePanels } from "../../../src/analysis/scores/planeSlice.js";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { addToRows, matrix, row, scale, squaredLengths } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

const three = normal(randomSource(1), 3, 6);

describe("planeSlice", () => {
  const slice = planeSlice(three, { side: 5 });

  it("keeps the distances of the nodes from the points", () => {
    for (const n of [0, 1, 2])
      assertClose(
        squaredLengths(addToRows(slice.nodes, row(three, n), -1)),
        squaredLengths(addToRows(slice.coordinates, row(slice.corners, n), -1)),
        1e-9,
      );
  });

  it("has the first point at the origin, the second on the first axis, and room around all", () => {
    assertClose([...row(slice.corners, 0), row(slice.corners, 1)[1]], [0, 0, 0], 1e-12);
    const [low, high] = slice.range;
    assert.ok(slice.corners.values.every((value) => value > low && value < high));
    assertClose([...row(slice.coordinates, 0), ...row(slice.coordinates, 24)], [low, low, high, high], 1e-12);
  });

  it("is the plane itself through the unit vectors", () => {
    const plane = planeSlice(matrix(3, 2, Float64Array.of(0, 0, 1, 0, 0, 1)), { side: 2, range: [-1, 2] });
    assert.deepEqual([...plane.nodes.values], [-1, -1, 2, -1, -1, 2, 2, 2]);
  });

  it("refuses points that span no plane", () => {
    const line = matrix(3, 2, Float64Array.of(0, 0, 1, 1, 2, 2));
    assert.throws(() => planeSlice(line), /^RangeError: planeSlice: the points are on a line, expected three/);
    assert.throws(
      () => planeSlice(matrix(2, 2)),
      /^RangeError: planeSlice: 2 points, expected the 3 that span a plane$/,
    );
    assert.throws(() => planeSlice(three, { side: 1 }), /^RangeError: planeSlice: 1 nodes along a side/);
  });
});

describe("slicePanels", () => {
  it("has the part of D - x in the plane: towards the mean, where that is on it", () => {
    const slice = planeSlice(three, { side: 3 });
    const g = isotropicGaussian(row(three, 0).slice(), 3); // D - x = -σ² (x - μ) / (3 + σ²), μ at the origin
    const [panel] = slicePanels(slice, { Gaussian: g }, 1);
    assert.equal(panel.title, "Gaussian");
    assertClose(panel.arrows.vectors.values, scale(slice.coordinates, -0.25).values, 1e-9);
    assert.equal(panel.marks, slice.corners);
  });
});
