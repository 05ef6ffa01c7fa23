import { codeCorrelations } from "../../../src/analysis/gauge/encoding.js";
import { addFields, gaugeField, linearField, rotation90 } from "../../../src/analysis/gauge/fields.js";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

const p = isotropicGaussian(new Float64Array(2), 1);
const x = normal(randomSource(1), 100_000, 2);
const options = { from: 0.1, to: 3, steps: 40 };

describe("The codes of two fields", () => {
  it("are the same of the same field", () => assertClose(codeCorrelations(p, p, x, options), [1, 1], 1e-12));

  it("have the cosine of the angle as correlation where the one is turned against the other", () => {
    // -σ r = ω J x / σ: an angle of ω ln (to / from)
    const turn = linearField((sigma) => scale(rotation90, -0.4 / sigma ** 2));
    const angle = 0.4 * Math.log(options.to / options.from);
    const cosine = Math.cos(angle);
    const seen = codeCorrelations(p, addFields(p, turn), x, options);
    assertClose(seen, [cosine, cosine], 4 / Math.sqrt(x.rows)); // four standard errors
  });

  it("differ with a gauge field K s", () => {
    const [first] = codeCorrelations(p, addFields(p, gaugeField(p, scale(rotation90, 2))), x, options);
    // -σ r = 2 J x σ / (1 + σ²): an angle of ln ((1 + to²) / (1 + from²))
    assertClose([first], [Math.cos(Math.log(10 / 1.01))], 4 / Math.sqrt(x.rows));
  });
});
