import { decode, type CodeOptions } from "../../diffusion/encoding.js";
import type { Distribution } from "../../diffusion/distribution.js";
import { matrix, type Matrix } from "../../math/matrix.js";
import { linspace } from "../../math/ode.js";
import { quantiles } from "../../math/stats.js";

/** What a circle of codes decodes to. */
export interface DecodedCircle {
  readonly radius: number;
  /** the share of codes of N(0, I) that lie farther out, exp(-r² / 2) */
  readonly outside: number;
  /** shape [points, 2], a closed curve */
  readonly points: Matrix;
  /** mean log density of these over the circle */
  readonly logDensity: number;
  /** share of the circle that decodes to a lower density than 99 % of the data have */
  readonly improbable: number;
}

/** Settings of decodedCircles. */
export interface CircleOptions extends CodeOptions {
  /** arcs of each circle before it is refined */
  readonly count?: number;
  /** the distance of neighbours on the curve, in the unit of the data, above which their arc of codes is halved */
  readonly spacing?: number;
}

/** Halvings of an arc, and the tolerance that neighbours so near to each other need. */
const [HALVINGS, TOLERANCE] = [24, 1e-10];

/**
 * Decodes circles of codes about 0 in the plane, in finer arcs where what neighbours decode to lies apart: few codes
 * decode to the gaps of the data. Points of the data, shape [n, 2], at σ_min tell how likely these are.
 *
 * @throws RangeError as decode does
 */
export function decodedCircles(
  p: Distribution,
  radii: readonly number[],
  data: Matrix,
  { count = 300, spacing = 0.05, ...options }: CircleOptions = {},
): DecodedCircle[] {
  const accuracy = { sigmaMin: 1e-3, tolerance: TOLERANCE, ...options };
  const [low] = quantiles(p.logDensity(data, accuracy.sigmaMin), [0.01]);
  return radii.map((radius) => {
    const nodes = refined(
      (angles) => decode(p, circleOf(radius, angles), accuracy).points,
      [...linspace(0, 2 * Math.PI, count)],
      spacing,
    );
    const points = matrix(nodes.length, 2, Float64Array.from(nodes.flatMap(({ at }) => at)));
    const logs = p.logDensity(points, accuracy.sigmaMin);
    const last = nodes.length - 1;
    const arcs = nodes.map((_, n) => nodes[Math.min(n + 1, last)].angle - nodes[Math.max(n - 1, 0)].angle);
    return {
      radius,
      outside: Math.exp((-radius * radius) / 2),
      points,
      logDensity: weightedMean(logs, arcs),
      improbable: weightedMean(
        logs.map((log) => (log < low ? 1 : 0)),
        arcs,
      ),
    };
  });
}

/** A point of a curve. */
interface Node {
  readonly angle: number;
  readonly at: readonly [number, number];
}

/** Points of a curve at angles in their order, and between neighbours farther apart than the spacing at more of them. */
function refined(curve: (angles: number[]) => Matrix, angles: number[], spacing: number): Node[] {
  let nodes: Node[] = [];
  for (let halving = 0, added = angles; halving <= HALVINGS && added.length > 0; halving++) {
    const { values } = curve(added);
    const more = added.map((angle, n): Node => ({ angle, at: [values[2 * n], values[2 * n + 1]] }));
    nodes = [...nodes, ...more].sort((a, b) => a.angle - b.angle);
    added = nodes.slice(1).flatMap(({ angle, at: [x, y] }, n) => {
      const before = nodes[n];
      return Math.hypot(x - before.at[0], y - before.at[1]) > spacing ? [(angle + before.angle) / 2] : [];
    });
  }
  return nodes;
}

/** Returns the mean with weights, exactly 1 of ones. */
function weightedMean(values: Float64Array, weights: readonly number[]): number {
  const sum = (of: (n: number) => number) => weights.reduce((all, weight, n) => all + weight * of(n), 0);
  return sum((n) => values[n]) / sum(() => 1);
}

/** Codes at angles on a circle about 0. */
function circleOf(radius: number, angles: readonly number[]): Matrix {
  return matrix(
    angles.length,
    2,
    Float64Array.from(angles.flatMap((angle) => [radius * Math.cos(angle), radius * Math.sin(angle)])),
  );
}
