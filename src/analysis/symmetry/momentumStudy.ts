import { type Estimate } from "../../math/estimate.js";
import { linspace } from "../../math/ode.js";
import { randomSource } from "../../math/random.js";
import { bridgeComparison, passagePaths, pathsEndingAt, simulatePaths } from "./conditionedPaths.js";
import { evidenceRows, evidenceSeries, type EvidenceSeries } from "./evidence.js";
import { conditionedState, type ConditionedState } from "./conditionedState.js";
import { lowerPassageProbability } from "./passageProbability.js";
import { type BoundedDrift } from "./passage.js";
import { equationOf } from "./system.js";
import { driftDiffusion } from "./systems.js";

/** Paths of evidence to the opposite bound, with bounds and without, beside the line of constant momentum. */
export interface MomentumStudy {
  /** how many paths met each condition, and of how many that is the expected number */
  readonly counts: { readonly condition: string; readonly paths: number; readonly expected?: number }[];
  readonly panels: { readonly title: string; readonly series: EvidenceSeries[] }[];
  /** exact mean, mode and standard deviation where the lower bound is met first at T = 1 */
  readonly exact: (ConditionedState & { readonly line: number })[];
  /** without bounds, halfway: the distance from the line in standard deviations */
  readonly halfway: Estimate;
  /** the same of the exact mean with bounds, where the lower one is met first at T = 1 */
  readonly exactHalfway: number;
}

/** Settings of momentumStudy. */
export interface MomentumOptions {
  readonly seed: number;
  /** simulated paths by steps of 0.025, as in the paper, and by steps of 0.0025 */
  readonly runs: number;
  readonly fineRuns: number;
}

/** v, σ and the bounds of Vastola, arXiv 2504.09761, Fig. 1a. */
const bounds: BoundedDrift = { v: 0.1, sigma: 1, lower: -1, upper: 1 };
const [FROM, TO] = [0.5, -1];

/**
 * Simulates the drift-diffusion model of Vastola, arXiv 2504.09761, Fig. 1a: paths that are within 0.05 of -1 at T = 1
 * without bounds, and paths that meet the absorbing lower bound first, by the paper's steps in (0.925, 1] and by a tenth
 * of them in (0.9525, 1].
 */
export function momentumStudy({ seed, runs, fineRuns }: MomentumOptions): MomentumStudy {
  const start = { count: runs, from: [FROM], times: linspace(0, 1, 40), source: randomSource(seed, 1) };
  const free = pathsEndingAt(simulatePaths(equationOf(driftDiffusion(bounds)), start), [TO], 0.05);
  const passage = (stream: number, count: number, dt: number, first: number) =>
    passagePaths(bounds, {
      source: randomSource(seed, stream),
      count,
      from: FROM,
      dt,
      steps: Math.round(1 / dt),
      window: [first, 1],
    });
  const coarse = passage(2, runs, 0.025, 0.95);
  const fine = passage(3, fineRuns, 0.0025, 0.955);
  const expected = (count: number, first: number) => count * lowerPassageProbability(bounds, FROM, first, 1);
  // T is the middle of the window, a stop standing for the step before it
  const panels = [
    { title: "no bounds", paths: free, every: 4, options: { from: FROM, to: TO, T: 1 } },
    { title: "bounds, dt 0.025", paths: coarse, every: 4, options: { from: FROM, to: TO, T: 0.9625, bounds } },
    { title: "bounds, dt 0.0025", paths: fine, every: 40, options: { from: FROM, to: TO, T: 0.97625, bounds } },
  ];
  const exact = [0.1, 0.25, 0.5, 0.75, 0.9].map((t) => ({
    ...conditionedState(bounds, { from: FROM, at: 1 }, t),
    line: FROM + (TO - FROM) * t,
  }));
  const middle = exact[2];
  return {
    counts: [
      { condition: "at −1 after T = 1, no bounds", paths: free.states[0].rows },
      {
        condition: "first at −1 in (0.925, 1], steps of 0.025 (981 in the paper)",
        paths: coarse.states[0].rows,
        expected: expected(runs, 0.925),
      },
      {
        condition: "first at −1 in (0.9525, 1], steps of 0.0025",
        paths: fine.states[0].rows,
        expected: expected(fineRuns, 0.9525),
      },
    ],
    panels: panels.map(({ title, paths, every, options }) => ({
      title,
      series: evidenceSeries(paths, evidenceRows(paths, { ...options, every }), options),
    })),
    exact,
    halfway: bridgeComparison(free, (t) => t)[19].deviation,
    exactHalfway: (middle.mean - middle.line) / middle.sd,
  };
}
