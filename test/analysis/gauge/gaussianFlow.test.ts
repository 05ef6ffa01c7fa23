import assert from "node:assert/strict";
import { exampleLinearFields } from "../../../src/analysis/gauge/examples.js";
import { linearField } from "../../../src/analysis/gauge/fields.js";
import { carriedGaussians } from "../../../src/analysis/gauge/gaussianFlow.js";
import { identity, matrix, scale } from "../../../src/math/matrix.js";
import { assertClose } from "../../helpers/close.js";

const S = matrix(2, 2, Float64Array.of(2, 0.6, 0.6, 0.5));

describe("The Gaussian that a flow carries", () => {
  it("is the right one with a gauge field and another with a field that is none", () => {
    const nats = carriedGaussians(S, exampleLinearFields(S)).map((one) => one.nats);
    for (const right of nats.slice(0, 2)) assert.ok(right < 1e-13, `${right}`);
    for (const wrong of nats.slice(2)) assert.ok(wrong > 0.1, `${wrong}`);
  });

  it("with a field a x / σ² too much is narrower by the power a of the ratio of the levels", () => {
    // dx/dσ = -σ a x / σ² multiplies x by (from / to)^a: all eigenvalues of the ratio of covariances are its square
    const a = 0.05;
    const [{ nats }] = carriedGaussians(
      S,
      { inwards: linearField((sigma) => scale(identity(2), a / sigma ** 2)) },
      { from: 10, to: 0.1, steps: 200 },
    );
    const mu = 100 ** (2 * a);
    assertClose([nats], [mu - 1 - Math.log(mu)], 1e-6);
  });
});
