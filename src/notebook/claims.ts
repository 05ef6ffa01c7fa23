import { displayChannel } from "../kernel/worker/display.js";
import { checkClaim } from "./claimErrors.js";
import { addToOverview } from "./claimOverview.js";
import { claimTable } from "./claimTable.js";
import { claimText } from "./claimText.js";
import { judge, type Claim } from "./judgedClaim.js";

/** The output's MIME type under which a claim is kept for programs. */
export const claimMime = "application/vnd.scorebook.claim.v2+json";

/**
 * States a claim: one row in the notebook, and one entry in the report of a headless run. Its verdict follows from the
 * measured value, its standard error and the bound:
 *
 * - `holds` or `does not hold`: the value is more than two standard errors away from the bound, or exact;
 * - `undecided`: it is nearer;
 * - `not tested as published`: `differs` says so. What the measurement says about the bound is shown beside it.
 *
 * A claim that does not hold throws nothing.
 *
 * @throws TypeError if a field is missing or of the wrong type
 * @throws RangeError if a number is not finite, a standard error is negative or a bound admits nothing
 * @example
 *   claim({
 *     id: "gaussian-0.5",
 *     kind: "replication",
 *     source: "Wang and Vastola, arXiv 2412.09726, Figure 2",
 *     statement: "At σ = 0.5 the Gaussian explains nearly all of the learned score.",
 *     published: 0.0412,
 *     bound: { below: 0.1, because: "the paper's mean alone leaves 0.975" },
 *     measured: estimateMean(unexplained),
 *     control: { name: "mean alone", measured: estimateMean(unexplainedByMean) },
 *   });
 */
export function claim(claim: Claim): void {
  checkClaim(claim);
  const judged = judge(claim);
  displayChannel().display({
    [claimMime]: judged,
    "text/html": claimTable([judged]),
    "text/plain": claimText(judged),
  });
  addToOverview(judged);
}
