import { eigenvalues } from "../../math/eigen.js";
import { solveLyapunov } from "../../math/lyapunov.js";
import { addScaled, identity, relativeError, scale, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { cholesky, solve } from "../../math/solve.js";
import { requireAntisymmetric } from "./fields.js";

/** Langevin's equation of a Gaussian with a gauge field of some strength. */
export interface LangevinRelaxation {
  /** k */
  readonly strength: number;
  /** the slowest rate at which the start is forgotten, the least real part of the eigenvalues of (I + kK) S⁻¹ */
  readonly rate: number;
  /** of the stationary covariance, relative to S */
  readonly covarianceError: number;
}

/**
 * Returns how dx = (I + kK) s dt + √2 dW relaxes to N(0, S), the law that it has for every antisymmetric K, at several
 * strengths k. S and K of shape [d, d].
 *
 * @throws RangeError if K is not antisymmetric, the shapes differ, or S is not symmetric and positive definite
 */
export function langevinRelaxation(S: Matrix, K: Matrix, strengths: ArrayLike<number>): LangevinRelaxation[] {
  requireAntisymmetric("langevinRelaxation", K);
  const one = identity(S.rows);
  cholesky(S); // what is not positive definite is no covariance, and has no such process
  const precision = solve(S, one);
  return Array.from(strengths, (strength) => {
    const B = multiply(addScaled(one, strength, K), precision);
    return {
      strength,
      rate: Math.min(...eigenvalues(B).real),
      covarianceError: relativeError(solveLyapunov(B, scale(one, 2)), S),
    };
  });
}
