import { matrix } from "../math/matrix.js";
import type { Source } from "../math/random.js";
import { requireCount, requirePositive, type PointSet } from "./points.js";

/** The spiral (u cos u, u sin u) for u from `from` to `to`, in radians. */
export interface SpiralRange {
  readonly from?: number;
  readonly to?: number;
  /** factor of all coordinates */
  readonly unit?: number;
}

/**
 * Returns `count` points on a spiral of Archimedes in the plane, unit · (u cos u, u sin u), intrinsic dimension
 * 1: uniform in arc length at random with a source, without one in the middle of `count` equal lengths, so that each
 * stands for the same length.
 *
 * @throws RangeError if count is not a positive integer or not 0 ≤ from < to
 */
export function spiral(
  count: number,
  { from = 1.5 * Math.PI, to = 4.5 * Math.PI, unit = 0.1, source }: SpiralRange & { source?: Source } = {},
): PointSet {
  requireCount("spiral", "count", count);
  const angle = byLength("spiral", from, to, unit);
  const points = matrix(count, 2);
  for (let i = 0; i < count; i++) {
    const u = angle(source ? source.uniform() : (i + 0.5) / count);
    points.values.set([unit * u * Math.cos(u), unit * u * Math.sin(u)], 2 * i);
  }
  return { points, dimension: 1 };
}

/**
 * Draws `count` points on the Swiss roll in three dimensions, unit · (u cos u, v, u sin u) with 0 ≤ v ≤ height:
 * uniform in area, intrinsic dimension 2. The usual roll: u from 1.5 π to 4.5 π, height 21, a tenth of it.
 *
 * @throws RangeError if count is not a positive integer, not 0 ≤ from < to, or the height is not positive
 */
export function swissRoll(
  count: number,
  source: Source,
  options: SpiralRange & { readonly height?: number } = {},
): PointSet {
  requireCount("swissRoll", "count", count);
  return roll("swissRoll", count, () => [source.uniform(), source.uniform()], options);
}

/**
 * The Swiss roll on a grid: the middles of along · across pieces of equal area, so that as many Gaussians of equal
 * weight are the roll with noise, once the noise is wider than the pieces.
 *
 * @throws RangeError as swissRoll does
 */
export function swissRollGrid(
  along: number,
  across: number,
  options: SpiralRange & { readonly height?: number } = {},
): PointSet {
  requireCount("swissRollGrid", "along", along);
  requireCount("swissRollGrid", "across", across);
  return roll(
    "swissRollGrid",
    along * across,
    (i) => [(Math.floor(i / across) + 0.5) / along, ((i % across) + 0.5) / across],
    options,
  );
}

function roll(
  where: string,
  count: number,
  place: (i: number) => [length: number, height: number],
  options: SpiralRange & { readonly height?: number },
): PointSet {
  const { from = 1.5 * Math.PI, to = 4.5 * Math.PI, unit = 0.1, height = 21 } = options;
  requirePositive(where, "height", height);
  const angle = byLength(where, from, to, unit);
  const points = matrix(count, 3);
  for (let i = 0; i < count; i++) {
    const [along, across] = place(i);
    const u = angle(along);
    points.values.set([unit * u * Math.cos(u), unit * height * across, unit * u * Math.sin(u)], 3 * i);
  }
  return { points, dimension: 2 };
}

/** The angle at which a fraction of the length from `from` to `to` is reached. */
function byLength(where: string, from: number, to: number, unit: number): (fraction: number) => number {
  if (!(from >= 0 && from < to && to < Infinity))
    throw new RangeError(`${where}: u goes from ${from} to ${to}, expected 0 ≤ from < to`);
  requirePositive(where, "unit", unit);
  const length = (u: number) => (u * Math.sqrt(1 + u * u) + Math.asinh(u)) / 2; // ∫ √(1 + u²) du
  const [start, end] = [length(from), length(to)];
  return (fraction) => {
    const wanted = start + fraction * (end - start);
    let u = Math.sqrt(from * from + fraction * (to * to - from * from)); // nearly, as the length grows nearly as u²/2
    for (let i = 0; i < 8; i++) u -= (length(u) - wanted) / Math.sqrt(1 + u * u); // Newton; the length is convex
    return u;
  };
}
