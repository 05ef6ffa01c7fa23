import type { VectorField } from "../../diffusion/distribution.js";
import { fitGaussian } from "../../diffusion/distributions/gaussian.js";
import { geometricSigmas } from "../../diffusion/sampling/noiseLevels.js";
import type { Estimate } from "../../math/estimate.js";
import type { Matrix } from "../../math/matrix.js";
import { randomSource } from "../../math/random.js";
import { rowRange } from "../../math/rowBlocks.js";
import { meanAndCovariance } from "../samples/frechet.js";
import { bestChurns, churnGrid, predictedGrid, type ChurnCell, type ChurnGridOptions } from "./churnGrid.js";
import { linearResponse, scaledResponse, velocityErrors, type LinearResponse } from "./linearResponse.js";

/** Settings of churnStudy. */
export interface ChurnStudyOptions extends Omit<ChurnGridOptions, "features" | "reference"> {
  /** how many of the images the response is fitted at, with their noise and its opposite */
  readonly fitted?: number;
}

/** A model of the data: a field, and the factor 1 + δ by which its score is known to be wrong. */
export interface StudiedModel extends Pick<VectorField, "denoiser" | "dimension"> {
  /** δ, 0 without it */
  readonly delta?: number;
}

/** A cell of a model, measured and predicted. */
export interface StudiedCell extends ChurnCell {
  readonly model: string;
  /** δ of the model */
  readonly delta: number;
  readonly response: LinearResponse;
  /** from the linear response of the model, without sampling */
  readonly predicted: number;
  /** from the response of the data's exact denoiser with the score times 1 + δ, for which no network is looked at */
  readonly ofExact: number;
}

/** Levels at which a response is fitted. */
const LEVELS = geometricSigmas(24, { sigmaMin: 0.002, sigmaMax: 80 });

/**
 * Measures the squared Fréchet distance of samples to images, shape [N, d], with every number of steps and amount of
 * churn for several models, beside what their linear responses predict.
 *
 * @throws RangeError as churnGrid, linearResponse and scaledResponse do
 */
export function churnStudy(
  models: Readonly<Record<string, StudiedModel>>,
  images: Matrix,
  { fitted = 2000, ...grid }: ChurnStudyOptions,
): StudiedCell[] {
  const reference = meanAndCovariance(images);
  const gaussian = fitGaussian(images);
  const points = rowRange(images, 0, Math.min(fitted, images.rows));
  return Object.entries(models).flatMap(([model, field]) => {
    const { delta = 0 } = field;
    const response = linearResponse(field, gaussian, points, { sigmas: LEVELS, source: randomSource(grid.seed, 2) });
    const [predicted, exact] = [response, scaledResponse(response, delta)].map((one) => predictedGrid(one, grid));
    return churnGrid(field, { ...grid, reference }).map((cell, i) => ({
      ...cell,
      model,
      delta,
      response,
      predicted: predicted[i].predicted,
      ofExact: exact[i].predicted,
    }));
  });
}

/** A curve over noise levels, as the figures take it. */
export interface LevelSeries {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/**
 * Returns how wrong the linear part of the named models' velocities is over the noise levels (`velocityErrors`).
 *
 * @throws RangeError if the study has no such model
 */
export function velocityErrorSeries(cells: readonly StudiedCell[], models: readonly string[]): LevelSeries[] {
  return models.map((name) => {
    const cell = cells.find(({ model }) => model === name);
    if (!cell)
      throw new RangeError(
        `velocityErrorSeries: no model ${name}, expected one of the study: ${modelsOf(cells).join(", ")}`,
      );
    const { response } = cell;
    return {
      name,
      x: response.sigmas,
      y: Array.from(velocityErrors(response), (value) => Number(value.toPrecision(4))),
    };
  });
}

/** Returns the names of the models of a study, in its order. */
export const modelsOf = (cells: readonly StudiedCell[]): string[] => [...new Set(cells.map(({ model }) => model))];
const stepsOf = (cells: readonly StudiedCell[]) => [...new Set(cells.map(({ steps }) => steps))];
const ofModel = (cells: readonly StudiedCell[], model: string) => cells.filter((cell) => cell.model === model);

/** A table of one number for each model and each number of steps, as `heatmapsFigure` draws it. */
export interface PhaseMap {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  /** a model after the other */
  readonly values: readonly number[];
}

/** A phase diagram: the best amount of churn over the models' errors and the steps, predicted and measured. */
export interface PhaseDiagram {
  readonly models: readonly string[];
  readonly steps: readonly number[];
  /** the best S_churn, by theory and by measurement */
  readonly churn: readonly [PhaseMap, PhaseMap];
  /** its distance over that without churn, likewise */
  readonly ratio: readonly [PhaseMap, PhaseMap];
}

/** Returns the phase diagram of a study. */
export function phaseDiagram(cells: readonly StudiedCell[]): PhaseDiagram {
  const [models, steps] = [modelsOf(cells), stepsOf(cells)];
  const ways = [
    ["predicted", ({ predicted }: StudiedCell) => predicted],
    ["measured", ({ frechet }: StudiedCell) => frechet.value],
  ] as const;
  const [theory, measured] = ways.map(([name, value]) => {
    const best = models.flatMap((model) => bestChurns(ofModel(cells, model), value));
    const map = (field: "sChurn" | "ratio"): PhaseMap => ({
      name,
      rows: models.length,
      cols: steps.length,
      values: best.map((one) => one[field]),
    });
    return { churn: map("sChurn"), ratio: map("ratio") };
  });
  return { models, steps, churn: [theory.churn, measured.churn], ratio: [theory.ratio, measured.ratio] };
}

/** The distance over the amount of churn for one number of steps: predictions as lines, measurements as marks. */
export interface ChurnPanel {
  readonly title: string;
  readonly series: readonly {
    readonly name: string;
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly mode: "lines" | "markers";
    readonly error?: readonly number[];
    readonly like?: string;
  }[];
}

/** Returns a panel for each number of steps, for `panelsFigure`: the marks of all models, then their lines. */
export function churnPanels(cells: readonly StudiedCell[]): ChurnPanel[] {
  return stepsOf(cells).map((steps) => {
    const models = modelsOf(cells).map((model) => {
      const own = ofModel(cells, model).filter((cell) => cell.steps === steps);
      return { model, own, x: own.map(({ sChurn }) => sChurn) };
    });
    return {
      title: `${steps} steps`,
      series: [
        ...models.map(({ model, own, x }) => ({
          name: model,
          x,
          y: own.map(({ frechet }) => frechet.value),
          error: own.map(({ frechet }) => frechet.standardError),
          mode: "markers" as const,
        })),
        ...models.map(({ model, own, x }) => ({
          name: `${model}: theory`,
          x,
          y: own.map(({ predicted }) => predicted),
          mode: "lines" as const,
          like: model,
        })),
      ],
    };
  });
}

/**
 * Returns how much an amount of churn changes the distance of a model in a number of steps, from none, in pairs of seeds.
 *
 * @throws RangeError if there is no such cell
 */
export function changeAt(cells: readonly StudiedCell[], model: string, steps: number, sChurn: number): Estimate {
  const cell = cells.find((one) => one.model === model && one.steps === steps && one.sChurn === sChurn);
  if (!cell) {
    const known = cells.filter((one) => one.model === model && one.steps === steps).map((one) => one.sChurn);
    throw new RangeError(
      `changeAt: no cell of ${model}, ${steps} steps and S_churn = ${sChurn}, expected one of the study, whose amounts ` +
        `are ${known.join(", ") || "none there"}`,
    );
  }
  return { ...cell.frechet.change, count: cell.frechet.influence.length };
}
