import { deepest } from "./output.js";

/** The MIME type of Plotly figures. */
export const plotlyMime = "application/vnd.plotly.v1+json";

/** A Plotly figure: https://plotly.com/javascript/reference */
export interface Figure {
  readonly data: readonly object[];
  readonly layout?: object;
  readonly config?: object;
  readonly frames?: readonly object[];
}

/** The refusal of a figure by plotly.js; its message names the trace, its type, the attribute and the reason. */
export class FigureError extends Error {
  override readonly name = "FigureError";
}

/**
 * Returns the figure as JSON can hold it: typed arrays and tensors become arrays, NaN and ±Infinity become null (a
 * gap), dates become ISO strings; undefined attributes and functions are left out.
 *
 * @throws FigureError if the figure contains itself, naming where, or is nested deeper than 200 levels
 */
export function plainFigure(figure: Figure): Figure {
  return jsonValue(figure, "figure", []) as Figure;
}

function jsonValue(value: unknown, where: string, within: readonly object[]): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (within.includes(value)) throw new FigureError(`${where} contains itself; a figure is a tree of plain values`);
  if (within.length >= deepest)
    throw new FigureError(
      `${where.slice(0, 40)}… is nested deeper than ${deepest} levels, which no notebook's reader goes through; make it flatter, or leave out what plotly.js does not read`,
    );
  const around = [...within, value];
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as Float64Array, (item) => jsonValue(item, "", around));
  if (Array.isArray(value))
    return Array.from(
      value,
      (item, i) => jsonValue(item, typeof item === "object" ? `${where}[${i}]` : "", around) ?? null,
    );
  if ("arraySync" in value && typeof value.arraySync === "function") return jsonValue(value.arraySync(), where, around);
  if ("toJSON" in value && typeof value.toJSON === "function") return jsonValue(value.toJSON(), where, around);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined && typeof item !== "function" && typeof item !== "symbol")
      .map(([key, item]) => [key, jsonValue(item, `${where}.${key}`, around)]),
  );
}
