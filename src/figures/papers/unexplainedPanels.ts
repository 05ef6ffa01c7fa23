import type { UnexplainedCurve, UnexplainedMeasure } from "../../analysis/scores/explainedVariance.js";
import { spectrumMarks } from "../marks.js";
import type { UnexplainedPanel } from "./unexplained.js";

/** Short, as two of them stand beside each other with the name of the data. */
const shortTitles: Readonly<Record<UnexplainedMeasure, string>> = {
  score: "score",
  scoreRatioOfMeans: "score",
  denoiser: "centred denoiser",
  denoiserRatioOfMeans: "centred denoiser",
};

const titles: Readonly<Record<UnexplainedMeasure, string>> = {
  score: "score, mean of ratios",
  scoreRatioOfMeans: "score, ratio of means",
  denoiser: "centred denoiser, mean of ratios",
  denoiserRatioOfMeans: "centred denoiser, ratio of means",
};

/**
 * Makes panels for unexplainedFigure, one of the same curves for each measure, with marks at √λ₁ and √tr Σ of the data.
 *
 * @param lambda all variances of the data, decreasing
 * @param name of the data, before titles that then do not say which mean the measure is
 */
export function unexplainedPanels(
  curves: readonly UnexplainedCurve[],
  lambda: ArrayLike<number>,
  measures: readonly UnexplainedMeasure[],
  name?: string,
): UnexplainedPanel[] {
  const marks = spectrumMarks(lambda);
  return measures.map((measure) => ({
    title: name ? `${name}: ${shortTitles[measure]}` : titles[measure],
    curves,
    measure,
    marks,
  }));
}
