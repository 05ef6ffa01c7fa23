import { ink, type Layout } from "./style.js";

/** Panels of one size in rows and columns. */
export interface GridOptions {
  readonly rows: number;
  readonly columns: number;
  /** of the figure, in pixels */
  readonly width: number;
  readonly margin: { readonly l: number; readonly r: number; readonly t: number; readonly b: number };
  /** between panels beside and below each other, in pixels */
  readonly gap: { readonly x: number; readonly y: number };
  /** height of a panel of this width, in pixels */
  readonly panelHeight: (wide: number) => number;
}

/** One panel of a grid. */
export interface GridPanel {
  /** what follows `x` and `y` in the names of its axes: nothing in the first panel, then 2, 3 … row by row */
  readonly id: string;
  readonly row: number;
  readonly column: number;
  /** in shares of the figure without its margins */
  readonly x: readonly [left: number, right: number];
  readonly y: readonly [bottom: number, top: number];
}

/** Returns the panels of a grid row by row from the top left, and the height of the figure that holds them. */
export function panelGrid({ rows, columns, width, margin, gap, panelHeight }: GridOptions): {
  readonly height: number;
  readonly panels: readonly GridPanel[];
} {
  const across = width - margin.l - margin.r;
  const wide = (across - (columns - 1) * gap.x) / columns;
  const high = panelHeight(wide);
  const height = Math.round(rows * high + (rows - 1) * gap.y + margin.t + margin.b);
  const down = height - margin.t - margin.b;
  const pitch = { x: (wide + gap.x) / across, y: (high + gap.y) / down };
  const panels = Array.from({ length: rows * columns }, (_, i): GridPanel => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const [left, top] = [column * pitch.x, 1 - row * pitch.y];
    return {
      id: i === 0 ? "" : String(i + 1),
      row,
      column,
      x: [left, Math.min(1, left + wide / across)],
      y: [Math.max(0, top - high / down), top],
    };
  });
  return { height, panels };
}

/** Returns the title of a panel, above it. */
export function above(text: string, x: readonly [number, number], y: number): Layout {
  return {
    text,
    showarrow: false,
    xref: "paper",
    yref: "paper",
    x: (x[0] + x[1]) / 2,
    xanchor: "center",
    y,
    yanchor: "bottom",
    font: { size: 13, color: ink },
  };
}
