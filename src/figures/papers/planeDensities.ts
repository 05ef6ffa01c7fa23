import type { Matrix } from "../../math/matrix.js";
import { planeMapsFigure, type PlaneMap } from "../planeMaps.js";
import { extent, type Figure, type FrameOptions } from "../style.js";

/** The density of samples in the plane, averaged over models of one kind. */
export interface PlaneDensity {
  /** what the row of the figure is, such as a family of features */
  readonly row: string;
  /** what its column is, such as the angle of the training points */
  readonly column: string;
  /** the training points, shape [points, 2] */
  readonly points: Matrix;
  /** samples per unit of area and of all samples, shape [y, x] */
  readonly density: Matrix;
  /** centres of the cells, increasing in equal steps */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Settings of planeDensitiesFigure. */
export interface PlaneDensitiesOptions extends Omit<FrameOptions, "height"> {
  /** decades of the scale of colours below the largest density; what is less is drawn as the least */
  readonly decades?: number;
}

/** Levels of a map, from the least density to the largest. */
const LEVELS = 255;

/**
 * Draws densities as maps of the plane on one logarithmic scale of colours, so that a hundredth of what is at the
 * training points is still seen between them (Fig. 3 of "Generalization through variance", Vastola, ICLR 2025). Rows
 * and columns are in the order in which they first appear.
 *
 * @throws RangeError if no density is positive, one is negative or not finite, there is not one map for each row and
 *   column and one density for each of its cells, or decades is not positive
 */
export function planeDensitiesFigure(
  densities: readonly PlaneDensity[],
  { decades = 3, ...options }: PlaneDensitiesOptions,
): Figure {
  if (!(decades > 0 && decades < Infinity))
    throw new RangeError(`planeDensitiesFigure: ${decades} decades, expected a positive number`);
  const [, largest] = extent("log", ...densities.map(({ density }) => density.values));
  const top = Math.log10(largest);
  const rows = [...new Set(densities.map(({ row }) => row))];
  const columns = [...new Set(densities.map(({ column }) => column))];
  const level = (value: number) =>
    value > 0 ? Math.max(0, Math.round((LEVELS * (Math.log10(value) - top + decades)) / decades)) : 0;
  const map = (row: string, column: string): PlaneMap => {
    const found = densities.filter((one) => one.row === row && one.column === column);
    if (found.length !== 1)
      throw new RangeError(`planeDensitiesFigure: ${found.length} densities of "${row}", "${column}", expected one`);
    const { density, x, y, points } = found[0];
    if (density.rows !== y.length || density.cols !== x.length)
      throw new RangeError(
        `planeDensitiesFigure: ${density.rows} × ${density.cols} densities of "${row}", "${column}", expected ${y.length} × ${x.length}`,
      );
    const wrong = density.values.find((value) => !(value >= 0 && value < Infinity));
    if (wrong !== undefined)
      throw new RangeError(`planeDensitiesFigure: a density of ${wrong} at "${row}", "${column}", expected 0 or more`);
    return { levels: Array.from(density.values, level), x, y, points };
  };
  const powers = Array.from({ length: Math.floor(decades) + 1 }, (_, i) => Math.floor(top) - i)
    .filter((power) => power >= top - decades)
    .map((power) => [level(10 ** power), power >= -3 ? String(10 ** power) : `10<sup>${power}</sup>`] as const);
  return planeMapsFigure(
    rows.map((row) => columns.map((column) => map(row, column))),
    {
      ...options,
      rowTitles: rows,
      columnTitles: columns,
      valueTitle: "samples per unit of area",
      ticks: [[0, ""], ...powers.reverse(), [LEVELS, ""]],
    },
  );
}
