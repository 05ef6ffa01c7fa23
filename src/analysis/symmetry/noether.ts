import {
  addScaled,
  matrix,
  row,
  requireSameShape,
  rowDots,
  scaleRows,
  squaredLengths,
  takeRows,
  type Matrix,
} from "../../math/matrix.js";
import { normal, randomSource } from "../../math/random.js";
import { action, intervals, requireDimension, type Path, type Rule } from "./action.js";
import type { Lagrangian } from "./lagrangian.js";
import type { MostLikelyPath } from "./mostLikelyPath.js";

/**
 * A one-parameter family of transformations, x → x + ε ξ(x, t), t → t + ε τ. It is a symmetry where it changes L by a
 * total derivative dK/dt alone, K = 0 as a rule.
 */
export interface Transformation {
  readonly name: string;
  /** ξ at one point, shape [d]; 0 without it */
  readonly generator?: (x: Float64Array, t: number) => ArrayLike<number>;
  /** τ, the shift of time; 0 without it */
  readonly time?: number;
  /** K at one point */
  readonly boundary?: (x: Float64Array, t: number) => number;
}

/** The translation of time: its charge is -E, E = p · v - L. */
export const timeTranslation: Transformation = { name: "translation of time", time: 1 };

/** The translation along a vector u: its charge is p · u. */
export function translation(u: ArrayLike<number>): Transformation {
  return { name: "translation", generator: () => u };
}

/**
 * The rotation of the plane of two coordinates: its charge is the angular momentum x_i p_j - x_j p_i.
 *
 * @throws RangeError, with its generator, if i and j are not two coordinates of a state
 */
export function rotation(i = 0, j = 1): Transformation {
  return {
    name: "rotation",
    generator: (x) => {
      requirePlane("rotation", i, j, x.length);
      const turned = new Float64Array(x.length);
      [turned[i], turned[j]] = [-x[j], x[i]];
      return turned;
    },
  };
}

/**
 * The rotation of a bump on a ring of n neurons by any angle: the derivative of the trigonometric polynomial through
 * their activities.
 */
export function bumpRotation(neurons: number): Transformation {
  if (!(Number.isSafeInteger(neurons) && neurons > 2))
    throw new RangeError(`bumpRotation: ${neurons} neurons, expected an integer of 3 or more`);
  const highest = Math.floor((neurons - 1) / 2);
  const kernel = Float64Array.from({ length: neurons }, (_, lag) => {
    let slope = 0;
    for (let k = 1; k <= highest; k++) slope -= (2 * k * Math.sin((2 * Math.PI * k * lag) / neurons)) / neurons;
    return slope;
  });
  return {
    name: "rotation of the bump",
    generator: (x) => x.map((_, i) => x.reduce((total, xj, j) => total - kernel[(i - j + neurons) % neurons] * xj, 0)),
  };
}

function requirePlane(where: string, i: number, j: number, d: number): void {
  const isCoordinate = (k: number) => Number.isSafeInteger(k) && k >= 0 && k < d;
  if (!isCoordinate(i) || !isCoordinate(j) || i === j)
    throw new RangeError(
      `${where}: the plane of coordinates ${i} and ${j}, expected two different ones from 0 to ${d - 1}`,
    );
}

/** States at which a transformation is tried. */
export interface States {
  /** shape [n, d] */
  readonly x: Matrix;
  readonly v: Matrix;
  /** shape [n] */
  readonly t: Float64Array;
}

/** The failure of a transformation to be a symmetry. */
export interface SymmetryDefect {
  /** the root mean square of δL - dK/dt over the states */
  readonly size: number;
  /** the same over what the terms of δL could come to, |ξ| |∂L/∂x|, |dξ/dt| |∂L/∂v|, τ L / T and dK/dt, T the time they span */
  readonly relative: number;
  /** the largest |δL - dK/dt| and the state at which it is */
  readonly largest: number;
  readonly at: { readonly x: number[]; readonly v: number[]; readonly t: number };
}

/**
 * Measures what a transformation does to a Lagrangian, δL = ξ · ∂L/∂x + (dξ/dt) · ∂L/∂v + τ ∂L/∂t beside dK/dt. The
 * derivatives in time of ξ, K and L are central differences: round-off of 1e-10 where everything is of size 1.
 *
 * @throws RangeError if the states are not of the Lagrangian's dimension, or the generator does not fit them
 */
