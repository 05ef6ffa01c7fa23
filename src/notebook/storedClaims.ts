import type { ICodeCell, IDisplayData } from "@jupyterlab/nbformat";
import { checkClaim } from "./claimErrors.js";
import { claimMime } from "./claims.js";
import { judge, type Claim, type JudgedClaim } from "./judgedClaim.js";
import { isCode, readNotebook } from "./nbformat.js";

/** Returns the claims in the outputs of a cell, judged by their numbers, without those that `claimFaults` tells of. */
export const claimsOf = (cell: Pick<ICodeCell, "outputs">): JudgedClaim[] =>
  outputsOf(cell).flatMap((stored) => {
    try {
      return [judgedAnew(stored)];
    } catch {
      return [];
    }
  });

/** Says what is wrong with outputs of a cell that are of a claim's type and no claim, each in one sentence. */
export const claimFaults = (cell: Pick<ICodeCell, "outputs">): string[] =>
  outputsOf(cell).flatMap((stored) => {
    try {
      judgedAnew(stored);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });

const outputsOf = ({ outputs }: Pick<ICodeCell, "outputs">): unknown[] =>
  outputs.flatMap((output) => (output as IDisplayData).data?.[claimMime] ?? []);

/** Reads what a cell may have shown without `claim`. Throws as `checkClaim`. */
function judgedAnew(stored: unknown): JudgedClaim {
  const { id, kind, source, statement, published, bound, seeds, differs, control, ...numbers } = (
    typeof stored === "object" ? stored : {}
  ) as JudgedClaim;
  const claim: Claim = {
    ...{ id, kind, source, statement, published, bound, measured: measurement(numbers) },
    ...(seeds !== null && { seeds }),
    ...(differs !== null && { differs }),
    ...(control && { control: { name: control.name, measured: measurement(control) } }),
  };
  checkClaim(claim);
  return judge(claim);
}

const measurement = ({ measured, standardError }: Pick<JudgedClaim, "measured" | "standardError">) =>
  standardError === null ? measured : { value: measured, standardError };

/**
 * Returns the claims that a notebook is stored with.
 *
 * @throws NotebookError if it cannot be read
 */
export const storedClaims = (path: string): JudgedClaim[] => readNotebook(path).cells.filter(isCode).flatMap(claimsOf);
