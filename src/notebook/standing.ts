import type { JudgedClaim } from "./judgedClaim.js";

/** The standing of a paper's result here. */
export type Standing = "reproduced" | "weaker" | "undecided" | "not reproduced" | "not tested";

/** All standings, in the order in which reports count them. */
export const standings: readonly Standing[] = ["reproduced", "weaker", "undecided", "not reproduced", "not tested"];

/**
 * Returns how a claim stands: its verdict, but "weaker" where it holds and the published number keeps the same bound by
 * clearly more, two standard errors at least.
 */
export function standingOf(claim: JudgedClaim): Standing {
  if (claim.verdict === "not tested as published") return "not tested";
  if (claim.verdict === "undecided") return "undecided";
  if (claim.verdict === "does not hold") return "not reproduced";
  return isWeaker(claim) ? "weaker" : "reproduced";
}

function isWeaker({ bound, published, measured, standardError }: JudgedClaim): boolean {
  if (published === null || typeof published === "string") return false;
  const [least, most] = typeof published === "number" ? [published, published] : published;
  if ("below" in bound) return most < bound.below && measured - most > 2 * (standardError ?? 0);
  if ("above" in bound) return least > bound.above && least - measured > 2 * (standardError ?? 0);
  return false;
}

/** A paper that claims are about. */
export interface Paper {
  /** arXiv number; null for claims of this project's own */
  readonly arxiv: string | null;
  readonly name: string;
}

/** Returns the first paper that a source names by its arXiv number, unless the claim is this project's own. */
export function paperOf(source: string): Paper {
  const named = /^(.*?),?\s*arXiv[\s:]*(\d{4}\.\d{4,5})/.exec(source);
  if (!named || /^this project\b/.test(source)) return { arxiv: null, name: "this project and others" };
  return { arxiv: named[2], name: named[1].replace(/^\P{Lu}+/u, "") }; // "follows from Kamkari et al."
}

/** Returns the claims of each paper, in the order in which papers first appear, those of none last. */
export function byPaper<Row extends JudgedClaim>(claims: readonly Row[]): { paper: Paper; claims: Row[] }[] {
  const groups = new Map<string | null, { paper: Paper; claims: Row[] }>();
  for (const claim of claims) {
    const paper = paperOf(claim.source);
    const group = groups.get(paper.arxiv);
    if (group) group.claims.push(claim);
    else groups.set(paper.arxiv, { paper, claims: [claim] });
  }
  return [...groups.values()].sort((a, b) => Number(a.paper.arxiv === null) - Number(b.paper.arxiv === null));
}
