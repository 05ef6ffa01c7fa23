import { matrix, row, type Matrix } from "../../math/matrix.js";
import type { Field } from "../../math/ode.js";
import type { DiffusionCoefficient } from "../../math/sde.js";
import { valueOf, type Scalar } from "../../math/taylor.js";

/**
 * A stochastic system dx = f(x, t) dt + √(2 D(x, t)) dW. Its functions take numbers, or power series in their place,
 * and are written in the functions of `taylor`: all derivatives of an action follow from them.
 */
export interface NoisySystem {
  readonly name: string;
  /** d */
  readonly dimension: number;
  /** f at one point, shape [d] */
  readonly drift: (x: readonly Scalar[], t: number) => readonly Scalar[];
  /** D at one point, positive: one number for all coordinates, or one for each, shape [d] */
  readonly diffusion: (x: readonly Scalar[], t: number) => Scalar | readonly Scalar[];
  /** an equation of reverse time, as integrateSde solves it: its times run down and dt is negative */
  readonly reverse?: boolean;
}

/**
 * The drift of a system at many points, as integrators take it; throws RangeError where it has not a number for each of
 * their coordinates.
 */
export function driftField({ drift }: Pick<NoisySystem, "drift">): Field {
  return (x, t) => overRows(x, (point) => drift(point, t).map(valueOf));
}

/** The coefficient g = √(2 D) of a system at many points. */
function noiseCoefficient({ diffusion }: Pick<NoisySystem, "diffusion">): DiffusionCoefficient {
  return (x, t) =>
    overRows(x, (point) =>
      coordinates(diffusion(point, t), x.cols).map((value) => {
        if (valueOf(value) < 0)
          throw new RangeError(`equationOf: D is ${valueOf(value)} at t = ${t}, expected at least 0`);
        return Math.sqrt(2 * valueOf(value));
      }),
    );
}

/** The drift and the coefficient of the noise of a system, as simulations take them. */
export function equationOf(system: NoisySystem): { readonly drift: Field; readonly diffusion: DiffusionCoefficient } {
  return { drift: driftField(system), diffusion: noiseCoefficient(system) };
}

/** D of every coordinate. */
export function coordinates(D: Scalar | readonly Scalar[], d: number): readonly Scalar[] {
  return Array.isArray(D) ? (D as readonly Scalar[]) : new Array<Scalar>(d).fill(D as Scalar);
}

function overRows(x: Matrix, at: (point: number[]) => readonly number[]): Matrix {
  const result = matrix(x.rows, x.cols);
  for (let n = 0; n < x.rows; n++) {
    const values = at(Array.from(row(x, n)));
    if (values.length !== x.cols)
      throw new RangeError(`equationOf: a system of ${values.length} coordinates at states of ${x.cols}`);
    row(result, n).set(values);
  }
  return result;
}
