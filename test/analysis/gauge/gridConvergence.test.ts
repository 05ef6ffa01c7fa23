import assert from "node:assert/strict";
import { exampleWaves, threeModes } from "../../../src/analysis/gauge/examples.js";
import { addFields, gaugeField, gradientField, rotation90 } from "../../../src/analysis/gauge/fields.js";
import { gridConvergence, gridCurrents, latticeDensity } from "../../../src/analysis/gauge/gridConvergence.js";
import { addScaled } from "../../../src/math/matrix.js";
import { linspace, observedOrder } from "../../../src/math/ode.js";
import { assertMatrix } from "../../helpers/close.js";

const sigma = 0.5;
const p = threeModes(0.35);
const parts = { gradient: gradientField(exampleWaves), gauge: gaugeField(p, rotation90) };

describe("A decomposition on finer and finer grids", () => {
  const splits = gridConvergence(p, parts, { sigma, from: -7, to: 7, cells: [20, 40, 80] });

  it("is orthogonal on each and finds the parts to order 2", () => {
    for (const { cells, defect } of splits) assert.ok(defect < 1e-12, `${cells} cells: ${defect}`);
    const order = observedOrder(
      splits.map(({ cells }) => 1 / cells),
      splits.map(({ error }) => error),
    );
    assert.ok(Math.abs(order - 2) < 0.2, `order ${order}`);
  });

  it("has currents whose parts add up to the whole, to the error of the grid", () => {
    const [{ error, split }] = splits.slice(-1);
    const [whole, gradient, gauge] = gridCurrents(p, addFields(parts.gradient, parts.gauge), split, {
      sigma,
      stride: 8,
    });
    const sum = addScaled(gradient.streams.vectors, 1, gauge.streams.vectors);
    const dense = whole.streams.weight.map((value) => (value > 0.01 ? 1 : 0)); // elsewhere the field is large
    const kept = (vectors: typeof sum) => ({
      ...vectors,
      values: vectors.values.map((value, i) => value * dense[i >> 1]),
    });
    assertMatrix(kept(sum), kept(whole.streams.vectors), 3 * error, "the sum of the parts");
  });
});

describe("latticeDensity", () => {
  it("integrates to 1", () => {
    const { x, z } = latticeDensity(p, sigma, linspace(-7, 7, 140));
    const integral = z.reduce((sum, value) => sum + value * (x[1] - x[0]) ** 2, 0);
    assert.ok(Math.abs(integral - 1) < 1e-10, `${integral}`);
  });

  it("has its first variable along a row", () => {
    const { x, y, z } = latticeDensity(p, sigma, linspace(-2, 2, 4));
    const at = (i: number, j: number) => z[j * x.length + i];
    assert.ok(at(1, 2) > 2 * at(2, 1), `(${x[1]}, ${y[2]}) is nearer to the heaviest mode than (${x[2]}, ${y[1]})`);
  });
});
