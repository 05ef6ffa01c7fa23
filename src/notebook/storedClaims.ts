import type { ICodeCell, IDisplayData } from "@jupyterlab/nbformat";
import { claimMime } from "./claims.js";
import type { JudgedClaim } from "./judgedClaim.js";
import { isCode, readNotebook } from "./nbformat.js";

/** Returns the claims in the outputs of a cell. */
export function claimsOf({ outputs }: Pick<ICodeCell, "outputs">): JudgedClaim[] {
  return outputs.flatMap((output) => {
    const claim = (output as IDisplayData).data?.[claimMime] as unknown as JudgedClaim | undefined;
    return claim ? [claim] : [];
  });
}

/**
 * Returns the claims that a notebook is stored with.
 *
 * @throws NotebookError if it cannot be read
 */
export const storedClaims = (path: string): JudgedClaim[] => readNotebook(path).cells.filter(isCode).flatMap(claimsOf);
