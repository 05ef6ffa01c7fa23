import { requireColumns, type Matrix } from "../../math/matrix.js";

/** Points of a figure's panel, in named groups. */
export interface ScatterPanel {
  readonly title: string;
  readonly series: readonly {
    readonly name: string;
    readonly x: number[];
    readonly y: number[];
    readonly mode: "markers" | "lines";
    readonly size?: number;
    readonly faint?: boolean;
  }[];
}

/**
 * Returns points of the plane in several coordinates as panels of a figure, in groups by the sign of the first source,
 * so that the same points are found again; the first `count` of them, to four digits.
 *
 * @throws RangeError if points are not in the plane
 */
export function sourceScatter(
  ways: Readonly<Record<string, Matrix>>,
  sources: Matrix,
  count = Math.min(600, sources.rows),
): ScatterPanel[] {
  const all = [...Array(count).keys()];
  const positive = (n: number) => sources.values[n * sources.cols] > 0;
  const groups = { "first source > 0": all.filter(positive), "first source ≤ 0": all.filter((n) => !positive(n)) };
  return Object.entries(ways).map(([title, z]) => {
    requireColumns("sourceScatter", title, z, 2);
    const along = (rows: number[], j: number) => rows.map((n) => Number(z.values[2 * n + j].toPrecision(4)));
    return {
      title,
      series: Object.entries(groups).map(([name, rows]) => ({
        name,
        x: along(rows, 0),
        y: along(rows, 1),
        mode: "markers" as const,
        size: 3,
      })),
    };
  });
}
