import { formatNumber, parts, type Measurement } from "./measurement.js";

/** A bound that a measured number has to keep for a claim to hold, and the reason for it. */
export type Bound = {
  /** where the bound comes from: the paper's own number, round-off, an order of magnitude that matters */
  readonly because: string;
} & (
  | { readonly below: number }
  | { readonly above: number }
  /** both ends belong to the range */
  | { readonly from: number; readonly to: number }
  /** `within` 0, the default, asks for the very number: a count, say */
  | { readonly equals: number; readonly within?: number }
);

/** The relation of a measured number to a bound. */
export type Outcome = "holds" | "does not hold" | "undecided";

/** The outcome, or that the claim was not tested in the way in which it was published. */
export type Verdict = Outcome | "not tested as published";

/** All verdicts, in the order in which reports count them. */
export const verdicts: readonly Verdict[] = ["holds", "does not hold", "undecided", "not tested as published"];

/**
 * Returns what a measured number says about a bound: undecided within two standard errors of it, to either side. An
 * exact number and one with the standard error 0 are always decided.
 */
export function outcomeOf(bound: Bound, measured: Measurement): Outcome {
  const { value, standardError } = parts(measured);
  const room = roomInside(bound, value);
  if (standardError > 0 && Math.abs(room) <= 2 * standardError) return "undecided";
  return room > 0 || (room === 0 && !("below" in bound || "above" in bound)) ? "holds" : "does not hold";
}

/** The distance to the nearest end of what the bound allows, negative outside. */
function roomInside(bound: Bound, value: number): number {
  if ("below" in bound) return bound.below - value;
  if ("above" in bound) return value - bound.above;
  const [from, to] = "equals" in bound ? around(bound.equals, bound.within) : [bound.from, bound.to];
  return Math.min(value - from, to - value);
}

/** The ends as a reader would write them: 2.1 is within 0.1 of 2, though 2.1 - 2 > 0.1 in float64. */
const around = (centre: number, side = 0) => [centre - side, centre + side] as const;

/** Returns a bound in words, without its reason. */
export function boundText(bound: Bound): string {
  const text = (value: number) => formatNumber(value, 6);
  if ("below" in bound) return `below ${text(bound.below)}`;
  if ("above" in bound) return `above ${text(bound.above)}`;
  if ("from" in bound) return `from ${text(bound.from)} to ${text(bound.to)}`;
  return bound.within ? `${text(bound.equals)} within ${text(bound.within)}` : `exactly ${text(bound.equals)}`;
}

/** Returns how many have each verdict, in the order of `verdicts`. */
export function countVerdicts(claims: readonly { readonly verdict: Verdict }[]): readonly number[] {
  return verdicts.map((verdict) => claims.filter((claim) => claim.verdict === verdict).length);
}

/** Returns the verdicts of claims in one sentence without its end: `3 claims: 1 hold, 1 do not hold, …`. */
export function verdictsText(claims: readonly { readonly verdict: Verdict }[]): string {
  const [hold, not, undecided, differ] = countVerdicts(claims);
  const all = `${claims.length} claim${claims.length === 1 ? "" : "s"}`;
  return `${all}: ${hold} hold, ${not} do not hold, ${undecided} undecided, ${differ} not tested as published`;
}
