import assert from "node:assert/strict";
import { flowMapTo } from "../../../src/analysis/dimension/flowMap.js";
import { volumeDeviation } from "../../../src/analysis/dimension/flowMapTheory.js";
import { gaugeEffects, gaugeShare } from "../../../src/analysis/dimension/gaugeStudy.js";
import { exactSphere } from "../../../src/analysis/dimension/manifolds.js";
import { judgeNetworks } from "../../../src/analysis/dimension/networkStudy.js";
import {
  addFields,
  gaugeField,
  inverseSigmaField,
  linearField,
  shearField,
} from "../../../src/analysis/gauge/fields.js";
import { gaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { loadManifoldNetworks } from "../../../src/diffusion/networks/pretrainedManifolds.js";
import { rotationGenerator } from "../../../src/math/antisymmetric.js";
import { addScaled, identity, matrix, rowAngles, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { largestRelativeDifference } from "../../../src/math/stats.js";
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

  it("come with their share of the energy: c² of c² + D - k for a rotation along a circle, K's of a Gaussian exactly", () => {
    const expected = [0, 1 / 3, 9 / 11];
    [still, ...turned].forEach(({ share }, i) => assert.ok(Math.abs(share - expected[i]) < 0.02, `${i}: ${share}`));
    const g = gaussian(new Float64Array(2), identity(2));
    const { value, standardError } = gaugeShare(g, gaugeField(g, rotationGenerator(2)), 0.5, {
      source: randomSource(1),
    });
    assert.ok(Math.abs(value - 0.5) < 1e-12 && standardError < 1e-12, `${value} ± ${standardError}`);
  });

  it("of K s turn the scores of a circle in its plane by arctan ‖K‖", () => {
    const { p, x } = exactSphere(1, 2, { seed: 1, count: 20 });
    const noisy = addScaled(x, 0.05, normal(randomSource(1), 20, 2));
    for (const size of [1, 5]) {
      const field = addFields(p, gaugeField(p, scale(rotationGenerator(2), size)));
      const turns = rowAngles(p.score(noisy, 0.05), field.score(noisy, 0.05));
      assertClose(turns, new Float64Array(20).fill(Math.atan(size)), 1e-8);
    }
  });

  it("on the singular values of the flow map are none of a rotation, some of a shear, none of either on their product", () => {
    const shear = shearField((sigma) => scale(rotationGenerator(3), Math.cbrt(1 / sigma)));
    const maps = [linearField(matrix(3, 3)), inverseSigmaField(rotationGenerator(3)), shear].map((r) =>
      flowMapTo(addFields(circle.p, r), circle.x, [1, 0.05], { stepsPerDecade: 200 }),
    );
    const [exact, rotated, sheared] = maps.map(({ singularValues }) => singularValues[1].values);
    assertClose(rotated, exact, 1e-6);
    assert.ok(largestRelativeDifference(sheared, exact) > 1);
    for (const map of maps) assert.ok(volumeDeviation(map, circle.p) < 1e-4);
  });
});

describe("the study of networks", () => {
  it("counts right on the manifolds they were trained on, and sees which are gradients", () => {
    const networks = loadManifoldNetworks([1]);
    const judged = judgeNetworks(networks, { seed: 1, points: 2, draws: 500 });
    assert.equal(judged.length, 6);
    for (const { manifold, network, k, right, error, FLIPD, asymmetry, lowerShare, upperShare } of judged) {
      assert.equal(right, 1, `${manifold}, ${network}`);
      assert.ok(error < 0.4 && error === Math.abs(FLIPD - k), `${manifold}, ${network}: ${error}`);
      assert.equal(asymmetry < 1e-12, network === "tied", `${manifold}, ${network}: ${asymmetry}`);
      assert.equal(upperShare < 1e-9, network === "tied", `${manifold}, ${network}: ${upperShare}`);
      assert.ok(lowerShare < upperShare && upperShare < 0.02, `${manifold}, ${network}: ${lowerShare}, ${upperShare}`);
    }
    networks.forEach(({ denoiser }) => denoiser.dispose());
  });
});
