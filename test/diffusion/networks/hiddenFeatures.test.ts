import assert from "node:assert/strict";
import { hiddenFeatures } from "../../../src/diffusion/networks/hiddenFeatures.js";
import { initialParameters, network } from "../../../src/diffusion/networks/network.js";
import { networkDenoiser, preconditioning } from "../../../src/diffusion/networks/networkDenoiser.js";
import { addScaled, matrix, scale } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertMatrix } from "../../helpers/close.js";

const model = { network: { kind: "mlp", hidden: [16, 6] }, dimension: 3, sigmaData: 0.5 } as const;
/** Parameters without zeros, so that the network is not 0 either. */
const parameters = initialParameters(network(model.network, 3), randomSource(1)).map((value, i) =>
  value === 0 ? Math.sin(i) / 4 : value,
);

describe("Hidden features", () => {
  it("make the network by its last layer", () => {
    const net = networkDenoiser(model, parameters);
    const features = hiddenFeatures(model, parameters);
    const last = parameters.slice(-(6 * 3 + 3)); // the weights, shape [6, 3], and the biases are the rows of W
    const W = matrix(7, 3, Float64Array.from(last));
    const x = normal(randomSource(2), 5000, 3);
    for (const sigma of [0.1, 2]) {
      const { skip, out } = preconditioning(0.5, sigma);
      const F = multiply(features(x, new Float64Array(5000).fill(sigma)), W);
      assertMatrix(addScaled(scale(x, skip), out, F), net.denoiser(x, sigma), 1e-5, `σ = ${sigma}`);
    }
  });

  it("take a noise level for each point", () => {
    const features = hiddenFeatures(model, parameters);
    const x = normal(randomSource(2), 2, 3);
    const both = features(x, Float64Array.of(0.1, 2));
    const [low, high] = [0.1, 2].map((sigma) => features(x, Float64Array.of(sigma, sigma)));
    assertMatrix(both, matrix(2, 7, Float64Array.of(...low.values.subarray(0, 7), ...high.values.subarray(7))), 1e-6);
    assert.throws(
      () => features(x, Float64Array.of(1)),
      /^RangeError: hiddenFeatures: 1 noise levels for 2 points, expected one each$/,
    );
  });

  it("are of perceptrons alone", () =>
    assert.throws(
      () => hiddenFeatures({ ...model, network: { kind: "potential", hidden: 4, tied: true } }, new Float32Array(0)),
      /^RangeError: hiddenFeatures: the network is of kind "potential", expected "mlp", whose output is linear in one layer$/,
    ));
});
