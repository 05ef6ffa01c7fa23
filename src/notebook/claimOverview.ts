import { display, updateDisplay } from "../kernel/worker/display.js";
import { escapeHtml } from "../kernel/html.js";
import { verdictPill } from "./claimTable.js";
import { measuredText, publishedText, verdictText } from "./claimText.js";
import { htmlTable } from "./htmlTable.js";
import type { JudgedClaim } from "./judgedClaim.js";
import { verdictsText } from "./verdict.js";

const stated = new Map<string, JudgedClaim>();
let place: string | undefined;
let places = 0;

/**
 * Shows the claims of the notebook where it is called, one line each: statement, published, measured, verdict. To stand
 * at the top: it is filled as claims are stated below, and a claim stated again replaces itself.
 */
export function claimOverview(): void {
  place = `scorebook-claims-${++places}`;
  display(overview(), { id: place });
}

/** Puts a claim into the overview, if there is one. */
export function addToOverview(claim: JudgedClaim): void {
  stated.set(claim.id, claim);
  if (place !== undefined) updateDisplay(place, overview());
}

function overview() {
  const claims = [...stated.values()];
  const rows = claims.map((claim) => [
    claim.statement,
    publishedText(claim.published),
    measuredText(claim),
    verdictText(claim),
  ]);
  const heads = ["Statement", "Published", "Here", "Verdict"];
  return {
    "text/html":
      claims.length === 0
        ? "<i>The claims appear here as they are stated.</i>"
        : htmlTable(
            heads,
            rows.map((row, n) => [...row.slice(0, 3).map(escapeHtml), verdictPill(claims[n])]),
          ),
    "text/plain": [verdictsText(claims), ...rows.map((row) => row.filter(Boolean).join(" | "))].join("\n"),
  };
}
