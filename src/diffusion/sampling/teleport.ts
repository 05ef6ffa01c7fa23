import { matrix, row, takeRows, type Matrix } from "../../math/matrix.js";
import type { Distribution, VectorField } from "../distribution.js";
import type { Gaussian } from "../distributions/gaussian.js";
import type { Flow } from "../flow.js";
import { geometricSigmas } from "./noiseLevels.js";
import { sample } from "./sampler.js";
import { requirePositive, requireSigma } from "../score.js";
import { uniPC } from "./solver.js";

/** A stand-in for a network at high noise levels: a distribution fitted to its data, or a flow of one's own. */
export type Statistics = Pick<Distribution, "denoiser" | "flow"> | Flow;

/**
 * Teleportation (arXiv 2412.09726): the states x, shape [n, d], at noise level `from`, carried to the level `to` by the
 * flow of the data's statistics and no evaluation of the network. What is left to it begins at `to`, with any sampler:
 *
 *     const sigmas = karrasSigmas(18).subarray(8);                  // Heun's grid without its first 8 levels …
 *     const sigmas = geometricSigmas(10, { sigmaMax: 3 });          // … or all evaluations of a multistep solver below σ = 3
 *     const start = teleport(fitGaussian(data), noise, 80, sigmas[0]);
 *     const images = last(sample(net, start, sigmas));
 *
 * A Gaussian's flow is a closed form, whatever its rank; `isotropicGaussian(mean)` carries by the mean alone. A mixture
 * has none: its own denoiser, which is cheap, is integrated as by `scoreFlow`. For data of several classes and a
 * network that is told the class, `classConditionalFlow`. On data that have these statistics it is exact.
 *
 * @throws RangeError if `to` is above `from`, or as the flow does
 */
export function teleport(statistics: Statistics, x: Matrix, from: number, to: number): Matrix {
  requireDown(from, to);
  return from === to ? x : flowOf(statistics)(x, from, to);
}

/**
 * The states at several levels, in the order in which these are given: what teleporting to each would give, but a
 * mixture's flow is integrated once, through all of them.
 *
 * @throws RangeError as teleport does
 */
export function teleportToLevels(statistics: Statistics, x: Matrix, from: number, levels: readonly number[]): Matrix[] {
  if (typeof statistics === "function" || statistics.flow) return levels.map((to) => teleport(statistics, x, from, to));
  levels.forEach((to) => requireDown(from, to));
  const below = [...new Set(levels)].filter((to) => to < from).sort((a, b) => b - a);
  const states = below.length === 0 ? [] : scorePath(statistics, x, from, below);
  return levels.map((to) => (to === from ? x : states[below.indexOf(to)]));
}

function requireDown(from: number, to: number): void {
  requireSigma("teleport", to);
  if (!(to <= from && from < Infinity))
    throw new RangeError(`teleport: from σ = ${from} to ${to}, expected a level that is not higher`);
}

function flowOf(statistics: Statistics): Flow {
  return typeof statistics === "function" ? statistics : (statistics.flow ?? scoreFlow(statistics));
}

const DENSITY = 8;

/** Settings of scoreFlow. */
export interface ScoreFlowOptions {
  /** evaluations for each factor e of the noise level */
  readonly density?: number;
}

/**
 * The flow of any field, solved by UniPC of order 3 in equal steps of ln σ, downwards; of digits, with an error of
 * about 1e-3 of σ.
 *
 * The flow throws RangeError if its levels are not positive or do not fall, or as the denoiser does.
 */
export function scoreFlow(field: Pick<VectorField, "denoiser">, { density = DENSITY }: ScoreFlowOptions = {}): Flow {
  if (!(density > 0 && density < Infinity))
    throw new RangeError(`scoreFlow: the density is ${density}, expected a positive number`);
  return (x, from, to) => scorePath(field, x, from, [to], density)[0];
}

/** The states of a score's flow at each of the levels, which decrease. */
function scorePath(
  field: Pick<VectorField, "denoiser">,
  x: Matrix,
  from: number,
  levels: readonly number[],
  density = DENSITY,
): Matrix[] {
  const grid = [from];
  const ends = levels.map((to, i) => {
    const above = grid[grid.length - 1];
    requirePositive("scoreFlow", to);
    if (!(to < above && above < Infinity))
      throw new RangeError(`scoreFlow: from σ = ${above} to ${to}, expected a lower level`);
    const steps = Math.max(i === 0 ? 4 : 1, Math.ceil(density * Math.log(above / to)));
    grid.push(...geometricSigmas(steps, { sigmaMax: above, sigmaMin: to }).subarray(1));
    return grid.length - 1;
  });
  const states: Matrix[] = [];
  let at = 0;
  for (const state of sample(field, x, grid, uniPC())) if (ends.includes(at++)) states.push(state);
  return states;
}

/**
 * The flow of states that each have a class: row n by the Gaussian of class labels[n]. It is exact for a
 * class-conditional network; for one that is not told the class it is not, as the class that a state will have is not
 * decided at high noise.
 *
 * @throws RangeError if a label has no Gaussian; the flow, if x has not as many rows as there are labels
 */
export function classConditionalFlow(classes: readonly Gaussian[], labels: ArrayLike<number>): Flow {
  const members = classes.map(() => [] as number[]);
  for (let n = 0; n < labels.length; n++) {
    if (!(labels[n] in members))
      throw new RangeError(
        `classConditionalFlow: label ${n} is ${labels[n]}, expected one of the ${classes.length} classes from 0 on`,
      );
    members[labels[n]].push(n);
  }
  return (x, from, to) => {
    if (x.rows !== labels.length)
      throw new RangeError(
        `classConditionalFlow: ${x.rows} states and ${labels.length} labels, expected ${labels.length} states`,
      );
    const result = matrix(x.rows, x.cols);
    members.forEach((rows, k) => {
      if (rows.length === 0) return;
      const moved = classes[k].flow(takeRows(x, rows), from, to);
      rows.forEach((n, i) => row(result, n).set(row(moved, i)));
    });
    return result;
  };
}
