import type { PointRows } from "./pointRows.js";

/** A field on the nodes of a lattice, row by row, x first. */
export interface LatticeField {
  readonly points: PointRows;
  readonly vectors: PointRows;
  /** such as the density: lines are those of weight · vector, which has the same ones, and is weak where it is small */
  readonly weight?: ArrayLike<number>;
}

/** A line along a field, in its direction. */
export interface Streamline {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Settings of streamlines. */
export interface StreamlineOptions {
  /** of both coordinates; the whole lattice without it */
  readonly range?: readonly [number, number];
  /** squares along an edge of the range, through each of which at most one line runs, and that once */
  readonly squares?: number;
  /** share of the greatest length of weight · vector below which no line runs */
  readonly least?: number;
}

/** Steps of a line along the edge of a square. */
const STEPS = 4;

/** Steps after which a line has crossed its square, or turns in it. */
const LONGEST_IN_SQUARE = 3 * STEPS;

/** Squares that the shortest line runs through. */
const SHORTEST = 3;

/**
 * Returns lines that are tangent to a field everywhere and evenly spread: of all squares that no line has come through
 * yet, the next line begins in the middle of that where the field is strongest, and runs both ways into free squares
 * (after matplotlib's streamplot). Between nodes the field is bilinear; a line is followed by Runge and Kutta's method
 * of order 4 in steps of a quarter of a square.
 *
 * @throws RangeError if the points are not a lattice in equal steps, or the vectors or weights are not as many
 */
export function streamlines(
  field: LatticeField,
  { range, squares = 20, least = 0.01 }: StreamlineOptions = {},
): Streamline[] {
  const lattice = latticeOf(field);
  const [[left, right], [bottom, top]] = range ? [range, range] : [lattice.x, lattice.y];
  const edges = [(right - left) / squares, (top - bottom) / squares];
  const step = Math.min(...edges) / STEPS;
  const inside = (x: number, y: number) => x >= left && x <= right && y >= bottom && y <= top;
  const squareOf = (x: number, y: number) =>
    Math.min(squares - 1, Math.floor((y - bottom) / edges[1])) * squares +
    Math.min(squares - 1, Math.floor((x - left) / edges[0]));
  const strongEnough = least * lattice.greatest;
  const taken = new Set<number>();

  const follow = (x: number, y: number, sign: number): [number, number][] => {
    const line: [number, number][] = [];
    const direction = (px: number, py: number): Vector | undefined => {
      const { u, v } = lattice.at(px, py);
      const length = Math.hypot(u, v);
      return length > 0 && length >= strongEnough ? { u: (sign * u) / length, v: (sign * v) / length } : undefined;
    };
    for (let own = squareOf(x, y), within = 0; within < LONGEST_IN_SQUARE; within++) {
      const next = advanced(direction, x, y, step);
      if (!next || !inside(...next)) return line;
      const square = squareOf(...next);
      if (square !== own && taken.has(square)) return line;
      if (square !== own) within = 0;
      taken.add((own = square));
      line.push(([x, y] = next));
    }
    return line;
  };

  const middles = Array.from({ length: squares ** 2 }, (_, square) => {
    const [x, y] = [
      left + edges[0] * ((square % squares) + 0.5),
      bottom + edges[1] * (Math.floor(square / squares) + 0.5),
    ];
    const { u, v } = lattice.at(x, y);
    return { square, x, y, strength: Math.hypot(u, v) };
  });
  return middles
    .filter(({ strength }) => strength > 0 && strength >= strongEnough)
    .sort((a, b) => b.strength - a.strength)
    .flatMap(({ square, x, y }) => {
      if (taken.has(square)) return [];
      const before = new Set(taken);
      taken.add(square);
      const line = [...follow(x, y, -1).reverse(), [x, y], ...follow(x, y, 1)];
      if (taken.size - before.size >= SHORTEST) return [{ x: line.map(([at]) => at), y: line.map(([, at]) => at) }];
      taken.clear();
      before.forEach((one) => taken.add(one));
      return [];
    });
}

interface Vector {
  readonly u: number;
  readonly v: number;
}

/** One step of the given length along a field of unit vectors; undefined where it meets none. */
function advanced(
  direction: (x: number, y: number) => Vector | undefined,
  x: number,
  y: number,
  h: number,
): [number, number] | undefined {
  const one = direction(x, y);
  const two = one && direction(x + (h / 2) * one.u, y + (h / 2) * one.v);
  const three = two && direction(x + (h / 2) * two.u, y + (h / 2) * two.v);
  const four = three && direction(x + h * three.u, y + h * three.v);
  if (!four) return undefined;
  return [
    x + (h / 6) * (one.u + 2 * two.u + 2 * three.u + four.u),
    y + (h / 6) * (one.v + 2 * two.v + 2 * three.v + four.v),
  ];
}

interface Lattice {
  /** first and last of the nodes */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** the greatest length of weight · vector */
  readonly greatest: number;
  /** weight · vector between the nodes; 0 outside of them */
  readonly at: (x: number, y: number) => Vector;
}

function latticeOf({ points, vectors, weight }: LatticeField): Lattice {
  const { rows, values } = points;
  if (vectors.rows !== rows || (weight && weight.length !== rows))
    throw new RangeError(
      `streamlines: ${rows} points, ${vectors.rows} vectors${weight ? ` and ${weight.length} weights` : ""}, expected ${rows} of each`,
    );
  const turn = Array.from({ length: rows }, (_, n) => n).find((n) => n > 0 && !(values[2 * n] > values[2 * n - 2]));
  const columns = turn ?? rows;
  const lines = rows / columns;
  if (!(columns >= 2 && lines >= 2 && Number.isInteger(lines)))
    throw new RangeError(`streamlines: ${rows} points in rows of ${columns}, expected a lattice of at least 2 × 2`);
  const [x0, y0, x1, y1] = [values[0], values[1], values[2 * rows - 2], values[2 * rows - 1]];
  const [dx, dy] = [(x1 - x0) / (columns - 1), (y1 - y0) / (lines - 1)];
  for (let n = 0; n < rows; n++) {
    const [x, y] = [x0 + dx * (n % columns), y0 + dy * Math.floor(n / columns)];
    const off = Math.max(Math.abs(values[2 * n] - x) / dx, Math.abs(values[2 * n + 1] - y) / dy);
    if (!(dx > 0 && dy > 0 && off < 1e-3))
      throw new RangeError(
        `streamlines: point ${n} is (${values[2 * n]}, ${values[2 * n + 1]}), expected a lattice in equal steps, row by row`,
      );
  }
  const [u, v] = [0, 1].map((j) =>
    Float64Array.from({ length: rows }, (_, n) => {
      const value = (weight ? weight[n] : 1) * vectors.values[2 * n + j];
      return Number.isFinite(value) ? value : 0;
    }),
  );
  const between = (of: Float64Array, n: number, a: number, b: number) =>
    (1 - b) * ((1 - a) * of[n] + a * of[n + 1]) + b * ((1 - a) * of[n + columns] + a * of[n + columns + 1]);
  return {
    x: [x0, x1],
    y: [y0, y1],
    greatest: u.reduce((most, value, n) => Math.max(most, Math.hypot(value, v[n])), 0),
    at(x, y) {
      const [s, t] = [(x - x0) / dx, (y - y0) / dy];
      if (!(s >= 0 && t >= 0 && s <= columns - 1 && t <= lines - 1)) return { u: 0, v: 0 };
      const [i, j] = [Math.min(columns - 2, Math.floor(s)), Math.min(lines - 2, Math.floor(t))];
      const n = j * columns + i;
      return { u: between(u, n, s - i, t - j), v: between(v, n, s - i, t - j) };
    },
  };
}
