import { displayChannel } from "../kernel/worker/display.js";
import { escapeHtml } from "../kernel/html.js";
import { htmlTable } from "./htmlTable.js";
import { formatEstimate, formatNumber, type Measurement } from "./measurement.js";

/** A value in a cell of a table; null and undefined leave it empty. */
export type TableValue = string | boolean | Measurement | null | undefined;

/**
 * Shows records as a table: whole numbers in full, others to four significant digits, estimates as `12.35 ± 0.41`.
 *
 * @param columns the fields to show, in this order, each with its title; by default every field under its own name
 * @throws TypeError if a field that is shown holds anything else, such as an array
 * @throws RangeError if there is no column
 * @example
 *   table(results, { skip: "levels skipped", frechet: "Fréchet distance" });
 */
export function table<Row extends object>(
  rows: readonly Row[],
  columns: { readonly [Field in keyof Row]?: string } = ownFields(rows),
): void {
  const fields = Object.keys(columns) as (keyof Row & string)[];
  if (fields.length === 0) throw new RangeError("table: no columns, expected at least one field to show");
  const heads = fields.map((field) => columns[field]!);
  const right = fields.map((field) => rows.every((row) => isNumeric(row[field])));
  const cells = rows.map((row, index) => fields.map((field) => cellText(row[field], `row ${index}, ${field}`)));
  displayChannel().display({
    "text/html": htmlTable(
      heads.map(escapeHtml),
      cells.map((row) => row.map(escapeHtml)),
      (column) => right[column],
    ),
    "text/plain": plainTable([heads, ...cells], right),
  });
}

function ownFields<Row extends object>(rows: readonly Row[]): { [Field in keyof Row]?: string } {
  const fields = new Set(rows.flatMap((row) => Object.keys(row)));
  return Object.fromEntries([...fields].map((field) => [field, field])) as { [Field in keyof Row]?: string };
}

const isNumeric = (value: unknown) => typeof value === "number" || isEmpty(value) || isEstimate(value);

const isEmpty = (value: unknown) => value === null || value === undefined;

function isEstimate(value: unknown): value is Exclude<Measurement, number> {
  const { value: number, standardError } = (value ?? {}) as { value?: unknown; standardError?: unknown };
  return typeof number === "number" && typeof standardError === "number";
}

function cellText(value: unknown, where: string): string {
  if (isEmpty(value)) return "";
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "string" || typeof value === "boolean") return String(value);
  if (isEstimate(value)) return formatEstimate(value);
  const seen = Array.isArray(value) || ArrayBuffer.isView(value) ? "an array" : `a value of type ${typeof value}`;
  throw new TypeError(
    `table: ${where} is ${seen}, expected a number, a text or an estimate { value, standardError }; name the fields to show in columns`,
  );
}

function plainTable(lines: readonly (readonly string[])[], right: readonly boolean[]): string {
  const widths = right.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((text, column) => (right[column] ? text.padStart(widths[column]) : text.padEnd(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
