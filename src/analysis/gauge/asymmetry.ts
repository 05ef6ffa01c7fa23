import { jacobians } from "../../diffusion/jacobian.js";
import type { VectorField, DifferentiableDenoiser } from "../../diffusion/distribution.js";
import { requireSameShape, requireSquare, type Matrix } from "../../math/matrix.js";
import { signs, type Source } from "../../math/random.js";
import { mean } from "../../math/stats.js";

/** The distance of Jacobians from symmetric ones, which are those of gradients. */
export interface Asymmetry {
  /** Asym = tr J Jᵀ - tr J J = ½ ‖J - Jᵀ‖², the mean over points */
  readonly absolute: number;
  /**
   * NAsym = ½ (tr J Jᵀ - tr J J) / tr J Jᵀ = ¼ ‖J - Jᵀ‖² / ‖J‖², the ratio of means; 0 of a gradient, 1 of an
   * antisymmetric J
   */
  readonly relative: number;
  /** standard error of the relative one over points and probes; 0 of one matrix, which is exact */
  readonly standardError: number;
}

/**
 * The asymmetry of one matrix, as Chao et al. measure it (arXiv 2209.12753). @throws RangeError if it is not square or
 * 0
 */
export function asymmetry(J: Matrix): Asymmetry {
  const { absolute, square } = parts(J);
  return ratio("asymmetry", Float64Array.of(absolute), Float64Array.of(square));
}

/**
 * The asymmetry of a field's Jacobians at the rows of x, exact at each of them: d products. @throws RangeError as
 * asymmetry does
 */
export function fieldAsymmetry(
  { jacobianProduct }: Pick<VectorField, "jacobianProduct">,
  x: Matrix,
  sigma: number,
): Asymmetry {
  const each = jacobians(jacobianProduct, x, sigma).map(parts);
  return ratio(
    "fieldAsymmetry",
    Float64Array.from(each, ({ absolute }) => absolute),
    Float64Array.from(each, ({ square }) => square),
  );
}

/**
 * The same where d products are too many: from J v and Jᵀ v of random signs v, E ½ |J v - Jᵀ v|² = Asym and E |J v|² =
 * ‖J‖². Where J is symmetric it finds exactly 0, whatever the probes.
 *
 * @throws RangeError if there are fewer than two points times probes, or all products are 0
 */
export function stochasticAsymmetry(
  { jvp, vjp }: Pick<DifferentiableDenoiser, "jvp" | "vjp">,
  x: Matrix,
  sigma: number,
  { source, probes = 1 }: { source: Source; probes?: number },
): Asymmetry {
  const [absolute, square] = [new Float64Array(x.rows), new Float64Array(x.rows)];
  for (let probe = 0; probe < probes; probe++) {
    const v = signs(source, x.rows, x.cols);
    const [Jv, JTv] = [jvp(x, sigma, v), vjp(x, sigma, v)];
    requireSameShape("stochasticAsymmetry", Jv, JTv);
    for (let n = 0, i = 0; n < x.rows; n++)
      for (let j = 0; j < x.cols; j++, i++) {
        absolute[n] += (Jv.values[i] - JTv.values[i]) ** 2 / (2 * probes);
        square[n] += Jv.values[i] ** 2 / probes;
      }
  }
  return ratio("stochasticAsymmetry", absolute, square);
}

/** Of each point's Asym and ‖J‖²; the error is that of a ratio of means, to first order. */
function ratio(where: string, absolute: Float64Array, square: Float64Array): Asymmetry {
  const n = absolute.length;
  const [top, bottom] = [mean(absolute), mean(square)];
  if (!(bottom > 0))
    throw new RangeError(
      `${where}: ‖J‖² is ${bottom}, expected a positive number; a Jacobian of 0 has no relative asymmetry`,
    );
  const relative = top / (2 * bottom);
  const scatter = absolute.reduce((sum, value, i) => sum + (value / 2 - relative * square[i]) ** 2, 0);
  return { absolute: top, relative, standardError: n > 1 ? Math.sqrt(scatter / (n * (n - 1))) / bottom : 0 };
}

/** ½ ‖J - Jᵀ‖² and ‖J‖² */
function parts(J: Matrix): { absolute: number; square: number } {
  requireSquare("asymmetry", J);
  let [twice, square] = [0, 0];
  for (let i = 0; i < J.rows; i++)
    for (let j = 0; j < J.cols; j++) {
      twice += (J.values[i * J.cols + j] - J.values[j * J.cols + i]) ** 2;
      square += J.values[i * J.cols + j] ** 2;
    }
  return { absolute: twice / 2, square };
}
