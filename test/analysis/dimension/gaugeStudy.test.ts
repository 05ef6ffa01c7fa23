import assert from "node:assert/strict";
import { gaugeInvariance } from "../../../src/analysis/dimension/gaugeInvariance.js";
import { errorCounts, gaugeEffects } from "../../../src/analysis/dimension/gaugeStudy.js";
import { exactSphere } from "../../../src/analysis/dimension/manifolds.js";
import { judgeNetworks } from "../../../src/analysis/dimension/networkStudy.js";
import { inverseSigmaField, linearField } from "../../../src/analysis/gauge/fields.js";
import { gaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { loadManifoldNetworks } from "../../../src/diffusion/networks/pretrainedManifolds.js";
import { variancePreserving } from "../../../src/diffusion/schedule.js";
import { randomAntisymmetric, rotationGenerator } from "../../../src/math/antisymmetric.js";
import { matrix, row, scaleColumns, type Matrix } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

const flow = { sigmaMax: 5, stepsPerDecade: 40 };

describe("the effects of gauge fields", () => {
  const circle = exactSphere(1, 3, { seed: 1, count: 2 });
  const none = { ...circle, gauge: "none", c: 0, r: linearField(matrix(3, 3)) };
  const turns = [1, 3].map((c) => ({
    ...circle,
    gauge: "rotation",
    c,
    r: inverseSigmaField(rotationGenerator(3), c),
  }));
  const [still, ...turned] = gaugeEffects([none, ...turns], 0.05, { seed: 1, ...flow });

  it("are none without a field", () => {
    assert.deepEqual([still.shift, still.seen, still["normal bundle"], still["flow map"]], [0, 0, 1, 1]);
  });

  it("of a rotation along a circle are c² on FLIPD, and none on the counts of Jacobian and flow map", () => {
    for (const { c, shift, seen, ...counts } of turned) {
      assertClose([shift, seen], [c ** 2, c ** 2], 1e-12);
      assert.deepEqual([counts["Jacobian spectrum"], counts["flow map"]], [1, 1]);
    }
    assert.equal(turned[1]["normal bundle"], 2);
  });

  it("of errors on the flow map's count are none where they are small, and large where they cancel the score across", () => {
    const ball = exactSphere(2, 5, { seed: 1, count: 1 });
    const grow = matrix(5, 5);
    for (let i = 0; i < 5; i++) grow.values[6 * i] = 1;
    assert.deepEqual(errorCounts(ball, 0.05, [normal(randomSource(1), 5, 5), grow], 0.01, flow), [2, 2]);
    assert.deepEqual(errorCounts(ball, 0.05, [grow], 30, flow), [5]);
  });
});

describe("the flow map of a Gaussian", () => {
  const R = randomOrthogonal(randomSource(2), 4);
  const g = gaussian(new Float64Array(4), multiply(scaleColumns(R, [4, 1, 0, 0]), R, { transposeB: true }));
  const study = (K: Matrix, stepsPerDecade: number) =>
    gaugeInvariance(g, K, normal(randomSource(3), 2, 4), { norms: [0, 2], to: 0.01, stepsPerDecade });

  it("times S_T^½ has the roots of S_t as singular values, whatever the constant gauge, to the order of the method", () => {
    const schedule = variancePreserving();
    const expected = [4, 1, 0, 0].map((v) => schedule.alpha(0.01) * Math.sqrt(v + schedule.noiseLevel(0.01) ** 2));
    const K = randomAntisymmetric(randomSource(4), 4);
    for (const { norm, singularValues, deviation } of study(K, 80)) {
      assert.ok(deviation < 1e-5, `${deviation} at norm ${norm}`);
      for (const n of [0, 1]) assertClose(row(singularValues, n), expected, 1e-5);
    }
    const [coarse, fine] = [20, 40].map((steps) => study(K, steps)[1].deviation);
    assert.ok(coarse / fine > 8 && coarse / fine < 40, `${coarse}, ${fine}`);
  });
});

describe("the study of networks", () => {
  it("counts right on the manifolds they were trained on, and sees which are gradients", () => {
    const networks = loadManifoldNetworks([1]);
    const judged = judgeNetworks(networks, { seed: 1, points: 2 });
    assert.equal(judged.length, 6);
    for (const { manifold, network, k, right, error, FLIPD, asymmetry } of judged) {
      assert.equal(right, 1, `${manifold}, ${network}`);
      assert.ok(error < 0.4 && error === Math.abs(FLIPD - k), `${manifold}, ${network}: ${error}`);
      assert.equal(asymmetry < 1e-12, network === "tied", `${manifold}, ${network}: ${asymmetry}`);
    }
    networks.forEach(({ denoiser }) => denoiser.dispose());
  });
});
