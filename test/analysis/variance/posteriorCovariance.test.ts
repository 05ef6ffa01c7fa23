import { posteriorCovariances } from "../../../src/analysis/variance/posteriorCovariance.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { jacobians } from "../../../src/diffusion/jacobian.js";
import { addScaled, identity, matrix, matrixFromRows, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

describe("The posterior covariance", () => {
  it("of two points ±1 is sech² (x / σ²)", () => {
    const p = empiricalDistribution(matrix(2, 1, Float64Array.of(-1, 1)));
    const x = matrix(5, 1, Float64Array.of(-2, -0.3, 0, 0.1, 0.8));
    for (const sigma of [0.4, 1, 3])
      assertClose(
        posteriorCovariances(p, x, sigma).map(({ values }) => values[0]),
        Array.from(x.values, (value) => Math.cosh(value / sigma ** 2) ** -2),
        1e-12,
        `σ = ${sigma}`,
      );
  });

  it("is σ² + σ⁴ times the Hessian of log p", () => {
    const p = empiricalDistribution(normal(randomSource(1), 12, 3));
    const x = normal(randomSource(2), 4, 3);
    const [sigma, variance] = [0.7, 0.49];
    const hessians = jacobians(p.jacobianProduct, x, sigma);
    posteriorCovariances(p, x, sigma).forEach((covariance, n) =>
      assertMatrix(covariance, addScaled(scale(identity(3), variance), variance ** 2, hessians[n]), 1e-9),
    );
  });

  it("is 0 of a single point, and where one point has all of the posterior", () => {
    const single = empiricalDistribution(matrixFromRows([[1, 2]]));
    assertMatrix(posteriorCovariances(single, matrixFromRows([[0, 0]]), 1)[0], matrix(2, 2), 1e-30);
    const far = empiricalDistribution(
      matrixFromRows([
        [100, 0],
        [-100, 0],
      ]),
    );
    assertMatrix(posteriorCovariances(far, matrixFromRows([[90, 1]]), 1)[0], matrix(2, 2), 1e-20);
  });
});
