import { estimateMean, type Estimate } from "../../math/estimate.js";
import { column } from "../../math/matrix.js";
import { requirePaths, type PathEnsemble } from "./conditionedPaths.js";
import { conditionedState } from "./conditionedState.js";
import { type BoundedDrift } from "./passage.js";

/** Simulated paths of evidence at one time beside the straight line of conserved momentum and the exact mean. */
export interface EvidenceRow {
  readonly t: number;
  readonly simulated: Estimate;
  /** the straight line between the ends: the most likely path without bounds */
  readonly line: number;
  /** mean and mode of paths that meet the lower bound first at T; none without bounds */
  readonly exact?: number;
  readonly mode?: number;
}

/** Settings of evidenceRows. */
export interface EvidenceOptions {
  readonly from: number;
  readonly to: number;
  /** T, the time from the one to the other */
  readonly T: number;
  /** whose bounds are exactly accounted for */
  readonly bounds?: BoundedDrift;
  /** takes every so many of the ensemble's times */
  readonly every?: number;
}

/**
 * Measures the mean of simulated paths between two states at each of their times before T.
 *
 * @throws RangeError if there are fewer than two paths, or they are not of one dimension
 */
export function evidenceRows(
  { times, states }: PathEnsemble,
  { from, to, T, bounds, every = 1 }: EvidenceOptions,
): EvidenceRow[] {
  requirePaths("evidenceRows", states[0]);
  return Array.from(times, (t, k) => ({ t, k }))
    .filter(({ t, k }) => k % every === 0 && t > 0 && t < T * (1 - 1e-9))
    .map(({ t, k }) => {
      const exact = bounds && conditionedState(bounds, { from, at: T }, t);
      return {
        t,
        simulated: estimateMean(column(states[k], 0)),
        line: from + (t / T) * (to - from),
        ...(exact && { exact: exact.mean, mode: exact.mode }),
      };
    });
}

/** A curve of a panel. */
export interface EvidenceSeries {
  readonly name: string;
  readonly x: number[];
  readonly y: number[];
  readonly error?: number[];
  readonly mode?: "lines" | "markers";
  readonly faint?: boolean;
}

/** Returns what the rows say as curves, after some of the paths, each a line with a gap behind it. */
export function evidenceSeries(
  { times, states }: PathEnsemble,
  rows: readonly EvidenceRow[],
  { paths = 15, from, to, T }: EvidenceOptions & { readonly paths?: number },
): EvidenceSeries[] {
  const x = rows.map(({ t }) => t);
  // no more points of a path than are seen
  const stride = Math.max(1, Math.round(times.length / 50));
  const seen = Array.from(times, (_, k) => k).filter((k) => k % stride === 0 || k === times.length - 1);
  const shown = Array.from({ length: Math.min(paths, states[0].rows) }, (_, n) => n);
  const curve = (name: string, values: readonly (number | undefined)[]): EvidenceSeries[] =>
    values.some((value) => value === undefined)
      ? []
      : [{ name, x: [0, ...x, T], y: [from, ...(values as number[]), to] }];
  return [
    {
      name: "some paths",
      x: shown.flatMap(() => [...seen.map((k) => times[k]), NaN]),
      y: shown.flatMap((n) => [...seen.map((k) => rounded(states[k].values[n])), NaN]),
      faint: true,
    },
    { name: "momentum conserved", x: [0, T], y: [from, to] },
    {
      name: "simulated mean",
      x,
      y: rows.map(({ simulated }) => rounded(simulated.value)),
      error: rows.map(({ simulated }) => rounded(simulated.standardError)),
      mode: "markers",
    },
    ...curve(
      "exact mean",
      rows.map(({ exact }) => exact),
    ),
    ...curve(
      "exact mode",
      rows.map(({ mode }) => mode),
    ),
  ];
}

const rounded = (value: number) => Number(value.toPrecision(4));
