import { inspect } from "node:util";
import { FigureError, plainFigure, plotlyMime } from "../figure.js";
import { escapeHtml } from "../html.js";
import { deepest, isDeeper, type MimeBundle } from "../output.js";

/** The receiver of displays. The worker installs one; outside of a notebook a plain one prints their text. */
export interface DisplayChannel {
  display(
    data: MimeBundle,
    metadata?: Readonly<Record<string, unknown>>,
    options?: { id?: string; update?: boolean },
  ): void;
  clear(wait: boolean): void;
}

const channelKey = Symbol.for("scorebook.display");
/** The name of the method by which a value displays itself: it returns a MIME bundle. */
export const displaySymbol = Symbol.for("Jupyter.display");

const mimeType = /^[\w\-+.]+\/[\w\-+.]+$/;

/** Sends all later displays of this process to a channel. */
export function installDisplayChannel(channel: DisplayChannel): void {
  Object.defineProperty(globalThis, channelKey, { value: channel, configurable: true });
}

/** Returns the channel of this process. */
export function displayChannel(): DisplayChannel {
  return (
    ((globalThis as Record<symbol, unknown>)[channelKey] as DisplayChannel | undefined) ?? {
      display: (data) => console.log(String(data["text/plain"] ?? `[${Object.keys(data).join(", ")}]`)),
      clear: () => {},
    }
  );
}

/**
 * Shows a value in the notebook, as the last expression of a cell would be: a Plotly figure as an interactive figure
 * with a static picture, a danfo DataFrame as a table, tensors and matrices with shape and type, anything else as text.
 * What the value's own `Jupyter.display` method promises is shown when it is there.
 *
 * @throws TypeError if the value's own `Jupyter.display` method does not give a MIME bundle
 */
export function show(value: unknown): void {
  void bundled(value, ({ data, metadata }) => send(data, metadata));
}

/**
 * Displays a MIME bundle such as `{ "text/html": "…", "text/plain": "…" }` as it is, or any other value as `show` does.
 * With an `id`, `updateDisplay` can replace it later, in whatever cell it stands.
 */
export function display(value: unknown, { id }: { readonly id?: string } = {}): void {
  if (isBundle(value)) return send(value, {}, { id });
  void bundled(value, ({ data, metadata }) => send(data, metadata, { id }));
}

/** Replaces what was displayed under an identifier. */
export function updateDisplay(id: string, value: unknown): void {
  if (isBundle(value)) return send(value, {}, { id, update: true });
  void bundled(value, ({ data, metadata }) => send(data, metadata, { id, update: true }));
}

/**
 * Sends a MIME bundle to the channel of this process.
 *
 * @throws TypeError if the data of a type are none that a notebook can store
 */
export function send(...[data, metadata, options]: Parameters<DisplayChannel["display"]>): void {
  displayChannel().display(storable(data), metadata, options);
}

/** Returns the data as a notebook stores them: text, bytes as base64, JSON values. */
function storable(data: MimeBundle): MimeBundle {
  return Object.fromEntries(
    Object.entries(data).flatMap(([mime, value]) => {
      if (value === undefined) return [];
      if (typeof value === "string" || (Array.isArray(value) && value.every((line) => typeof line === "string")))
        return [[mime, value]];
      if (value instanceof Uint8Array && !mime.startsWith("text/"))
        return [[mime, Buffer.from(value).toString("base64")]];
      if (!/^application\/(?:json|.*\+json)$/.test(mime))
        throw new TypeError(
          `display: the data of ${mime} are ${inspect(value, { depth: 0 })}; expected text, or bytes where it is no text`,
        );
      try {
        const json = JSON.parse(JSON.stringify(value)) as unknown;
        if (isDeeper(json)) throw new RangeError("too deep");
        return [[mime, json]];
      } catch (error) {
        if (error instanceof RangeError)
          throw new TypeError(
            `display: the data of ${mime} are nested deeper than ${deepest} levels, which no notebook's reader goes through; make them flatter, or display them as text`,
          );
        throw new TypeError(`display: the data of ${mime} are no JSON: ${(error as Error).message.split("\n", 1)[0]}`);
      }
    }),
  );
}

/** Removes the outputs of the cell so far; with `wait`, when the next output arrives, which avoids flicker. */
export function clearOutput({ wait = false }: { readonly wait?: boolean } = {}): void {
  displayChannel().clear(wait);
}

