import { matrix, row, type Matrix } from "../../math/matrix.js";
import {
  difference,
  gradientOf,
  hessianOf,
  partial,
  product,
  quotient,
  sum,
  valueOf,
  variables,
  type Scalar,
  type Taylor,
} from "../../math/taylor.js";
import { coordinates, type NoisySystem } from "./system.js";

/** L and its gradients at n states. */
export interface FirstDerivatives {
  /** shape [n] */
  readonly value: Float64Array;
  /** ∂L/∂x, shape [n, d] */
  readonly x: Matrix;
  /** ∂L/∂v, the canonical momentum, shape [n, d] */
  readonly v: Matrix;
}

/** The Hessian of L at n states in blocks of shape [d, d], one a row: ∂²L/∂x∂x, ∂²L/∂x∂v (x the row), ∂²L/∂v∂v. */
export interface SecondDerivatives {
  readonly xx: Matrix;
  readonly xv: Matrix;
  readonly vv: Matrix;
}

/** A Lagrangian L(x, v, t), v = dx/dt, of paths whose action is S = ∫ L dt. */
export interface Lagrangian {
  readonly name: string;
  /** d */
  readonly dimension: number;
  /** paths run from later to earlier times */
  readonly reverse: boolean;
  /** L and its gradients at states x, v, shape [n, d], and times, shape [n] */
  readonly first: (x: Matrix, v: Matrix, t: Float64Array) => FirstDerivatives;
  /** the Hessian there; without it paths are found by gradients alone */
  readonly second?: (x: Matrix, v: Matrix, t: Float64Array) => SecondDerivatives;
  /** the mean over coordinates of |∂²L/∂v∂v|, shape [n]: 1 / (2 D) */
  readonly mass: (x: Matrix, t: Float64Array) => Float64Array;
}

/** Settings of onsagerMachlup. */
export interface OnsagerMachlupOptions {
  /** adds ½ ∇ · f, without which the action is that of small noise; for D that does not depend on x */
  readonly divergence?: boolean;
  /** V(x, t), added to L */
  readonly potential?: (x: readonly Scalar[], t: number) => Scalar;
}

/**
 * The Onsager–Machlup Lagrangian of a system, L = ¼ (v - f)ᵀ D⁻¹ (v - f) [+ ½ ∇ · f] [+ V]. Of an equation of reverse
 * time, dt < 0, the first and the last term have the other sign, so that S = ∫ L dt falls as a path grows more likely.
 * The action of small noise orders paths in the limit D → 0 (Vastola, arXiv 2504.09761); that with the divergence is
 * minus the logarithm of the probability of a tube about the path, up to a constant.
 *
 * Its functions throw RangeError where drift or D have not a number for each coordinate, where D is not positive, or
 * where the divergence is asked for and D depends on x.
 */
export function onsagerMachlup(
  system: NoisySystem,
  { divergence = false, potential }: OnsagerMachlupOptions = {},
): Lagrangian {
  const { dimension: d, drift, diffusion, name, reverse = false } = system;
  const sign = reverse ? -1 : 1;

  /** L at one state as a power series in x, and ∂L/∂v likewise. */
  const at = (point: ArrayLike<number>, v: ArrayLike<number>, t: number, degree: number) => {
    const x = variables(point, degree + (divergence ? 1 : 0));
    const f = drift(x, t);
    const D = coordinates(diffusion(x, t), d);
    if (f.length !== d || D.length !== d)
      throw new RangeError(
        `onsagerMachlup: the drift of ${name} has ${f.length} coordinates and D ${D.length}, expected ${d} of each`,
      );
    D.forEach((value, i) => requireDiffusion(name, value, i, t, divergence));
    const r = f.map((fi, i) => difference(v[i], fi));
    const momentum = r.map((ri, i) => quotient(product(sign / 2, ri), D[i]));
    const terms = r.map((ri, i) => product(0.5, ri, momentum[i]));
    if (divergence) terms.push(...f.map((fi, i) => product(0.5, partial(fi, i))));
    if (potential) terms.push(product(sign, potential(x, t)));
    return { value: sum(...terms), momentum, D };
  };
  return {
    name,
    dimension: d,
    reverse,
    first(x, v, t) {
      const result = { value: new Float64Array(x.rows), x: matrix(x.rows, d), v: matrix(x.rows, d) };
      for (let n = 0; n < x.rows; n++) {
        const { value, momentum } = at(row(x, n), row(v, n), t[n], 1);
        result.value[n] = valueOf(value);
        row(result.x, n).set(gradientOf(value, d));
        momentum.forEach((p, i) => (result.v.values[n * d + i] = valueOf(p)));
      }
      return result;
    },
    second(x, v, t) {
      const blocks = () => matrix(x.rows, d * d);
      const result = { xx: blocks(), xv: blocks(), vv: blocks() };
      for (let n = 0; n < x.rows; n++) {
        const { value, momentum, D } = at(row(x, n), row(v, n), t[n], 2);
        row(result.xx, n).set(hessianOf(value, d));
        momentum.forEach((p, j) => {
          gradientOf(p, d).forEach((slope, i) => (row(result.xv, n)[i * d + j] = slope));
          row(result.vv, n)[j * d + j] = sign / (2 * valueOf(D[j]));
        });
      }
      return result;
    },
    mass: (x, t) =>
      Float64Array.from({ length: x.rows }, (_, n) => {
        const D = coordinates(diffusion(Array.from(row(x, n)), t[n]), d);
        return D.reduce<number>((total, value) => total + 0.5 / valueOf(value), 0) / d;
      }),
  };
}

function requireDiffusion(name: string, D: Scalar, i: number, t: number, divergence: boolean): void {
  if (!(valueOf(D) > 0))
    throw new RangeError(`onsagerMachlup: D[${i}] of ${name} is ${valueOf(D)} at t = ${t}, expected a positive number`);
  if (divergence && typeof D !== "number" && isVariable(D))
    throw new RangeError(
      `onsagerMachlup: D[${i}] of ${name} depends on x, expected one that does not where the divergence is asked for; take the action of small noise`,
    );
}

const isVariable = ({ values }: Taylor): boolean => values.some((value, at) => at > 0 && value !== 0);
