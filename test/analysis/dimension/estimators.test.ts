import assert from "node:assert/strict";
import { estimateAll, integerAccuracy, scoreEstimators } from "../../../src/analysis/dimension/estimators.js";
import { levinaBickel } from "../../../src/analysis/dimension/levinaBickel.js";
import { localPca } from "../../../src/analysis/dimension/localPca.js";
import { twoNN } from "../../../src/analysis/dimension/twoNN.js";
import { gaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { sphere } from "../../../src/datasets/sphere.js";
import { manifoldPoints } from "../../../src/datasets/manifolds.js";
import { differenceProduct, exactDivergence } from "../../../src/diffusion/jacobian.js";
import { networkDenoiser } from "../../../src/diffusion/networks/networkDenoiser.js";
import { initialParameters, network, type NetworkSpec } from "../../../src/diffusion/networks/network.js";
import { diagonal, matrixFromRows, type Matrix } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { rowRange } from "../../../src/math/rowBlocks.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";
import { sphereDistribution } from "../../../src/diffusion/distributions/sphere.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import type { VectorField } from "../../../src/diffusion/distribution.js";
import type { LogDensity } from "../../../src/diffusion/score.js";

const spec: NetworkSpec = { kind: "mlp", hidden: [8] };
const net = networkDenoiser(
  { network: spec, dimension: 3, sigmaData: 1 },
  initialParameters(network(spec, 3), randomSource(1)).map((value, i) => value + 0.1 * Math.sin(i)),
  { precision: "float64" },
);
after(() => net.dispose());

describe("a field with its derivatives", () => {
  const fields: Record<string, VectorField & { readonly logDensity?: LogDensity }> = {
    gaussian: gaussian(new Float64Array(3), diagonal([2, 1, 0])),
    sphere: sphereDistribution({ dimension: 2 }),
    points: empiricalDistribution(normal(randomSource(2), 30, 3)),
    network: net,
  };
  for (const [name, { score: value, jacobianProduct: product, divergence, logDensity }] of Object.entries(fields))
    it(`has those of its own value: ${name}`, () => {
      const [x, v] = [normal(randomSource(3), 6, 3), normal(randomSource(4), 6, 3)];
      assertMatrix(product(x, 0.7, v), differenceProduct(value)(x, 0.7, v), 1e-7);
      assertClose(divergence(x, 0.7), exactDivergence(product)(x, 0.7), 1e-10);
      if (!logDensity) return assert.equal(name, "network");
      const h = 1e-5;
      const [above, below] = [1, -1].map((sign) =>
        logDensity({ ...x, values: x.values.map((value, i) => value + sign * h * v.values[i]) }, 0.7),
      );
      const s = value(x, 0.7);
      assertClose(
        above.map((value, n) => (value - below[n]) / (2 * h)),
        above.map((_, n) => [0, 1, 2].reduce((sum, j) => sum + s.values[3 * n + j] * v.values[3 * n + j], 0)),
        1e-6,
      );
    });
});

describe("all estimators", () => {
  it("of a score agree on a circle, and leave LIDL out where there is no density", () => {
    const field = sphereDistribution({ dimension: 1, ambient: 3 });
    const { points } = sphere(3, 1, randomSource(1), { ambient: 3 });
    const found = estimateAll(
      scoreEstimators(field, { source: randomSource(2), sigmaMax: 20, stepsPerDecade: 10 }),
      points,
      0.01,
      2,
    );
    assert.deepEqual(found, {
      "normal bundle": 1,
      "Jacobian spectrum": 1,
      "rank of exp(∇f)": 1,
      FLIPD: 1,
      LIDL: 1,
      "flow map": 1,
    });
    assert.deepEqual(Object.keys(scoreEstimators(net, { source: randomSource(2) })), [
      "normal bundle",
      "Jacobian spectrum",
      "rank of exp(∇f)",
      "FLIPD",
      "flow map",
    ]);
  });

  it("are right at the share of the points where they count right", () => {
    const byPlace = {
      left: (x: Matrix) => x.values.map((value) => (value < 2 ? 1 : 2)),
      none: () => new Float64Array(4),
    };
    const x = matrixFromRows([[0], [1], [2], [3]]);
    for (const k of [1, 2]) assert.deepEqual(integerAccuracy(byPlace, x, 1, k), { left: 0.5, none: 0 });
    assert.deepEqual(integerAccuracy(byPlace, x, 1, 0), { left: 0, none: 1 });
  });

  it("of points agree, within their scatter, on the manifolds that networks are trained on", () => {
    for (const name of ["plane", "circle", "sphere"] as const) {
      const { points, dimension } = manifoldPoints(name);
      const estimators = { "Levina–Bickel": levinaBickel(points), TwoNN: twoNN(points), "local PCA": localPca(points) };
      for (const [method, value] of Object.entries(estimateAll(estimators, points, 30)))
        assert.ok(Math.abs(value - dimension) < 0.15 * dimension, `${method} gives ${value} on the ${name}`);
    }
    const [few, others] = [0, 1].map((seed) => manifoldPoints("circle", { count: 5, seed }).points);
    assertMatrix(few, rowRange(manifoldPoints("circle").points, 0, 5), 1e-14);
    assert.notDeepEqual(few, others);
    const onSphere = manifoldPoints("sphere", { count: 3, seed: 1 }).points; // of the same sphere: in its tangent planes
    assert.deepEqual([...localPca(manifoldPoints("sphere").points)(onSphere, 40)], [2, 2, 2]);
    assert.throws(
      () => manifoldPoints("torus" as "circle"),
      /^RangeError: manifoldPoints: the name is "torus", expected "plane", "circle" or "sphere"$/,
    );
  });
});
