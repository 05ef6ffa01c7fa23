import type { Notebook } from "./nbformatTypes.js";

/** MIME types beside text/* whose strings Jupyter stores line by line */
const splitTypes = new Set(["application/javascript", "image/svg+xml"]);
const isJson = (type: string) => type === "application/json" || /^application\/.*\+json$/.test(type);

/** Python's str.splitlines(True): the line ends that Jupyter splits at are more than \n */
const lines = (text: string) =>
  text.match(
    /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+$/g,
  ) ?? [];

type Json = Record<string, unknown>;
const isLines = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((line) => typeof line === "string");
const mapValues = (record: Json, f: (value: unknown, key: string) => unknown) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value, key)]));

const joinText = (value: unknown) => (isLines(value) ? value.join("") : value);
const splitText = (value: unknown) => (typeof value === "string" ? lines(value) : value);
const joinBundle = (bundle: unknown) =>
  mapValues(bundle as Json, (value, type) => (isJson(type) ? value : joinText(value)));
const splitBundle = (bundle: unknown) =>
  mapValues(bundle as Json, (value, type) =>
    type.startsWith("text/") || splitTypes.has(type) ? splitText(value) : value,
  );

/**
 * Applies `text` to the multiline strings of one cell and `bundle` to its MIME bundles; the order of fields is kept.
 */
function mapCell(cell: Json, text: typeof joinText, bundle: typeof joinBundle): Json {
  return mapValues(cell, (value, key) => {
    if (key === "source") return text(value);
    if (key === "attachments") return mapValues(value as Json, bundle);
    if (key === "metadata") return mapValues(value as Json, (entry) => entry);
    if (key !== "outputs") return value;
    return (value as Json[]).map((output) =>
      mapValues(output, (field, name) => (name === "text" ? text(field) : name === "data" ? bundle(field) : field)),
    );
  });
}

/** Joins every multiline string of a notebook, and drops what Jupyter never stores. */
export function joined(notebook: Json): Notebook {
  return mapNotebook(notebook, (cell) => untrusted(cell, joinText, joinBundle)) as unknown as Notebook;
}

function mapNotebook(notebook: Json, mapped: (cell: Json) => unknown): Json {
  const { orig_nbformat: _, orig_nbformat_minor: __, signature: ___, ...metadata } = notebook.metadata as Json;
  return { ...notebook, metadata, cells: (notebook.cells as Json[]).map(mapped) };
}

function untrusted(cell: Json, text: typeof joinText, bundle: typeof joinBundle): Json {
  const mapped = mapCell(cell, text, bundle);
  delete (mapped.metadata as Json).trusted;
  return mapped;
}

/** A part of a notebook as text. */
class LaidOut {
  constructor(readonly text: string) {}
}

/** Texts of cells that have not changed since they were laid out. */
export type LaidOutCells = Map<object, unknown>;

/**
 * Lays out JSON as Jupyter's own writer does, so that saving a notebook in either changes no line:
 * keys sorted, one space per level, multiline strings as arrays of lines, one newline at the end. Cells that are in
 * `known` are taken from there, and all are put there.
 */
export function layOut(notebook: Notebook, known: LaidOutCells = new Map()): string {
  const mapped = mapNotebook(notebook, (cell) => {
    const text = known.get(cell) ?? new LaidOut(stringify(untrusted(cell, splitText, splitBundle), "\n  "));
    known.set(cell, text);
    return text;
  });
  return `${stringify(mapped, "\n")}\n`;
}

/**
 * Writes JSON with sorted keys and Python's notation of numbers (3e-05, NaN, Infinity); `newline` ends in the
 * indentation.
 */
function stringify(value: unknown, newline: string): string {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "number" && value !== 0 && Math.abs(value) < 1e-4)
    return value.toExponential().replace(/-(\d)$/, "-0$1");
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (value instanceof LaidOut) return value.text;
  const deeper = `${newline} `;
  const [open, close, items] = Array.isArray(value)
    ? ["[", "]", value.map((item) => stringify(item, deeper))]
    : [
        "{",
        "}",
        Object.entries(value)
          .filter(([, item]) => item !== undefined)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, item]) => `${JSON.stringify(key)}: ${stringify(item, deeper)}`),
      ];
  return items.length === 0 ? open + close : open + deeper + items.join(`,${deeper}`) + newline + close;
}
