import type { VectorField } from "../../diffusion/distribution.js";
import {
  addScaled,
  addToRows,
  dot,
  matrix,
  matrixFromRows,
  norm,
  row,
  transpose,
  type Matrix,
} from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";

/** A square lattice on a plane of the data space. */
export interface PlaneSlice {
  /** nodes in the data space, shape [n², d] */
  readonly nodes: Matrix;
  /** their coordinates in the plane, shape [n², 2] */
  readonly coordinates: Matrix;
  /** coordinates of the three points that the plane goes through, shape [3, 2] */
  readonly corners: Matrix;
  /** of both coordinates */
  readonly range: readonly [number, number];
  /** orthonormal directions of the plane, shape [2, d] */
  readonly directions: Matrix;
}

/** Settings of planeSlice. */
export interface SliceOptions {
  /** nodes along each side */
  readonly side?: number;
  /** of both coordinates, those of the first point 0; without it from a third of the points' extent before them to as much behind */
  readonly range?: readonly [number, number];
}

/**
 * Spans a lattice on the plane through three points, shape [3, d]: the first is its origin, the second lies on the
 * first axis.
 *
 * @throws RangeError if there are not three points, they are on a line, or a side has fewer than two nodes
 */
export function planeSlice(points: Matrix, { side = 12, range }: SliceOptions = {}): PlaneSlice {
  if (points.rows !== 3) throw new RangeError(`planeSlice: ${points.rows} points, expected the 3 that span a plane`);
  if (!(Number.isSafeInteger(side) && side >= 2))
    throw new RangeError(`planeSlice: ${side} nodes along a side, expected at least 2`);
  const origin = row(points, 0);
  const [first, second] = [1, 2].map((n) => row(points, n).map((value, i) => value - origin[i]));
  const u = unit(first);
  const along = dot(u, second);
  const directions = matrixFromRows([u, unit(second.map((value, i) => value - along * u[i]))]);
  const corners = multiply(addToRows(points, origin, -1), transpose(directions));
  const [low, high] = range ?? around(corners.values);
  const at = Array.from({ length: side }, (_, i) => low + ((high - low) * i) / (side - 1));
  const coordinates = matrixFromRows(at.flatMap((y) => at.map((x) => Float64Array.of(x, y))));
  return {
    nodes: addToRows(multiply(coordinates, directions), origin),
    coordinates,
    corners,
    range: [low, high],
    directions,
  };
}

/** What fieldsFigure draws as one panel. */
export interface SlicePanel {
  readonly title: string;
  readonly arrows: { readonly points: Matrix; readonly vectors: Matrix };
  readonly marks: Matrix;
}

/**
 * Returns σ² s = D - x of each named field on a slice, its part in the plane: where each node is pulled to.
 *
 * @param marks points of the plane that the figure shows, shape [n, 2]; without them the three that span it
 */
export function slicePanels(
  { nodes, coordinates, corners, directions }: PlaneSlice,
  fields: Readonly<Record<string, Pick<VectorField, "denoiser">>>,
  sigma: number,
  marks: Matrix = corners,
): SlicePanel[] {
  const across = transpose(directions);
  return Object.entries(fields).map(([title, { denoiser }]) => ({
    title,
    arrows: { points: coordinates, vectors: multiply(addScaled(denoiser(nodes, sigma), -1, nodes), across) },
    marks,
  }));
}

function unit(v: Float64Array): Float64Array {
  const length = norm(matrix(1, v.length, v));
  if (!(length > 1e-9)) throw new RangeError("planeSlice: the points are on a line, expected three that span a plane");
  return v.map((value) => value / length);
}

function around(values: Float64Array): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low) / 3;
  return [low - margin, high + margin];
}
