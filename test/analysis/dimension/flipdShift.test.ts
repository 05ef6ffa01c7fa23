import { flipdChange, flipdShift } from "../../../src/analysis/dimension/flipdShift.js";
import { gaugeField, linearField, quadraticPotential } from "../../../src/analysis/gauge/fields.js";
import { fitGaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { gaussianMixture } from "../../../src/diffusion/distributions/mixture.js";
import { randomAntisymmetric } from "../../../src/math/antisymmetric.js";
import { addScaled, rowDots, squaredLengths } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

const cloud = normal(randomSource(1), 40, 3);
const mixture = gaussianMixture([0.3, 0.7], [fitGaussian(cloud), isotropicGaussian(Float64Array.of(1, -1, 0), 0.2)]);
const x = normal(randomSource(2), 6, 3);
const K = randomAntisymmetric(randomSource(3), 3, 2);

describe("the change of FLIPD by a field", () => {
  it("is as predicted, whether it is a gauge field or not", () => {
    for (const r of [gaugeField(mixture, K), linearField(normal(randomSource(4), 3, 3))])
      assertClose(flipdChange(mixture, r)(x, 0.4), flipdShift(mixture, r)(x, 0.4), 1e-12);
  });

  it("is σ² (‖r‖² + s · r) of a gauge field, and σ² ‖r‖² of one that is at right angles to the score", () => {
    const q = quadraticPotential({ linear: [1, -1, 2], quadratic: normal(randomSource(5), 3, 3) });
    for (const r of [gaugeField(mixture, K, q), gaugeField(mixture, K)]) {
      const [field, score] = [r, mixture].map((one) => one.score(x, 0.4));
      const expected = rowDots(field, addScaled(field, 1, score)).map((product) => 0.16 * product);
      assertClose(flipdChange(mixture, r)(x, 0.4), expected, 1e-12);
    }
    const turn = gaugeField(mixture, K);
    const squares = squaredLengths(turn.score(x, 0.4)).map((square) => 0.16 * square);
    assertClose(flipdChange(mixture, turn)(x, 0.4), squares, 1e-12);
  });
});
