import { matrix, row, takeRows, type Matrix } from "../../math/matrix.js";
import { gaussianFlow, type Gaussian } from "../distributions/gaussian.js";
import { mixtureScore, type GaussianMixture } from "../distributions/mixture.js";
import { geometricSigmas } from "./noiseLevels.js";
import { requireLevels, sample } from "./sampler.js";
import { requirePositive, requireSigma, type Score } from "../score.js";
import { uniPC } from "./solver.js";

/** A probability flow solved: the states x, shape [n, d], at noise level `from`, carried to the level `to`. */
export type Flow = (x: Matrix, from: number, to: number) => Matrix;

/** What stands for a network at high noise levels: moments of its data, or a flow of one's own. */
export type Statistics = Gaussian | GaussianMixture | Flow;

/**
 * Teleportation (arXiv 2412.09726): the states x, shape [n, d], at noise level `from`, carried to the level `to` by the
 * flow of the data's statistics and no evaluation of the network. What is left to it begins at `to`, with any sampler:
 *
 *     const sigmas = karrasSigmas(18).subarray(8);                  // Heun's grid without its first 8 levels …
 *     const sigmas = geometricSigmas(10, { sigmaMax: 3 });          // … or all evaluations of a multistep solver below σ = 3
 *     const start = teleport(fitGaussian(data), noise, 80, sigmas[0]);
 *     const images = last(sample(score, start, sigmas));
 *
 * A Gaussian's flow is a closed form, whatever its rank; `isotropicGaussian(mean)` carries by the mean alone. That of a
 * mixture has none: its own score, which is cheap, is integrated as by `scoreFlow`. For data of several classes and a
 * network that is told the class, `classConditionalFlow`. On data that have these statistics it is exact.
 *
 * @throws RangeError if `to` is above `from`, or as gaussianFlow and scoreFlow do
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
  if (typeof statistics === "function" || !("components" in statistics))
    return levels.map((to) => teleport(statistics, x, from, to));
  levels.forEach((to) => requireDown(from, to));
  const below = [...new Set(levels)].filter((to) => to < from).sort((a, b) => b - a);
  const states = below.length === 0 ? [] : scorePath(mixtureScore(statistics), x, from, below);
  return levels.map((to) => (to === from ? x : states[below.indexOf(to)]));
}

function requireDown(from: number, to: number): void {
  requireSigma("teleport", to);
  if (!(to <= from && from < Infinity))
    throw new RangeError(`teleport: from σ = ${from} to ${to}, expected a level that is not higher`);
}

function flowOf(statistics: Statistics): Flow {
  if (typeof statistics === "function") return statistics;
  return "components" in statistics
    ? scoreFlow(mixtureScore(statistics))
    : (x, from, to) => gaussianFlow(statistics, x, from, to);
}

const DENSITY = 8;

export interface ScoreFlowOptions {
  /** evaluations for each factor e of the noise level */
  readonly density?: number;
}

/**
 * The flow of any score, solved by UniPC of order 3 in equal steps of ln σ, downwards; of digits, with an error of
 * about 1e-3 of σ.
 *
 * The flow throws RangeError if its levels are not positive or do not fall, or as the score does.
 */
export function scoreFlow(score: Score, { density = DENSITY }: ScoreFlowOptions = {}): Flow {
  if (!(density > 0 && density < Infinity))
    throw new RangeError(`scoreFlow: the density is ${density}, expected a positive number`);
  return (x, from, to) => scorePath(score, x, from, [to], density)[0];
}

/** The states of a score's flow at each of the levels, which decrease. */
function scorePath(score: Score, x: Matrix, from: number, levels: readonly number[], density = DENSITY): Matrix[] {
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
  for (const state of sample(score, x, grid, uniPC())) if (ends.includes(at++)) states.push(state);
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
      throw new RangeError(`classConditionalFlow: ${x.rows} states and ${labels.length} labels, expected as many`);
    const result = matrix(x.rows, x.cols);
    members.forEach((rows, k) => {
      if (rows.length === 0) return;
      const moved = gaussianFlow(classes[k], takeRows(x, rows), from, to);
      rows.forEach((n, i) => row(result, n).set(row(moved, i)));
    });
    return result;
  };
}

/**
 * The share of the data's variance that the denoiser knows of at noise level σ if they are Gaussian,
 * E |D(x_σ, σ) - μ|² / tr Σ = Σ_k λ_k² / (λ_k + σ²) / Σ_k λ_k: 0 at high noise, 1 at none.
 *
 * @throws RangeError if σ is not a noise level or the Gaussian has no variance
 */
export function explainedVarianceRatio(g: Gaussian, sigma: number): number {
  requireSigma("explainedVarianceRatio", sigma);
  const outside = g.mean.length - g.lambda.length;
  const rest = g.residualVariance ?? 0;
  const sum = (f: (lambda: number) => number) =>
    g.lambda.reduce(
      (total, lambda) => total + (lambda === 0 ? 0 : f(lambda)),
      outside === 0 || rest === 0 ? 0 : outside * f(rest),
    );
  const all = sum((lambda) => lambda);
  if (!(all > 0)) throw new RangeError("explainedVarianceRatio: the Gaussian has no variance, nothing is ever decided");
  return sum((lambda) => lambda ** 2 / (lambda + sigma ** 2)) / all;
}

/**
 * A noise level to teleport to that is known from the spectrum alone: the one at which the share of the variance that
 * has been decided (`explainedVarianceRatio`) is the tolerance. The network and the Gaussian can differ only in what is decided,
 * so above this level the Gaussian can be wrong about no more than that share of the image.
 *
 * @throws RangeError if the tolerance is not between 0 and 1, or as explainedVarianceRatio does
 */
export function skipLevel(g: Gaussian, { tolerance = 0.03 } = {}): number {
  if (!(tolerance > 0 && tolerance < 1))
    throw new RangeError(`skipLevel: the tolerance is ${tolerance}, expected a share between 0 and 1`);
  const largest = Math.sqrt(Math.max(g.residualVariance ?? 0, g.lambda[0] ?? 0));
  let [low, high] = [0, Math.max(largest, Number.MIN_VALUE)];
  while (explainedVarianceRatio(g, high) > tolerance) [low, high] = [high, 2 * high];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (explainedVarianceRatio(g, middle) > tolerance) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * What is left of a grid for a sampler that starts at σ: its levels from the last one on that is not below σ, a view.
 *
 * @throws RangeError if the levels do not decrease or all are below σ
 */
export function levelsFrom(sigmas: Float64Array, sigma: number): Float64Array {
  requireLevels("levelsFrom", sigmas);
  if (!(sigma <= sigmas[0]))
    throw new RangeError(`levelsFrom: σ is ${sigma}, expected at most the first level, ${sigmas[0]}`);
  return sigmas.subarray(sigmas.findLastIndex((level) => level >= sigma));
}
