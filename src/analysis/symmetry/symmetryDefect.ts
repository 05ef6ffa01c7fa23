import {
  addScaled,
  matrix,
  requireSameShape,
  row,
  rowDots,
  scale,
  scaleRows,
  squaredLengths,
  takeRows,
  type Matrix,
} from "../../math/matrix.js";
import { normal, randomSource } from "../../math/random.js";
import { range } from "../../math/stats.js";
import { intervals, requireDimension, type Path } from "./action.js";
import type { Lagrangian } from "./lagrangian.js";
import { generatorRows, type Transformation } from "./transformation.js";

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
 * @throws RangeError if there are no states, they are not of the Lagrangian's dimension, or the generator does not fit
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
    bounds.push(scale(matrix(1, t.length, L.value), time / (range(t) || Math.abs(t[0]) || 1)).values);
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

/**
 * States about those of a path's intervals, as far away as the path is long: a symmetry holds everywhere. Those of the
 * path itself where the Lagrangian is not defined beside it, beyond the end of a half-line say.
 */
export function statesAbout(lagrangian: Lagrangian, path: Path): States {
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

/** |a| |b| of every row. */
function products(a: Matrix, b: Matrix): Float64Array {
  const others = squaredLengths(b);
  return squaredLengths(a).map((square, n) => Math.sqrt(square * others[n]));
}

const rms = (values: Float64Array) =>
  Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);
