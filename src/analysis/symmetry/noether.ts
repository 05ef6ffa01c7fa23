import { addScaled, matrix, row, rowDots, scale, squaredLengths, type Matrix } from "../../math/matrix.js";
import { normal, randomSource } from "../../math/random.js";
import { action, intervals, type Path, type Rule } from "./action.js";
import type { Lagrangian } from "./lagrangian.js";

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

/** The rotation of the plane of two coordinates: its charge is the angular momentum x_i p_j - x_j p_i. */
export function rotation(i = 0, j = 1): Transformation {
  return {
    name: "rotation",
    generator: (x) => {
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
  /** the same over what the terms of δL could come to, |ξ| |∂L/∂x|, |dξ/dt| |∂L/∂v|, τ L / t and dK/dt */
  readonly relative: number;
  /** the largest |δL - dK/dt| and the state at which it is */
  readonly largest: number;
  readonly at: { readonly x: number[]; readonly v: number[]; readonly t: number };
}

/**
 * Measures what a transformation does to a Lagrangian, δL = ξ · ∂L/∂x + (dξ/dt) · ∂L/∂v + τ ∂L/∂t beside dK/dt. The
 * derivatives in time of ξ, K and L are central differences: round-off of 1e-10 where everything is of size 1.
 */
export function symmetryDefect(
  lagrangian: Lagrangian,
  { generator, time = 0, boundary }: Transformation,
  { x, v, t }: States,
): SymmetryDefect {
  const step = 1e-5;
  const shifted = (sign: number) => ({
    x: addScaled(x, sign * step, v),
    t: t.map((value) => value + sign * step),
  });
  const [ahead, behind] = [shifted(1), shifted(-1)];
  const xi = generatorRows(generator, x, t);
  const rate = addScaled(generatorRows(generator, ahead.x, ahead.t), -1, generatorRows(generator, behind.x, behind.t));
  const L = lagrangian.first(x, v, t);
  const slopes = scale(rate, 1 / (2 * step));
  const terms = [rowDots(xi, L.x), rowDots(slopes, L.v)];
  const bounds = [products(xi, L.x), products(slopes, L.v)];
  if (time !== 0) {
    const [later, earlier] = [ahead, behind].map((at) => lagrangian.first(x, v, at.t).value);
    terms.push(later.map((value, n) => (time * (value - earlier[n])) / (2 * step)));
    bounds.push(L.value.map((value, n) => (time * value) / t[n]));
  }
  if (boundary) {
    const K = (at: typeof ahead, n: number) => boundary(row(at.x, n), at.t[n]);
    terms.push(t.map((_, n) => (K(behind, n) - K(ahead, n)) / (2 * step)));
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
  readonly rule?: Rule;
  /** relative defect above which a transformation is refused; Infinity measures that of any */
  readonly tolerance?: number;
}

/**
 * Returns Noether's charge of a symmetry along a path, p · ξ - E τ - K with the canonical momentum p = ∂L/∂v and E = p ·
 * v - L.
 *
 * @throws RangeError if the transformation is no symmetry of the Lagrangian about the path, with its size, or if a
 * discrete charge is asked for of one that moves time
 */
export function noetherCharge(
  lagrangian: Lagrangian,
  transformation: Transformation,
  path: Path,
  { discrete = false, rule = "midpoint", tolerance = 1e-6 }: ChargeOptions = {},
): Charge {
  const { name, generator, time = 0, boundary } = transformation;
  if (tolerance < Infinity) {
    const { relative, largest, at } = symmetryDefect(lagrangian, transformation, statesAbout(path));
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

/** The angular momentum that is not canonical, x × v / 2D in the plane: what a drift that turns is missing in. */
export function kinematicAngularMomentum(lagrangian: Lagrangian, path: Path): Charge {
  const { x, v, t } = intervals(path);
  const mass = lagrangian.mass(x, t);
  return summary(
    "kinematic angular momentum",
    t.map((_, n) => mass[n] * (x.values[2 * n] * v.values[2 * n + 1] - x.values[2 * n + 1] * v.values[2 * n])),
    t,
  );
}

function summary(name: string, values: Float64Array, times: Float64Array): Charge {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  return { name, values, times, mean, spread: Math.max(...values) - Math.min(...values) };
}

/** Of a path's intervals, and of states about them as far away as the path is long: a symmetry holds everywhere. */
function statesAbout(path: Path): States {
  const { x, v, t } = intervals(path);
  const about = (m: Matrix, stream: number) =>
    addScaled(m, rms(m.values) || 1, normal(randomSource(1, stream), m.rows, m.cols));
  return { x: about(x, 1), v: about(v, 2), t };
}

function generatorRows(generator: Transformation["generator"], x: Matrix, t: ArrayLike<number>): Matrix {
  const rows = matrix(x.rows, x.cols);
  if (generator) for (let n = 0; n < x.rows; n++) row(rows, n).set(generator(row(x, n), t[n]));
  return rows;
}

/** |a| |b| of every row. */
function products(a: Matrix, b: Matrix): Float64Array {
  const others = squaredLengths(b);
  return squaredLengths(a).map((square, n) => Math.sqrt(square * others[n]));
}

const rms = (values: Float64Array) =>
  Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);
