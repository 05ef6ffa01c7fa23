import { diagonal } from "../../math/matrix.js";
import { linearMixture, type LineMixture } from "../independence/sources.js";
import { divergenceAlong, type DivergenceCurve, type DivergenceOptions } from "./divergence.js";
import type { CurvePanel } from "./gaussianErrors.js";
import { scaledScore } from "./scaledScore.js";

/** What is wrong with a reverse equation, and what it makes of the data. */
export interface DivergenceProblem {
  readonly name: string;
  /** one for each γ */
  readonly curves: readonly DivergenceCurve[];
}

/** Settings of divergenceStudy. */
export interface DivergenceStudyOptions extends Omit<DivergenceOptions, "gamma" | "field" | "start"> {
  readonly gammas: readonly number[];
  /** δ of the score (1 + δ) s */
  readonly delta: number;
  /** the standard deviation of the start over the right one; it is off centre by half of that of σ_max too */
  readonly startScale: number;
  /** weights that another model gives to the components */
  readonly weights: readonly number[];
}

/**
 * Follows three errors of a mixture on the line down the noise levels: a wrong start with the exact score; the exact
 * start with a score that is wrong by a factor; and the start and score of a mixture of other weights, a model that is
 * the exact one of other data.
 *
 * @throws RangeError as divergenceAlong does
 */
export function divergenceStudy(
  data: LineMixture,
  { gammas, delta, startScale, weights, sigmaMax = 80, ...options }: DivergenceStudyOptions,
): DivergenceProblem[] {
  const other = { ...data, weights };
  const [own, model] = [data, other].map((one) => linearMixture([one], diagonal([1])).distribution);
  const wide = { weights: [1], means: [sigmaMax / 2], variances: [(startScale * sigmaMax) ** 2] };
  const above = { ...other, variances: other.variances.map((variance) => variance + sigmaMax ** 2) };
  const problems = {
    "wrong start": { start: wide },
    [`score × ${1 + delta}`]: { field: scaledScore(own, delta) },
    "another model": { field: model, start: above },
  };
  return Object.entries(problems).map(([name, problem]) => ({
    name,
    curves: gammas.map((gamma) => divergenceAlong(data, { ...options, ...problem, sigmaMax, gamma })),
  }));
}

/** Every so many levels a point of a curve is drawn. */
const STRIDE = 4;

/** Returns KL(q ‖ p) over σ, a panel for each problem. */
export function divergencePanels(problems: readonly DivergenceProblem[]): CurvePanel[] {
  return problems.map(({ name, curves }) => ({
    title: name,
    series: curves.map(({ gamma, sigmas, kl }) => ({ name: `γ = ${gamma}`, ...thinned(sigmas, kl) })),
  }));
}

/** Returns the rates of one curve as series: what noise corrects, what the error of the score does, and their sum. */
export function rateSeries({ sigmas, rates }: DivergenceCurve): CurvePanel["series"] {
  const parts = { correction: "noise", error: "error of the score", total: "both" } as const;
  return (["correction", "error", "total"] as const).map((part) => ({
    name: parts[part],
    ...thinned(
      sigmas,
      rates.map((rate) => rate[part]),
    ),
  }));
}

function thinned(x: ArrayLike<number>, y: ArrayLike<number>): { readonly x: number[]; readonly y: number[] } {
  const kept = Array.from(x, (_, i) => i).filter((i) => i % STRIDE === 0 || i === x.length - 1);
  const digits = (value: number) => Number(value.toPrecision(4));
  return { x: kept.map((i) => digits(x[i])), y: kept.map((i) => digits(y[i])) };
}