const htmlLike = (mime: string) => (source: string) => ({
  [displaySymbol]: () => ({ [mime]: source, "text/plain": source }),
});

/** Make values of HTML, Markdown, LaTeX and SVG: `show(markdown("**bold**"))`, or the last expression of a cell. */
export const html = htmlLike("text/html"),
  markdown = htmlLike("text/markdown"),
  latex = htmlLike("text/latex"),
  svg = htmlLike("image/svg+xml");

function isBundle(value: unknown): value is MimeBundle {
  return isObject(value) && Object.keys(value).length > 0 && Object.keys(value).every((k) => mimeType.test(k));
}

interface Bundle {
  readonly data: MimeBundle;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Hands on the MIME bundle of a value, see `show`; later, if the value's own method gives a promise of it. */
export function bundled(value: unknown, use: (bundle: Bundle) => void): void | Promise<void> {
  // Asked for with `in`, since a proxy may have something for whatever name it is asked for.
  const has = (isObject(value) || typeof value === "function") && displaySymbol in value;
  const method = has ? (value as Record<symbol, unknown>)[displaySymbol] : undefined;
  if (typeof method !== "function") return use({ data: dataOf(value), metadata: {} });
  const own: unknown = method.call(value);
  const useOwn = (data: unknown): void => use({ data: storable(checkedBundle(data)), metadata: {} });
  return own instanceof Promise ? own.then(useOwn) : useOwn(own);
}

/** Returns what is shown of a value without a method of its own; as text, if asking it for what it is throws. */
function dataOf(value: unknown): MimeBundle {
  try {
    if (isObject(value)) {
      if (isFigure(value)) return { [plotlyMime]: plainFigure(value), "text/plain": figureText(value) };
      if (isFrame(value)) return frameBundle(value);
      if (isTensor(value)) return { "text/plain": tensorText(value) };
      if (isMatrix(value)) return { "text/plain": matrixText(value) };
      const table = typeof value.toHTML === "function" ? (value.toHTML() as unknown) : undefined; // of arquero, among others
      if (typeof table === "string") return { "text/html": table, "text/plain": plainText(value) };
    }
  } catch (error) {
    if (error instanceof FigureError) throw error;
  }
  return { "text/plain": plainText(value) };
}

function plainText(value: unknown): string {
  return inspect(value, { depth: 4, maxArrayLength: 100 });
}

/** Rounds a number to some digits to be read, unless that makes another whole number of it. */
function shortNumber(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  return String(Number.isInteger(rounded) ? value : rounded);
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}

function checkedBundle(bundle: unknown): MimeBundle {
  const keys = isObject(bundle) ? Object.keys(bundle) : [];
  if (keys.length === 0 || !keys.every((k) => mimeType.test(k))) {
    throw new TypeError(
      `display: a MIME bundle is an object of data by MIME type such as { "text/html": "…" }; seen ${inspect(bundle, { depth: 0 })}`,
    );
  }
  return bundle as MimeBundle;
}

interface FigureLike {
  readonly data: readonly Record<string, unknown>[];
  readonly layout?: Record<string, unknown>;
}

const traceTypes = new Set(
  (
    "bar barpolar box candlestick carpet choropleth choroplethmap choroplethmapbox cone contour contourcarpet densitymap " +
    "densitymapbox funnel funnelarea heatmap histogram histogram2d histogram2dcontour icicle image indicator isosurface " +
    "mesh3d ohlc parcats parcoords pie quiver sankey scatter scatter3d scattercarpet scattergeo scattergl scattermap " +
    "scattermapbox scatterpolar scatterpolargl scattersmith scatterternary splom streamtube sunburst surface table " +
    "treemap violin volume waterfall"
  ).split(" "),
);

/** Recognizes a Plotly figure: traces, and a layout or at least the type of each trace; other data have types too. */
function isFigure(value: Record<PropertyKey, unknown>): value is Record<PropertyKey, unknown> & FigureLike {
  const { data, layout } = value;
  return (
    Array.isArray(data) &&
    data.every((t) => isObject(t) && !Array.isArray(t)) &&
    (isObject(layout) || (data.length > 0 && data.every((t) => traceTypes.has(t.type as string))))
  );
}

function figureText(figure: FigureLike): string {
  const kinds = [...new Set(figure.data.map((t) => String(t.type ?? "scatter")))].join(", ");
  const title = figure.layout?.title as { text?: string } | string | undefined;
  const text = (typeof title === "string" ? title : (title?.text ?? "")).replace(/<[^>]*>/g, "");
  return `Figure: ${text ? `${text}; ` : ""}${figure.data.length} trace${figure.data.length === 1 ? "" : "s"}${kinds ? ` (${kinds})` : ""}`;
}

interface FrameLike {
  readonly columns?: readonly string[];
  readonly index: readonly (string | number)[];
  readonly values: readonly unknown[];
  readonly shape: readonly number[];
  readonly dtypes: readonly string[];
}

/** Recognizes a danfo DataFrame or Series by its shape, so that danfo itself need not be loaded. */
function isFrame(value: Record<PropertyKey, unknown>): value is Record<PropertyKey, unknown> & FrameLike {
  return (
    Array.isArray(value.dtypes) &&
    Array.isArray(value.index) &&
    Array.isArray(value.shape) &&
    Array.isArray(value.values) &&
    "$data" in value
  );
}

const frameRows = 60;

function frameBundle(frame: FrameLike): MimeBundle {
  const columns = frame.columns ?? [""];
  const cell = (v: unknown): string =>
    typeof v === "number" ? shortNumber(v, 6) : v === null || v === undefined ? "" : String(v);
  const all = frame.values.map((row, i) => [String(frame.index[i]), ...(Array.isArray(row) ? row : [row]).map(cell)]);
  const rows =
    all.length <= frameRows
      ? all
      : [...all.slice(0, frameRows / 2), ["…", ...columns.map(() => "…")], ...all.slice(-frameRows / 2)];
  const size = `${frame.shape[0]} rows × ${columns.length} column${columns.length === 1 ? "" : "s"}`;
  const header = ["", ...columns.map(String)];
  const widths = header.map((h, j) => Math.max(h.length, ...rows.map((r) => (r[j] ?? "").length)));
  const line = (r: readonly string[]): string =>
    r
      .map((v, j) => (j === 0 ? v.padEnd(widths[j]) : v.padStart(widths[j])))
      .join("  ")
      .trimEnd();
  const th = (v: string): string => `<th>${escapeHtml(v)}</th>`;
  const html =
    `<table border="1" class="dataframe"><thead><tr style="text-align: right;">${header.map(th).join("")}</tr></thead><tbody>` +
    `${rows.map(([head, ...r]) => `<tr style="text-align: right;">${th(head)}${r.map((v) => `<td>${escapeHtml(v)}</td>`).join("")}</tr>`).join("")}</tbody></table><p>${size}</p>`;
  return { "text/html": html, "text/plain": [line(header), ...rows.map(line), "", size].join("\n") };
}

interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  toString(verbose?: boolean): string;
}

