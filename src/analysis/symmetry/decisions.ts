import { integrate, last, linspace } from "../../math/ode.js";
import { matrixFromRows, row, type Matrix } from "../../math/matrix.js";
import type { Source } from "../../math/random.js";
import { distanceTo, relativeSpread, type Transition } from "./attractor.js";
import { simulatePaths } from "./conditionedPaths.js";
import { onsagerMachlup } from "./lagrangian.js";
import { actionMinima, bentStarts, throughPoints, type ActionMinimum } from "./minima.js";
import { straightGuess, type PathProblem } from "./mostLikelyPath.js";
import { energies } from "./noether.js";
import { driftField, equationOf, type NoisySystem } from "./system.js";
import { threeAttractors } from "./systems.js";

/** A minimum of the action between the two decisions. */
export interface DecisionRow {
  /** the width of the sigmoids */
  readonly n: number;
  readonly T: number;
  /** ∫ ½ |x′ - f|² dt, that is 2 D S */
  readonly action: number;
  /** ½ |x′|² - ½ |f|², in the same unit, mean over the path */
  readonly E: number;
  /** the largest less the smallest E, over the mean of |E| */
  readonly spread: number;
  /** of the path to the undecided attractor */
  readonly nearest: number;
  /** starts that led there, of all */
  readonly starts: string;
  /** the relative gradient at which the search ended */
  readonly gradient: number;
  readonly minimum: ActionMinimum;
}

/** Settings of decisionMinima. */
export interface DecisionOptions extends Pick<PathProblem, "rule"> {
  readonly n?: number;
  readonly N?: number;
  readonly source: Source;
  /** bent starts beside the straight one and the one that rests at the undecided attractor */
  readonly bent?: number;
}

/**
 * Returns the attractors of the three-attractor model with sigmoids of width n: those of the two decisions and, in the
 * third row, the undecided one. With steps for sigmoids they are (3.25, 0.35), (0.35, 3.25) and (2.35, 2.35).
 */
export function decisionAttractors(n = 0.3): Matrix {
  const stepped = matrixFromRows([
    [3.25, 0.35],
    [0.35, 3.25],
    [2.35, 2.35],
  ]);
  return last(integrate(driftField(threeAttractors({ n })), stepped, linspace(0, 120, 600)));
}

/**
 * Finds the minima of the action of the three-attractor model between (3, 0.1) and (0.1, 3), as in Vastola, arXiv
 * 2504.09761, Fig. 1c, the least first.
 */
export function decisionMinima(
  T: number,
  { n = 0.3, N = 400, source, bent = 2, rule }: DecisionOptions,
): DecisionRow[] {
  const system = threeAttractors({ n });
  const undecided = row(decisionAttractors(n), 2);
  const lagrangian = onsagerMachlup(system);
  const problem: PathProblem = { lagrangian, times: linspace(0, T, N), from: [3, 0.1], to: [0.1, 3], rule };
  const starts = [
    straightGuess(problem),
    throughPoints(problem, [undecided], { rest: 0.6 }),
    ...bentStarts(problem, bent, { size: 1, source }),
  ];
  const unit = 2 * (system.diffusion([0, 0], 0) as number);
  return actionMinima(problem, starts).map((minimum) => {
    const E = energies(lagrangian, minimum);
    return {
      n,
      T,
      action: unit * minimum.action,
      E: unit * E.mean,
      spread: relativeSpread(E.values),
      nearest: distanceTo(minimum, undecided),
      starts: `${minimum.starts.length} of ${starts.length}`,
      gradient: minimum.gradient,
      minimum,
    };
  });
}

/** Returns the least minimum for each time as a transition, for a slider over T. */
export function decisionTransitions(minima: readonly (readonly DecisionRow[])[]): Transition[] {
  return minima.map(([{ T, E, action, minimum }]) => ({
    label: String(T),
    title: `E = ${E.toPrecision(3)}, action ${action.toPrecision(4)}`,
    points: minimum.points,
  }));
}

/** Counts of a histogram of the plane, as figures take it: z of the cell (x_i, y_j) in row j. */
export interface PlaneHistogram {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
}

/** Settings of steadyState. */
export interface SteadyStateOptions {
  readonly source: Source;
  readonly count: number;
  /** the time of each simulation, of which the second half counts */
  readonly duration: number;
  readonly dt: number;
  /** of both axes */
  readonly range: readonly [number, number];
  readonly cells?: number;
}

/** Estimates the density of the steady state of a system in the plane from simulations that begin at `from`. */
export function steadyState(
  system: NoisySystem,
  from: ArrayLike<number>,
  { source, count, duration, dt, range: [low, high], cells = 60 }: SteadyStateOptions,
): PlaneHistogram {
  const times = linspace(0, duration, Math.round(duration / dt));
  const { states, times: kept } = simulatePaths(equationOf(system), { source, count, from, times, every: 8 });
  const width = (high - low) / cells;
  const centres = Float64Array.from({ length: cells }, (_, i) => low + (i + 0.5) * width);
  const z = new Float64Array(cells * cells);
  const add = (state: Matrix) => {
    for (let n = 0; n < state.rows; n++) {
      const [i, j] = row(state, n).map((value) => Math.floor((value - low) / width));
      if (i >= 0 && i < cells && j >= 0 && j < cells) z[j * cells + i]++;
    }
  };
  states.filter((_, k) => kept[k] > duration / 2).forEach(add);
  return { x: centres, y: centres, z };
}
