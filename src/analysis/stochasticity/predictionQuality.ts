import { bootstrapEstimate, type BootstrapOptions, type Estimate } from "../../math/estimate.js";
import { quantiles } from "../../math/stats.js";
import { bestChurns } from "./churnGrid.js";
import { modelsOf, type StudiedCell } from "./churnStudy.js";

/** How well the distances of a study are predicted by one theory. */
export interface PredictionQuality {
  readonly theory: string;
  /** the median of |measured / predicted - 1| over all cells */
  readonly error: Estimate;
  /** the largest of measured / predicted and of predicted / measured */
  readonly worst: Estimate;
  /** the share of models and numbers of steps of which it is right whether churn of any amount helps */
  readonly agreement: Estimate;
}

/**
 * Compares measurements with what the linear responses of the models predict, and with what the exact denoiser does
 * when told the factor δ of each model alone; the standard errors are over the seeds of the samples, which all cells
 * share.
 *
 * @throws RangeError as bootstrapEstimate does
 */
export function predictionQuality(
  cells: readonly StudiedCell[],
  bootstrap: BootstrapOptions,
): [response: PredictionQuality, exact: PredictionQuality] {
  const measured = cells.map(({ frechet }) => frechet);
  const helps = (values: readonly number[]) =>
    modelsOf(cells).flatMap((model) => {
      const own = cells.flatMap((cell, i) => (cell.model === model ? [{ ...cell, value: values[i] }] : []));
      return bestChurns(own, ({ value }) => value).map(({ sChurn }) => sChurn > 0);
    });
  const quality = (theory: string, predicted: readonly number[]): PredictionQuality => {
    const guess = helps(predicted);
    const estimate = (f: (values: readonly number[]) => number) => bootstrapEstimate(measured, f, bootstrap);
    const ratios = (values: readonly number[]) => values.map((value, i) => value / predicted[i]);
    return {
      theory,
      error: estimate((values) => {
        const errors = ratios(values).map((ratio) => Math.abs(ratio - 1));
        return quantiles(errors, [0.5])[0];
      }),
      worst: estimate((values) => Math.max(...ratios(values).map((ratio) => Math.max(ratio, 1 / ratio)))),
      agreement: estimate((values) => helps(values).filter((one, i) => one === guess[i]).length / guess.length),
    };
  };
  return [
    quality(
      "linear response",
      cells.map(({ predicted }) => predicted),
    ),
    quality(
      "exact denoiser × factor",
      cells.map(({ ofExact }) => ofExact),
    ),
  ];
}

/** A quality with the models that it is of. */
export interface QualityRow extends PredictionQuality {
  readonly models: string;
}

/**
 * Compares both theories over the models as they are, over those made wrong by a factor, and over all.
 *
 * @throws RangeError as predictionQuality does
 */
export function qualityRows(cells: readonly StudiedCell[], bootstrap: BootstrapOptions): QualityRow[] {
  const groups = {
    "as they are": cells.filter(({ delta }) => delta === 0),
    "wrong by a factor": cells.filter(({ delta }) => delta !== 0),
    all: cells,
  };
  return Object.entries(groups).flatMap(([models, own]) =>
    own.length > 0 ? predictionQuality(own, bootstrap).map((quality) => ({ models, ...quality })) : [],
  );
}
