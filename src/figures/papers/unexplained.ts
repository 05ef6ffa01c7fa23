import type { UnexplainedMeasure } from "../../analysis/scores/explainedVariance.js";
import type { Estimate } from "../../math/estimate.js";
import type { Series } from "../curves.js";
import { panelsFigure, type Panel } from "../panels.js";
import type { Figure, FrameOptions } from "../style.js";

type Measure = UnexplainedMeasure | "error";
type Shares = { readonly [M in Measure]?: Estimate };

/** The unexplained variance of each model over the noise levels. */
export interface UnexplainedPanel extends Omit<Panel, "series"> {
  readonly curves: readonly {
    readonly name: string;
    readonly levels: readonly (Shares & { readonly sigma: number })[];
  }[];
  readonly measure?: Measure;
  /** further curves, such as a law */
  readonly series?: readonly Series[];
}

/** Settings of unexplainedFigure and learningFigure. */
export interface SharesOptions extends FrameOptions {
  readonly columns?: number;
  readonly xTitle?: string;
  readonly yTitle?: string;
  readonly yRange?: readonly [number, number];
  /** gives each panel the y range of its own curves */
  readonly ownY?: boolean;
}

/**
 * Unexplained shares against the noise level, both logarithmic, one panel for each data set or measure; error bars are
 * standard errors over the probes. A share of 1 is what explains nothing.
 *
 * @throws RangeError if there is no panel or no curve in one, or a measure is not in it
 */
export function unexplainedFigure(
  panels: readonly UnexplainedPanel[],
  { columns, xTitle = "noise level σ", yTitle = "fraction of variance unexplained", yRange, ...options }: SharesOptions,
): Figure {
  const drawn = panels.map(({ curves, measure = "score", series = [], ...panel }) => ({
    ...panel,
    series: [
      ...curves.map(({ name, levels }) => ({
        name,
        x: levels.map(({ sigma }) => sigma),
        ...estimates(name, levels, measure),
        mode: "lines+markers" as const,
      })),
      ...series,
    ],
  }));
  return panelsFigure(drawn, {
    ...options,
    ...(columns && { columns }),
    x: { title: xTitle },
    y: { title: yTitle, ...(yRange && { range: yRange }) },
  });
}

/**
 * The unexplained variance of the learned score by a model, or the error of the learned denoiser, at one noise level by
 * step of training.
 */
export interface StagesCurve {
  readonly name: string;
  readonly sigma: number;
  readonly steps: ArrayLike<number>;
  readonly stages: readonly Shares[];
}

/**
 * Unexplained shares, or errors, through training, one panel for each noise level, each with its own y range unless
 * asked otherwise. On the logarithmic axis there is no step 0; it is left out.
 *
 * @throws RangeError as unexplainedFigure does
 */
export function learningFigure(
  curves: readonly StagesCurve[],
  {
    columns,
    xTitle = "training step",
    yTitle = "fraction of variance unexplained",
    yRange,
    measure = "score",
    ownY = true,
    ...options
  }: SharesOptions & { readonly measure?: Measure },
): Figure {
  const sigmas = [...new Set(curves.map(({ sigma }) => sigma))];
  const panels = sigmas.map((level) => ({
    title: `σ = ${level}`,
    series: curves
      .filter(({ sigma }) => sigma === level)
      .map(({ name, steps, stages }) => {
        const shown = stages.flatMap((stage, i) => (steps[i] > 0 ? [{ step: steps[i], stage }] : []));
        return {
          name,
          x: shown.map(({ step }) => step),
          ...estimates(
            name,
            shown.map(({ stage }) => stage),
            measure,
          ),
          mode: "lines+markers" as const,
        };
      }),
  }));
  return panelsFigure(panels, {
    ...options,
    ownY,
    ...(columns && { columns }),
    x: { title: xTitle },
    y: { title: yTitle, ...(yRange && { range: yRange }) },
  });
}

/** Four digits are finer than a pixel, and short in a stored notebook. */
const rounded = (value: number) => Number(value.toPrecision(4));

function estimates(name: string, shares: readonly Shares[], measure: Measure): { y: number[]; error: number[] } {
  const values = shares.map((share) => {
    const found = share[measure];
    if (!found) throw new RangeError(`unexplainedFigure: "${name}" has no ${measure}, expected one at every level`);
    return found;
  });
  return {
    y: values.map(({ value }) => rounded(value)),
    error: values.map(({ standardError }) => rounded(standardError)),
  };
}