export function symmetryDefect(
  lagrangian: Lagrangian,
  { generator, time = 0, boundary }: Transformation,
  { x, v, t }: States,
): SymmetryDefect {
  requireDimension("symmetryDefect", lagrangian, x);
  requireSameShape("symmetryDefect", x, v);
  if (t.length !== x.rows || t.length === 0)
    throw new RangeError(`symmetryDefect: ${x.rows} states and ${t.length} times, expected one or more, and as many`);
  const step = timeSteps(x, v, t);
  const shifted = (sign: number) => ({
    x: { ...x, values: x.values.map((value, i) => value + sign * step[Math.floor(i / x.cols)] * v.values[i]) },
    t: t.map((value, n) => value + sign * step[n]),
  });
  const [ahead, behind] = [shifted(1), shifted(-1)];
  const perTime = step.map((h) => 1 / (2 * h));
  const xi = generatorRows(generator, x, t);
  const change = addScaled(
    generatorRows(generator, ahead.x, ahead.t),
    -1,
    generatorRows(generator, behind.x, behind.t),
  );
  const L = lagrangian.first(x, v, t);
  const slopes = scaleRows(change, perTime);
  const terms = [rowDots(xi, L.x), rowDots(slopes, L.v)];
  const bounds = [products(xi, L.x), products(slopes, L.v)];
  if (time !== 0) {
    const [later, earlier] = [ahead, behind].map((at) => lagrangian.first(x, v, at.t).value);
    terms.push(later.map((value, n) => time * (value - earlier[n]) * perTime[n]));
    bounds.push(L.value.map((value) => (time * value) / (range(t) || Math.abs(t[0]) || 1)));
  }
  if (boundary) {
    const K = (at: typeof ahead, n: number) => boundary(row(at.x, n), at.t[n]);
    terms.push(t.map((_, n) => (K(behind, n) - K(ahead, n)) * perTime[n]));
    bounds.push(terms[terms.length - 1]);
  }
  const total = t.map((_, n) => terms.reduce((all, term) => all + term[n], 0));
  const worst = total.reduce((most, value, n) => (Math.abs(value) > Math.abs(total[most]) ? n : most), 0);
  const size = rms(total);
  const whole = Math.sqrt(bounds.reduce((all, bound) => all + rms(bound) ** 2, 0));
  return {
    size,
    relative: whole === 0 ? 0 : size / whole,
    largest: Math.abs(total[worst]),
    at: { x: [...row(x, worst)], v: [...row(v, worst)], t: t[worst] },
  };
}

/**
 * Steps of differences in time at each state, which moves x by 1e-5 of its size at most: 1e-5 of the time itself or of
 * what all span, whichever is less, but no less than that of the time to the next state.
 */
function timeSteps(x: Matrix, v: Matrix, t: Float64Array): Float64Array {
  const [span, size] = [range(t), rms(x.values) || 1];
  return squaredLengths(v).map((square, n) => {
    const next = Math.max(Math.abs(t[n] - (t[n - 1] ?? t[n])), Math.abs(t[n] - (t[n + 1] ?? t[n])));
    const own = Math.max(span > 0 ? Math.min(Math.abs(t[n]), span) : Math.abs(t[n]), next) || 1;
    const step = 1e-5 * Math.min(own, size / (Math.sqrt(square) || Number.MIN_VALUE));
    return t[n] + step - t[n] || step; // as t + step has it
  });
}

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

/** The largest less the smallest value; not a number where one is none. */
export function range(values: Float64Array): number {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return most - least;
}

/**
 * States about those of a path's intervals, as far away as the path is long: a symmetry holds everywhere. Those of the
 * path itself where the Lagrangian is not defined beside it, beyond the end of a half-line say.
 */
function statesAbout(lagrangian: Lagrangian, path: Path): States {
  const { x, v, t } = intervals(path);
  const about = (m: Matrix, stream: number) =>
    addScaled(m, rms(m.values) || 1, normal(randomSource(1, stream), m.rows, m.cols));
  const states = { x: about(x, 1), v: about(v, 2), t };
  for (let n = 0; n < x.rows; n++)
    if (!isDefined(lagrangian, takeRows(states.x, [n]), takeRows(states.v, [n]), t.slice(n, n + 1)))
      row(states.x, n).set(row(x, n));
  return states;
}

function isDefined(lagrangian: Lagrangian, x: Matrix, v: Matrix, t: Float64Array): boolean {
  try {
    return Number.isFinite(lagrangian.first(x, v, t).value[0]);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function generatorRows(generator: Transformation["generator"], x: Matrix, t: ArrayLike<number>): Matrix {
  const rows = matrix(x.rows, x.cols);
  if (!generator) return rows;
  for (let n = 0; n < x.rows; n++) {
    const xi = generator(row(x, n), t[n]);
    if (xi.length !== x.cols)
      throw new RangeError(`generator: ${xi.length} coordinates, expected ${x.cols} like the states`);
    row(rows, n).set(xi);
  }
  return rows;
}

/** |a| |b| of every row. */
function products(a: Matrix, b: Matrix): Float64Array {
  const others = squaredLengths(b);
  return squaredLengths(a).map((square, n) => Math.sqrt(square * others[n]));
}

const rms = (values: Float64Array) =>
  Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);
