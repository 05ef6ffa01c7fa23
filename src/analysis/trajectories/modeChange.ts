import type { GaussianMixture } from "../../diffusion/distributions/mixture.js";
import { scoreFlow } from "../../diffusion/sampling/teleport.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { addScaled, requireSameShape, row, type Matrix } from "../../math/matrix.js";
import { proportionalStep, type StepSize } from "./perturbation.js";

/** Settings of modeChanges. */
export interface ModeChangeOptions {
  /** the noise level of the given states */
  readonly from?: number;
  /** the noise level, above 0, at which the modes are told apart */
  readonly to?: number;
  /** the noise levels of the steps, between the two */
  readonly levels?: readonly number[];
  /** what the directions are multiplied by at each level */
  readonly size?: StepSize;
}

/** The samples that end in another mode after a step at one noise level. */
export interface ModeChange {
  readonly sigma: number;
  /** 1 of a sample that does, 0 of one that does not, shape [n] */
  readonly changed: Float64Array;
  /** the share of those that do */
  readonly share: Estimate;
}

/**
 * Measures how many samples of a mixture a step brings into another mode: many early, of small steps none once the mode
 * is decided (arXiv 2303.02490). The mode of a sample is the component with the greatest responsibility. The same
 * directions, times their size, come at every level.
 *
 * @param x the states at level `from`, shape [n, d]
 * @param directions of the steps; normal ones, say, shape [n, d]
 * @throws RangeError if the shapes differ, the levels do not fall from `from` to `to`, or as the mixture does
 */
export function modeChanges(
  p: GaussianMixture,
  x: Matrix,
  directions: Matrix,
  { from = 80, to = 0.01, levels = [20, 2.5, 1, 0.15], size = proportionalStep(0.3) }: ModeChangeOptions = {},
): ModeChange[] {
  requireSameShape("modeChanges", x, directions);
  const flow = scoreFlow(p);
  return levels.map((sigma) => {
    const state = flow(x, from, sigma);
    const [before, after] = [state, addScaled(state, size(sigma), directions)].map((at) =>
      modes(p, flow(at, sigma, to), to),
    );
    const changed = Float64Array.from(before, (mode, n) => (mode === after[n] ? 0 : 1));
    return { sigma, changed, share: estimateMean(changed) };
  });
}

/** Returns the shares of the samples that steps of several kinds bring into another mode, a row for each noise level. */
export function modeRows(kinds: Readonly<Record<string, readonly ModeChange[]>>): Record<string, Estimate | number>[] {
  const [first] = Object.values(kinds);
  return first.map(({ sigma }, i) => ({
    σ: sigma,
    ...Object.fromEntries(Object.entries(kinds).map(([name, changes]) => [name, changes[i].share])),
  }));
}

/**
 * Returns the share of the samples of one Gaussian of variance λ that a normal step at noise level σ brings to the other
 * side of its mean, arctan(size / √(λ + σ²)) / π: what the mode changes of a mixture with this variance between its modes
 * are compared with.
 */
export function crossingShare(lambda: number, sigma: number, size: StepSize): number {
  return Math.atan(size(sigma) / Math.sqrt(lambda + sigma ** 2)) / Math.PI;
}

/** The component of the greatest responsibility of every row of x, shape [n]. */
function modes({ responsibilities }: GaussianMixture, x: Matrix, sigma: number): number[] {
  const r = responsibilities(x, sigma);
  return Array.from({ length: r.rows }, (_, n) => row(r, n).indexOf(Math.max(...row(r, n))));
}
