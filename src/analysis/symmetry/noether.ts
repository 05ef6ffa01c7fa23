import { addScaled, matrix, row, rowDots, type Matrix } from "../../math/matrix.js";
import { range } from "../../math/stats.js";
import { action, intervals, requireDimension, type Path, type Rule } from "./action.js";
import type { Lagrangian } from "./lagrangian.js";
import type { MostLikelyPath } from "./mostLikelyPath.js";
import { statesAbout, symmetryDefect } from "./symmetryDefect.js";
import { generatorRows, requirePlane, rotation, timeTranslation, type Transformation } from "./transformation.js";

/** A conserved quantity along a path, and by how much it is not. */
export interface Charge {
  readonly name: string;
  /** in the middle of every interval, or at the end of each where it is the discrete one; shape [N] */
  readonly values: Float64Array;
  readonly times: Float64Array;
  readonly mean: number;
  /** the largest value less the smallest */
  readonly spread: number;
}

/** Settings of noetherCharge. */
export interface ChargeOptions {
  /**
   * the charge of the discrete action, D₂ L_d · ξ - K at the end of each interval: constant to round-off where the
   * discrete action has the symmetry, as that of the midpoint has each that moves x by an isometry
   */
  readonly discrete?: boolean;
  /** by default the one by which the path was found of the discrete charge, and the midpoint's of the other */
  readonly rule?: Rule;
  /** relative defect above which a transformation is refused; Infinity measures that of any */
  readonly tolerance?: number;
}

/**
 * Returns Noether's charge of a symmetry along a path, p · ξ - E τ - K with the canonical momentum p = ∂L/∂v and E = p ·
 * v - L.
 *
 * @throws RangeError if the transformation is no symmetry of the Lagrangian about the path, with its size, if a discrete
 * charge is asked for of one that moves time, or if path or generator are not of the Lagrangian's dimension
 */
export function noetherCharge(
  lagrangian: Lagrangian,
  transformation: Transformation,
  path: Path & Partial<Pick<MostLikelyPath, "rule">>,
  { discrete = false, rule = (discrete && path.rule) || "midpoint", tolerance = 1e-6 }: ChargeOptions = {},
): Charge {
  const { name, generator, time = 0, boundary } = transformation;
  requireDimension("noetherCharge", lagrangian, path.points);
  if (tolerance < Infinity) {
    const { relative, largest, at } = symmetryDefect(lagrangian, transformation, statesAbout(lagrangian, path));
    if (!(relative <= tolerance))
      throw new RangeError(
        `noetherCharge: the ${name} is no symmetry of ${lagrangian.name}: it changes L by ${largest.toPrecision(3)} at x = (${at.x.map((value) => value.toPrecision(3)).join(", ")}), t = ${at.t.toPrecision(3)}, ${relative.toPrecision(3)} of its terms, expected at most ${tolerance}; with tolerance: Infinity the charge is measured all the same`,
      );
  }
  const states = intervals(path, rule);
  const boundaryAt = (x: Matrix, t: ArrayLike<number>, n: number) => (boundary ? boundary(row(x, n), t[n]) : 0);
  if (discrete) {
    if (time !== 0)
      throw new RangeError(`noetherCharge: the ${name} moves time, of which the discrete action keeps nothing`);
    const { after } = action(lagrangian, path, rule).momenta;
    const ends = matrix(after.rows, path.points.cols, path.points.values.subarray(path.points.cols));
    const times = path.times.slice(1);
    const charge = rowDots(after, generatorRows(generator, ends, times));
    return summary(
      name,
      charge.map((value, n) => value - boundaryAt(ends, times, n)),
      times,
    );
  }
  const { x, v, t } = states;
  const L = lagrangian.first(x, v, t);
  const along = rowDots(L.v, generatorRows(generator, x, t));
  const energies = rowDots(L.v, v).map((value, n) => value - L.value[n]);
  return summary(
    name,
    along.map((value, n) => value - time * energies[n] - boundaryAt(x, t, n)),
    t,
  );
}

/** Returns the energy E = p · v - L in the middle of every interval, which is conserved where L does not depend on t. */
export function energies(lagrangian: Lagrangian, path: Path): Charge {
  const charge = noetherCharge(lagrangian, timeTranslation, path);
  return { ...charge, name: "energy", values: charge.values.map((value) => -value), mean: -charge.mean };
}

/**
 * The angular momentum that is not canonical, x_i q_j - x_j q_i with q = D⁻¹ v / 2, the momentum without that of the
 * drift, of a drift that turns: of the canonical one's sign, that is with -q where time is reversed.
 *
 * @throws RangeError if i and j are not two coordinates of the path, or it is not of the Lagrangian's dimension
 */
export function kinematicAngularMomentum(lagrangian: Lagrangian, path: Path, i = 0, j = 1): Charge {
  requireDimension("kinematicAngularMomentum", lagrangian, path.points);
  requirePlane("kinematicAngularMomentum", i, j, path.points.cols);
  const { x, v, t } = intervals(path);
  const still = lagrangian.first(x, matrix(v.rows, v.cols), t).v;
  const q = addScaled(lagrangian.first(x, v, t).v, -1, still);
  return summary("kinematic angular momentum", rowDots(q, generatorRows(rotation(i, j).generator, x, t)), t);
}

function summary(name: string, values: Float64Array, times: Float64Array): Charge {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  return { name, values, times, mean, spread: range(values) };
}
