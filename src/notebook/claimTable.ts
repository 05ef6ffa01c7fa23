import type { JudgedClaim } from "./judgedClaim.js";
import { controlText, measuredText, publishedText, verdictText } from "./claimText.js";
import { escapeHtml } from "../kernel/html.js";
import { htmlTable } from "./htmlTable.js";
import { boundText, type Verdict } from "./verdict.js";

/** White on these, so that it reads on a light and on a dark page. */
const colours: Readonly<Record<Verdict, string>> = {
  holds: "#1a7f37",
  "does not hold": "#c5221f",
  undecided: "#8a6100",
  "not tested as published": "#57606a",
};

const pill = (colour: string, text: string) =>
  `<span style="background:${colour};color:#fff;padding:1px 8px;border-radius:8px">${escapeHtml(text)}</span>`;

/** Returns the verdict of a claim as HTML, in its colour. */
export const verdictPill = (claim: JudgedClaim): string => pill(colours[claim.verdict], verdictText(claim));

const small = (text: string) => `<br><small>${escapeHtml(text)}</small>`;

/** Returns an HTML table of claims; `idCell` makes the HTML of an id, such as a link, `details` lines below a measured value. */
export function claimTable<Row extends JudgedClaim>(
  claims: readonly Row[],
  idCell: (claim: Row) => string = ({ id }) => `<code>${escapeHtml(id)}</code>`,
  details: (claim: Row) => readonly string[] = () => [],
): string {
  return htmlTable(
    ["Claim", "Statement", "Published", "Bound", "Measured"],
    claims.map((claim) => [
      `${verdictPill(claim)}<br>${idCell(claim)}${small(claim.kind)}`,
      `${escapeHtml(claim.statement)}${small(claim.source)}${claim.differs === null ? "" : small(`Differs: ${claim.differs}`)}`,
      escapeHtml(publishedText(claim.published)),
      `${escapeHtml(boundText(claim.bound))}${small(claim.bound.because)}`,
      `${escapeHtml(measuredText(claim))}${details(claim).map(small).join("")}${claim.control ? control(claim.control) : ""}`,
    ]),
  );
}

function control(control: NonNullable<JudgedClaim["control"]>): string {
  const badge = control.outcome === "holds" ? `<br>${pill(colours.undecided, "does not discriminate")}` : "";
  return `${small(controlText(control))}${badge}`;
}
