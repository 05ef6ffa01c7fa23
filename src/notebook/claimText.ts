import type { JudgedClaim, Published } from "./judgedClaim.js";
import { formatEstimate, formatNumber } from "./measurement.js";
import { boundText } from "./verdict.js";

/** Returns a claim with its verdict in plain text. */
export function claimText(claim: JudgedClaim): string {
  const { id, verdict, statement, source, bound, control, differs, published } = claim;
  return [
    `Claim ${id} ${verdict === "holds" || verdict === "does not hold" ? verdict : `is ${verdictText(claim)}`}: ${statement}`,
    `[${source}]`,
    ...(published === null ? [] : [`Published ${publishedText(published)}.`]),
    `Measured ${measuredText(claim)}; expected ${boundText(bound)}, since ${bound.because}.`,
    ...(control ? [`${controlText(control)}.`] : []),
    ...(differs === null ? [] : [`Differs: ${differs}`]),
  ].join(" ");
}

/** Returns the verdict; where the test is not the published one, with what it found. */
export const verdictText = ({ verdict, outcome }: JudgedClaim) =>
  verdict === outcome ? verdict : `${verdict} (here: ${outcome})`;

/** Writes out what was published. */
export function publishedText(published: Published): string {
  if (published === null) return "";
  if (typeof published === "number") return formatNumber(published, 6);
  if (typeof published === "string") return published;
  return published.map((end) => formatNumber(end, 6)).join(" to ");
}

/** Returns the measured value with its standard error and the number of seeds. */
export const measuredText = ({ seeds, ...measured }: Pick<JudgedClaim, "measured" | "standardError" | "seeds">) =>
  `${measurementText(measured)}${seeds === null ? "" : ` (n = ${seeds})`}`;

/** Returns what the control scored, and that it passes where it does. */
export const controlText = ({ name, outcome, ...measured }: NonNullable<JudgedClaim["control"]>) =>
  `Control, ${name}: ${measurementText(measured)}, ${{ holds: "meets the bound too, so the claim does not discriminate", "does not hold": "does not meet the bound", undecided: "undecided" }[outcome]}`;

const measurementText = ({ measured, standardError }: Pick<JudgedClaim, "measured" | "standardError">) =>
  formatEstimate(standardError === null ? measured : { value: measured, standardError });
