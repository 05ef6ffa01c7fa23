import assert from "node:assert/strict";
import { loadDenoiser } from "../../../src/diffusion/networks/weights.js";
import { network, parameterCount, type NetworkSpec } from "../../../src/diffusion/networks/network.js";
import { shuffledParameters } from "../../../src/diffusion/networks/shuffled.js";
import { digits } from "../../../src/datasets/digits.js";
import { addScaled, relativeError } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

describe("Shuffled parameters", () => {
  const spec: NetworkSpec = { kind: "unet", side: 4, channels: [3, 4], classes: 2, scaled: true };
  const parameters = Float32Array.from({ length: parameterCount(network(spec, 16)) }, (_, i) => i);

  it("are those of each tensor in another order, another one for another seed", () => {
    const shuffled = shuffledParameters(spec, 16, parameters, randomSource(1));
    let from = 0;
    for (const { shape } of network(spec, 16).parameters) {
      const to = from + shape.reduce((product, n) => product * n, 1);
      assert.deepEqual(shuffled.slice(from, to).sort(), parameters.slice(from, to));
      from = to;
    }
    assert.notDeepEqual(shuffled, parameters);
    assert.deepEqual(shuffledParameters(spec, 16, parameters, randomSource(1)), shuffled);
    assert.notDeepEqual(shuffledParameters(spec, 16, parameters, randomSource(2)), shuffled);
  });

  it("denoise worse than those that were learned", () => {
    const { images } = digits({ pool: 4, count: 200 });
    const noised = addScaled(images, 0.5, normal(randomSource(1), images.rows, images.cols));
    const [learned, shuffled] = [undefined, randomSource(2)].map((shuffle) =>
      relativeError(loadDenoiser("digits-7", { shuffle }).denoiser(noised, 0.5), images),
    );
    assert.ok(shuffled > 2 * learned, `relative errors ${learned} and ${shuffled}`);
  });
});