function isTensor(value: Record<PropertyKey, unknown>): value is Record<PropertyKey, unknown> & TensorLike {
  return Array.isArray(value.shape) && typeof value.dtype === "string" && typeof value.dataSync === "function";
}

function tensorText(tensor: TensorLike): string {
  return `Tensor ${tensor.dtype} [${tensor.shape.join(", ")}]\n${tensor
    .toString()
    .replace(/^Tensor\s*\n?/, "")
    .replace(/^ {4}/gm, "")}`;
}

interface MatrixLike {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

function isMatrix(value: Record<PropertyKey, unknown>): value is Record<PropertyKey, unknown> & MatrixLike {
  return (
    value.values instanceof Float64Array &&
    typeof value.rows === "number" &&
    typeof value.cols === "number" &&
    value.values.length === value.rows * value.cols
  );
}

function matrixText({ rows, cols, values }: MatrixLike): string {
  const shown = (n: number): number[] => (n <= 7 ? [...Array(n).keys()] : [0, 1, 2, -1, n - 3, n - 2, n - 1]);
  const entry = (i: number, j: number): string => (i < 0 ? "⋮" : j < 0 ? "…" : shortNumber(values[i * cols + j], 5));
  const table = shown(rows).map((i) => shown(cols).map((j) => entry(i, j)));
  const width = Math.max(0, ...table.flat().map((t) => t.length));
  return [`Matrix float64 [${rows}, ${cols}]`, ...table.map((r) => r.map((t) => t.padStart(width)).join("  "))].join(
    "\n",
  );
}
