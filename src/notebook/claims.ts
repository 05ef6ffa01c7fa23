import { displayChannel } from "../kernel/worker/display.js";

/** The output's MIME type under which a claim is kept for programs. */
export const claimMime = "application/vnd.scorebook.claim.v1+json";

/** One statement of a paper and what a notebook found about it. */
export interface Claim {
  /** names the claim; no other claim of the notebook has it */
  readonly id: string;
  /** the paper: authors, year, arXiv number, section */
  readonly source: string;
  /** what the paper says, in one sentence */
  readonly statement: string;
  /** what the paper expects to be measured, with its unit */
  readonly expected: string | number;
  /** what was measured, in the same unit; words where it is no number */
  readonly measured: number | string;
  /** standard uncertainty of a measured number, in its unit */
  readonly uncertainty?: number;
  /** the predicate that decides, evaluated by the notebook */
  readonly holds: boolean;
}

/**
 * States a claim: one row in the notebook, and one entry in the report of a headless run. A claim that does not hold
 * is shown as such and throws nothing.
 *
 * @throws TypeError if a field is missing or of the wrong type
 * @throws RangeError if a number is not finite, or the uncertainty is negative or belongs to no number
 */
export function claim(claim: Claim): void {
  validate(claim);
  const { id, source, statement, expected, measured, uncertainty, holds } = claim;
  const data = {
    [claimMime]: { id, source, statement, expected, measured, uncertainty: uncertainty ?? null, holds },
    "text/html": claimTable([claim]),
    "text/plain": `Claim ${id} ${holds ? "holds" : "DOES NOT HOLD"}: ${statement} [${source}] Expected ${formatted(expected)}, measured ${measuredText(claim)}.`,
  };
  displayChannel().display(data);
}

const words = ["id", "source", "statement"] as const;

function validate(claim: Claim): void {
  if (typeof claim !== "object" || claim === null)
    throw new TypeError(`claim: ${claim}, expected an object { id, source, statement, expected, measured, holds }`);
  const where = `claim${typeof claim.id === "string" && claim.id ? ` "${claim.id}"` : ""}`;
  const shown = (value: unknown) => (typeof value === "string" ? JSON.stringify(value) : String(value));
  for (const key of words)
    if (typeof claim[key] !== "string" || claim[key].trim() === "")
      throw new TypeError(`${where}: ${key} is ${shown(claim[key])}, expected a text that is not empty`);
  for (const key of ["expected", "measured"] as const) {
    const value = claim[key];
    if (typeof value !== "number" && (typeof value !== "string" || value.trim() === ""))
      throw new TypeError(`${where}: ${key} is ${shown(value)}, expected a number or a text that is not empty`);
    if (typeof value === "number" && !Number.isFinite(value))
      throw new RangeError(
        `${where}: ${key} is ${value}, expected a finite number; say in words what happened instead`,
      );
  }
  const { uncertainty, holds } = claim;
  if (typeof holds !== "boolean") throw new TypeError(`${where}: holds is ${shown(holds)}, expected true or false`);
  if (uncertainty === undefined) return;
  if (typeof uncertainty !== "number")
    throw new TypeError(`${where}: uncertainty is ${shown(uncertainty)}, expected a number`);
  if (!(uncertainty >= 0 && uncertainty < Infinity))
    throw new RangeError(`${where}: uncertainty is ${uncertainty}, expected a finite number that is not negative`);
  if (typeof claim.measured !== "number")
    throw new RangeError(
      `${where}: uncertainty ${uncertainty} of ${shown(claim.measured)}, expected a measured number`,
    );
}

/** A number to six significant digits; a text as it is. */
export const formatted = (value: number | string) =>
  typeof value === "number" ? String(Number(value.toPrecision(6))) : value;

/**
 * The measured value: with an uncertainty, both to its second significant digit (12.34 ± 0.41); without, to four
 * significant digits.
 */
export function measuredText({
  measured,
  uncertainty,
}: Pick<Claim, "measured"> & { uncertainty?: number | null }): string {
  if (typeof measured === "string") return measured;
  if (uncertainty === undefined || uncertainty === null) return String(Number(measured.toPrecision(4)));
  if (uncertainty === 0) return `${formatted(measured)} ± 0`;
  const last = Number(uncertainty.toExponential(1).split("e")[1]) - 1; // decimal place of the second digit
  const size = Math.max(Math.abs(measured), uncertainty);
  if (size >= 1e6 || size < 1e-4) {
    const exponent = Math.floor(Math.log10(size));
    const digits = Math.min(100, Math.max(0, exponent - last));
    const scaled = (value: number) => (value / 10 ** exponent).toFixed(digits);
    return `(${scaled(measured)} ± ${scaled(uncertainty)})e${exponent}`;
  }
  const round = (value: number) =>
    last > 0 ? String(Math.round(value / 10 ** last) * 10 ** last) : value.toFixed(Math.min(100, -last));
  return `${round(measured)} ± ${round(uncertainty)}`;
}

export const escapeHtml = (text: string) =>
  text.replace(
    /[&<>"']/g,
    (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[character]!,
  );

/** White on green or red, so that it reads on a light and on a dark page. */
const badge = (holds: boolean) =>
  `<span style="background:${holds ? "#1a7f37" : "#c5221f"};color:#fff;padding:1px 8px;border-radius:8px;white-space:nowrap">${holds ? "holds" : "does not hold"}</span>`;

/** HTML table of claims; `columns` puts further cells (as HTML) behind each row. */
export function claimTable(
  claims: readonly (Omit<Claim, "uncertainty"> & { uncertainty?: number | null })[],
  heads: readonly string[] = [],
  columns: (index: number) => readonly string[] = () => [],
): string {
  const cell = (html: string, tag = "td") =>
    `<${tag} style="text-align:left;vertical-align:top;padding:4px 10px;border-bottom:1px solid #8888">${html}</${tag}>`;
  const row = (cells: readonly string[], tag?: string) => `<tr>${cells.map((html) => cell(html, tag)).join("")}</tr>`;
  const rows = claims.map((claim, index) =>
    row([
      escapeHtml(claim.source),
      escapeHtml(claim.statement),
      escapeHtml(formatted(claim.expected)),
      escapeHtml(measuredText(claim)),
      badge(claim.holds),
      ...columns(index),
    ]),
  );
  return `<table style="border-collapse:collapse">${row(["Source", "Statement", "Expected", "InfluenceEstimate", "Claim", ...heads], "th")}${rows.join("")}</table>`;
}
