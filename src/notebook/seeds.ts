import { mean, standardError } from "../math/stats.js";
import { discriminatesBy, verdictOf, type JudgedClaim } from "./judgedClaim.js";
import type { ClaimRun, NotebookRun } from "./results.js";
import type { Outcome } from "./verdict.js";

/** What a parameter seed may be; null where a notebook has none. */
type Seed = number | string | null;

/** The part of a claim that one seed decides. */
export interface SeedResult extends Pick<
  JudgedClaim,
  "bound" | "measured" | "standardError" | "seeds" | "control" | "outcome" | "verdict"
> {
  readonly seed: Seed;
}

/** A claim of a notebook, over all seeds that it was run with. */
export interface SeededClaim extends ClaimRun {
  readonly bySeed: readonly SeedResult[];
  /** seeds whose runs did not state it, as they failed before or took another way */
  readonly missing: readonly Seed[];
  /** the first run that states it */
  readonly run: NotebookRun;
}

/** A notebook with its runs, one for each seed; cells, output and parameters are those of the first that left an output. */
export interface SeededRun extends NotebookRun {
  readonly claims: readonly SeededClaim[];
  readonly runs: readonly NotebookRun[];
}

/** From the least favourable to a claim on. */
const leastFirst: readonly Outcome[] = ["does not hold", "undecided", "holds"];

/**
 * Joins the runs of each notebook. A claim of several seeds has the mean of their values and its standard error by their
 * spread; its outcome is the least favourable of theirs, at most undecided where a seed did not come to it, that of its
 * control the most favourable. What else is said of it is said by the first.
 */
export function overSeeds(runs: readonly NotebookRun[]): SeededRun[] {
  return groupedBy(runs, ({ notebook }) => notebook).map((own) => {
    const claims =
      own.length === 1
        ? own[0].claims.map((claim) => ofOne(claim, own[0]))
        : groupedBy(
            own.flatMap((run) => groupedBy(run.claims, ({ id }) => id).map(([claim]) => ofOne(claim, run))),
            ({ id }) => id,
          ).map((same) => joined(same, own));
    return {
      ...(own.find(({ output }) => output !== undefined) ?? own[0]),
      status: own.some(({ status }) => status === "error") ? "error" : "ok",
      claims,
      runs: own,
    };
  });
}

/** Says whether a claim's notebook was run with more than one seed. */
export const isOverSeeds = ({ bySeed, missing }: SeededClaim): boolean => bySeed.length + missing.length > 1;

/** Tells which seeds say what, where they do not all say the same. */
export function disagreement({ bySeed, missing }: SeededClaim): string | undefined {
  const groups = groupedBy(bySeed, ({ outcome }) => outcome);
  const parts = groups.map((own) => `${own[0].outcome} with ${own.map(({ seed }) => seed).join(", ")}`);
  const said = groups.length < 2 ? [] : [`the seeds disagree: ${parts.join("; ")}`];
  const unsaid = missing.length === 0 ? [] : [`not stated with seed ${missing.join(", ")}`];
  return said.length + unsaid.length === 0 ? undefined : [...said, ...unsaid].join("; ");
}

/** Says whether the seeds are judged by different bounds. */
export const boundsDiffer = ({ bySeed }: SeededClaim): boolean =>
  groupedBy(bySeed, ({ bound }) => JSON.stringify(bound)).length > 1;

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const own = groups.get(keyOf(item));
    if (own) own.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}

function seedOf({ seed, parameters }: NotebookRun): Seed {
  const own = seed ?? parameters.seed ?? null;
  return typeof own === "boolean" ? String(own) : own;
}

function ofOne(claim: ClaimRun, run: NotebookRun): SeededClaim {
  const { bound, measured, standardError, seeds, control, outcome, verdict } = claim;
  const result = { seed: seedOf(run), bound, measured, standardError, seeds, control, outcome, verdict };
  return { ...claim, bySeed: [result], missing: [], run };
}

function joined(claims: readonly SeededClaim[], runs: readonly NotebookRun[]): SeededClaim {
  const [first] = claims;
  const missing = runs.filter((run) => !claims.some((claim) => claim.run === run)).map(seedOf);
  const outcomes = [...claims.map(({ outcome }) => outcome), ...(missing.length > 0 ? ["undecided"] : [])];
  const outcome = leastFirst.find((one) => outcomes.includes(one))!;
  const differs = claims.find((claim) => claim.differs !== null)?.differs ?? null;
  const controls = claims.flatMap(({ control }) => control ?? []);
  const ofControl = leastFirst.findLast((one) => controls.some((control) => control.outcome === one));
  return {
    ...first,
    ...(claims.length > 1 && {
      ...meanOf(claims),
      seeds: claims.length,
      control: ofControl ? { name: controls[0].name, ...meanOf(controls), outcome: ofControl } : null,
      discriminates: discriminatesBy(ofControl),
    }),
    differs,
    outcome,
    verdict: verdictOf(outcome, differs),
    bySeed: claims.flatMap(({ bySeed }) => bySeed),
    missing,
  };
}

function meanOf(results: readonly Pick<JudgedClaim, "measured">[]) {
  const values = results.map(({ measured }) => measured);
  return { measured: mean(values), standardError: values.length > 1 ? standardError(values) : null };
}
