import assert from "node:assert/strict";
import { langevinRelaxation } from "../../../src/analysis/gauge/langevin.js";
import { eigenvalues } from "../../../src/math/eigen.js";
import { identity, matrix, transpose } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { randomAntisymmetric } from "../../../src/math/antisymmetric.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

const d = 4;
const root = normal(randomSource(1), d, d);
const S = multiply(root, transpose(root));
const K = randomAntisymmetric(randomSource(2), d, 1);

describe("Langevin's equation with a gauge field", () => {
  const relaxed = langevinRelaxation(S, K, [0, 0.3, 1, 3, 10]);

  it("keeps its covariance at every strength", () => {
    for (const { strength, covarianceError } of relaxed)
      assert.ok(covarianceError < 1e-11, `strength ${strength}: ${covarianceError}`);
  });

  it("is never slower than without, 1 over the largest variance, nor faster than the mean of the rates", () => {
    const variances = eigenvalues(S).real;
    const [least, mean] = [1 / Math.max(...variances), variances.reduce((sum, one) => sum + 1 / one / d, 0)];
    assert.ok(Math.abs(relaxed[0].rate / least - 1) < 1e-10, `${relaxed[0].rate}, expected ${least}`);
    for (const { strength, rate } of relaxed)
      assert.ok(rate >= least * (1 - 1e-10) && rate <= mean, `strength ${strength}: ${rate} not in ${least} … ${mean}`);
    assert.ok(relaxed[4].rate > 1.5 * least, `${relaxed[4].rate}`);
  });

  it("cannot have a field that is not antisymmetric", () =>
    assert.throws(
      () => langevinRelaxation(S, identity(d), [1]),
      /^RangeError: langevinRelaxation: entry \(0, 0\) of K/,
    ));

  it("does not depend on the field where S is round", () => {
    const round = langevinRelaxation(identity(2), matrix(2, 2, Float64Array.of(0, -1, 1, 0)), [0, 2]);
    assert.deepEqual(
      round.map(({ rate }) => Math.abs(rate - 1) < 1e-14),
      [true, true],
    );
  });

  it("has the slowest rates 0.452393 without a field and 1.95313 with 1.5 J, for a known covariance", () => {
    const S = matrix(2, 2, Float64Array.of(2, 0.6, 0.6, 0.5));
    const found = langevinRelaxation(S, matrix(2, 2, Float64Array.of(0, -1, 1, 0)), [0, 1.5]);
    assertClose(
      found.map(({ rate }) => rate),
      [0.452393, 1.953125],
      2e-6,
    );
  });
});
