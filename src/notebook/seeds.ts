import { mean, standardError } from "../math/stats.js";
import type { JudgedClaim } from "./judgedClaim.js";
import type { ClaimRun, NotebookRun } from "./results.js";
import type { Outcome } from "./verdict.js";

/** The part of a claim that one seed decides. */
export interface SeedResult extends Pick<
  JudgedClaim,
  "measured" | "standardError" | "seeds" | "control" | "outcome" | "verdict"
> {
  /** the parameter seed; null where the notebook has none */
  readonly seed: number | string | null;
}

/** A claim of a notebook, over all seeds that it was run with. */
export interface SeededClaim extends ClaimRun {
  readonly bySeed: readonly SeedResult[];
}

/** A notebook with its runs, one for each seed; cells, output and parameters are those of the first. */
export interface SeededRun extends NotebookRun {
  readonly claims: readonly SeededClaim[];
  readonly runs: readonly NotebookRun[];
}

/** From the least favourable to a claim on. */
const leastFirst: readonly Outcome[] = ["does not hold", "undecided", "holds"];

/**
 * Joins the runs of each notebook. A claim of several seeds has the mean of their values and its standard error by their
 * spread; its outcome is the least favourable of theirs, that of its control the most favourable.
 */
export function overSeeds(runs: readonly NotebookRun[]): SeededRun[] {
  return groupedBy(runs, ({ notebook }) => notebook).map((own) => {
    const claims = own.flatMap((run) => run.claims.map((claim) => ({ ...claim, bySeed: [resultOf(claim, run)] })));
    return {
      ...own[0],
      status: own.some(({ status }) => status === "error") ? "error" : "ok",
      claims: own.length === 1 ? claims : groupedBy(claims, ({ id }) => id).map(joined),
      runs: own,
    };
  });
}

/** Tells which seeds say what, where they do not all say the same. */
export function disagreement({ bySeed }: SeededClaim): string | undefined {
  const groups = groupedBy(bySeed, ({ outcome }) => outcome);
  if (groups.length < 2) return undefined;
  const parts = groups.map((own) => `${own[0].outcome} with ${own.map(({ seed }) => seed).join(", ")}`);
  return `the seeds disagree: ${parts.join("; ")}`;
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}

function resultOf(
  { measured, standardError, seeds, control, outcome, verdict }: ClaimRun,
  { parameters }: NotebookRun,
): SeedResult {
  const seed = parameters.seed ?? null;
  return {
    seed: typeof seed === "boolean" ? String(seed) : seed,
    ...{ measured, standardError, seeds, control, outcome, verdict },
  };
}

function joined(claims: readonly SeededClaim[]): SeededClaim {
  const [first] = claims;
  if (claims.length === 1) return first;
  const outcome = leastFirst.find((one) => claims.some((claim) => claim.outcome === one))!;
  const controls = claims.flatMap(({ control }) => control ?? []);
  const ofControl = leastFirst.findLast((one) => controls.some((control) => control.outcome === one));
  return {
    ...first,
    ...meanOf(claims),
    seeds: claims.length,
    control: ofControl ? { name: controls[0].name, ...meanOf(controls), outcome: ofControl } : null,
    discriminates: ofControl === undefined || ofControl === "undecided" ? null : ofControl === "does not hold",
    outcome,
    verdict: first.differs === null ? outcome : "not tested as published",
    bySeed: claims.flatMap(({ bySeed }) => bySeed),
  };
}

function meanOf(results: readonly Pick<JudgedClaim, "measured">[]) {
  const values = results.map(({ measured }) => measured);
  return { measured: mean(values), standardError: values.length > 1 ? standardError(values) : null };
}
