import assert from "node:assert/strict";
import { gapRows, networkRows } from "../../../src/analysis/variance/tables.js";
import type { LinearEnsemble } from "../../../src/analysis/variance/linearEnsemble.js";
import type { SmallNetworkStudy } from "../../../src/analysis/variance/smallNetworks.js";
import { matrix, matrixFromRows } from "../../../src/math/matrix.js";
import { linspace } from "../../../src/math/ode.js";

describe("Rows of tables", () => {
  it("have the measures of gap filling, the mass beyond that of the noised points", () => {
    const points = matrixFromRows([[-1], [1]]);
    const members = (...models: number[][]) => ({
      weights: [],
      samples: models.map((values) => matrix(values.length, 1, Float64Array.from(values))),
    });
    const ensemble: LinearEnsemble = {
      problem: { points, times: [1e-4, 1] },
      features: { centres: points, width: 1 },
      P: 10,
      J1: members([-1, 0], [1, 0.1]),
      J0: members([-1, 1], [-1, 1]),
    };
    const region = { centres: matrixFromRows([[0]]), radius: 0.3 };
    const [J1, J0] = gapRows([ensemble], region, linspace(-1.5, 1.5, 30));
    assert.deepEqual([J1.target, J0.target, J1.P, J1.epsilon], ["J1", "J0", 10, 1e-4]);
    assert.ok(Math.abs(J1.excess.value - 0.5) < 1e-9 && Math.abs(J0.excess.value) < 1e-9);
    assert.ok(J1.totalVariation.value > J0.totalVariation.value);
    assert.deepEqual([J0.first.value, J0.second.value, J0.nearest.value], [0.5, 0.5, 0]);
  });

  it("say fresh of draws without end", () => {
    const estimate = { value: 1, standardError: 0 };
    const common = {
      objective: "J0" as const,
      gapMass: estimate,
      spread: estimate,
      variance: estimate,
      error: estimate,
    };
    const networks = [100, Infinity].map((examples) => ({ ...common, examples, gapMasses: new Float64Array(2) }));
    const rows = networkRows({ exact: estimate, networks, comparisons: [] } satisfies SmallNetworkStudy);
    assert.deepEqual(
      rows.map(({ draws }) => draws),
      ["100", "fresh", "–"],
    );
  });
});
