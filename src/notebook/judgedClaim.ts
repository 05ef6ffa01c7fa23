import { parts, type Measurement } from "./measurement.js";
import { outcomeOf, type Bound, type Outcome, type Verdict } from "./verdict.js";

/** A result of a paper that follows from a proof, one that was measured, or one of this notebook alone. */
export const claimKinds = ["theorem", "replication", "extension"] as const;

/** A number, a range from its lower to its upper end, words, or null where the source gives none. */
export type Published = number | readonly [number, number] | string | null;

/** One statement of a paper, and what a notebook measured to test it. */
export interface Claim {
  /** names the claim; no other claim of the notebook has it */
  readonly id: string;
  readonly kind: (typeof claimKinds)[number];
  /** the paper with its equation, figure or table */
  readonly source: string;
  /** what is claimed, in one sentence */
  readonly statement: string;
  /** what the source found, in the unit of `measured` where it is a number */
  readonly published?: Published;
  /** what decides, and why just this */
  readonly bound: Bound;
  /** an exact number, or an estimate with its standard error; a yes or no as a count of counterexamples */
  readonly measured: Measurement;
  /** number of independent seeds, points or samples behind it; by default the estimate's `count` */
  readonly seeds?: number;
  /** what a trivial model scores under the same test: where it passes too, the claim does not discriminate */
  readonly control?: { readonly name: string; readonly measured: Measurement };
  /** in what the test is not the published one, in one sentence; the verdict is then "not tested as published" */
  readonly differs?: string;
}

/** A claim with its verdict, as it is stored in a notebook's output. */
export interface JudgedClaim extends Pick<Claim, "id" | "kind" | "source" | "statement" | "bound"> {
  readonly published: Published;
  readonly measured: number;
  /** null: the number is exact */
  readonly standardError: number | null;
  readonly seeds: number | null;
  readonly control: {
    readonly name: string;
    readonly measured: number;
    readonly standardError: number | null;
    readonly outcome: Outcome;
  } | null;
  /** false where the control passes too; null where there is no control or it is undecided */
  readonly discriminates: boolean | null;
  readonly differs: string | null;
  /** what the measured number says about the bound, whether or not the test is the published one */
  readonly outcome: Outcome;
  readonly verdict: Verdict;
}

/** Returns a valid claim with its verdict. */
export function judge(claim: Claim): JudgedClaim {
  const { id, kind, source, statement, published = null, bound, seeds, control, differs } = claim;
  const outcome = outcomeOf(bound, claim.measured);
  const ofControl = control && outcomeOf(bound, control.measured);
  return {
    id,
    kind,
    source,
    statement,
    published,
    bound,
    ...stored(claim.measured),
    seeds: seeds ?? parts(claim.measured).count ?? null,
    control: control ? { name: control.name, ...stored(control.measured), outcome: ofControl! } : null,
    discriminates: discriminatesBy(ofControl),
    differs: differs ?? null,
    outcome,
    verdict: verdictOf(outcome, differs ?? null),
  };
}

/** Returns whether a claim discriminates by the outcome of its control, see `JudgedClaim`. */
export const discriminatesBy = (ofControl: Outcome | undefined): boolean | null =>
  ofControl === undefined || ofControl === "undecided" ? null : ofControl === "does not hold";

/** Returns the verdict of an outcome, with what the test differs in from the published one. */
export const verdictOf = (outcome: Outcome, differs: string | null): Verdict =>
  differs === null ? outcome : "not tested as published";

const stored = (measured: Measurement) => ({
  measured: parts(measured).value,
  standardError: typeof measured === "number" ? null : measured.standardError,
});
