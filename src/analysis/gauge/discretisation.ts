import { addScaled, identity, scale, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { euler, heun, integrate, last, linspace, rk4, type ButcherTableau } from "../../math/ode.js";
import { solve } from "../../math/solve.js";
import { linearField, rotation90 } from "./fields.js";

/** The factor on the variance by each method in so many steps; exactly 1 in continuous time. */
export interface RotationGrowth {
  readonly steps: number;
  readonly euler: number;
  readonly heun: number;
  readonly rungeKutta4: number;
  /** the implicit midpoint rule, for a linear field Cayley's transform */
  readonly midpoint: number;
}

/** Settings of rotationGrowth. */
export interface RotationGrowthOptions {
  /** ω, radians per unit of time */
  readonly omega?: number;
  /** the numbers of steps */
  readonly steps?: readonly number[];
}

/**
 * Follows the rotation dx/dt = ω J x of the plane, a gauge field of every round density, over unit time in steps: a
 * step h multiplies the variance by 1 + (ωh)² with Euler's method, by 1 + (ωh)⁴ / 4 with Heun's, by 1 with the implicit
 * midpoint rule.
 *
 * @throws RangeError if a number of steps is not a positive integer
 */
export function rotationGrowth({
  omega = 16,
  steps = [16, 32, 64, 128, 256],
}: RotationGrowthOptions = {}): RotationGrowth[] {
  const A = scale(rotation90, omega);
  const { score } = linearField(A);
  return steps.map((count) => {
    const times = linspace(0, 1, count);
    const along = (method: ButcherTableau) => growth(last(integrate(score, identity(2), times, method)));
    return {
      steps: count,
      euler: along(euler),
      heun: along(heun),
      rungeKutta4: along(rk4),
      midpoint: growth(last(cayleySteps(A, count))),
    };
  });
}

/** (I - hA/2)⁻¹ (I + hA/2), again and again */
function* cayleySteps(A: Matrix, count: number): Generator<Matrix, void, undefined> {
  const half = scale(A, 1 / count / 2);
  const one = identity(A.rows);
  const step = solve(addScaled(one, -1, half), addScaled(one, 1, half));
  let x = one;
  for (let i = 0; i < count; i++) yield (x = multiply(step, x));
}

/** Of the length of the first unit vector, squared. */
const growth = ({ values }: Matrix) => values[0] ** 2 + values[1] ** 2;
