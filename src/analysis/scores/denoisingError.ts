import type { VectorField } from "../../diffusion/distribution.js";
import { noisyAt, type EvaluationPoints } from "./evaluationPoints.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { squaredErrors } from "../../math/matrix.js";
import { stageAt } from "./stages.js";

/**
 * The mean of ‖D(y + σ z, σ) - y‖² / d over probes, at each noise level: what a denoiser is trained to make small. At
 * points held out of the training it is least for the score of the distribution that they come from, so that it ranks
 * models without knowing that score.
 */
export function denoisingError(
  model: Pick<VectorField, "denoiser">,
  probes: EvaluationPoints,
  sigmas: ArrayLike<number>,
): Estimate[] {
  return Array.from(sigmas, (sigma) => estimateMean(denoisingErrors(model, probes, sigma)));
}

/** The same probe by probe, shape [n], for a paired comparison. */
export function denoisingErrors(
  { denoiser }: Pick<VectorField, "denoiser">,
  probes: EvaluationPoints,
  sigma: number,
): Float64Array {
  return squaredErrors(denoiser(noisyAt(probes, sigma), sigma), probes.points);
}

/** The denoising error of held-out points at one noise level through trainings of one kind. */
export interface ErrorCurve {
  readonly name: string;
  readonly sigma: number;
  readonly steps: readonly number[];
  /** the mean over the trainings and its standard error; of a single training, the standard error over the probes */
  readonly stages: readonly { readonly error: Estimate }[];
}

/** The stages of one training. */
type Training = readonly (Pick<VectorField, "denoiser"> & { readonly step: number })[];

/**
 * One curve for each noise level, of several trainings that differ in their seeds.
 *
 * @throws RangeError if there is no training, or they have not the same stages
 */
export function errorCurves(
  name: string,
  trainings: readonly Training[],
  probes: EvaluationPoints,
  sigmas: ArrayLike<number>,
): ErrorCurve[] {
  if (trainings.length === 0) throw new RangeError(`errorCurves: no trainings of "${name}", expected at least one`);
  const [steps] = trainings.map((stages) => stages.map(({ step }) => step));
  trainings.forEach((stages, i) => {
    if (stages.length !== steps.length || stages.some(({ step }, k) => step !== steps[k]))
      throw new RangeError(
        `errorCurves: training ${i} of "${name}" has the stages ${stages.map(({ step }) => step).join(", ")}, expected ${steps.join(", ")} like training 0`,
      );
  });
  const errors = trainings.map((stages) => stages.map((stage) => denoisingError(stage, probes, sigmas)));
  return Array.from(sigmas, (sigma, level) => ({
    name,
    sigma,
    steps,
    stages: steps.map((_, k) => ({
      error:
        errors.length === 1 ? errors[0][k][level] : estimateMean(errors.map((training) => training[k][level].value)),
    })),
  }));
}

/**
 * Returns the denoising error of trainings over that of other trainings from the same seeds, after a number of steps,
 * at each noise level: the mean over the seeds and its standard error.
 *
 * @throws RangeError if there are not as many trainings of both kinds, fewer than two, or one has no such stage
 */
export function denoisingErrorRatios(
  trainings: readonly Training[],
  others: readonly Training[],
  step: number,
  points: EvaluationPoints,
  sigmas: ArrayLike<number>,
): Estimate[] {
  if (trainings.length !== others.length)
    throw new RangeError(
      `denoisingErrorRatios: ${trainings.length} trainings and ${others.length} others, expected ${trainings.length} of both`,
    );
  const [above, below] = [trainings, others].map((kind) =>
    kind.map((stages) => denoisingError(stageAt(stages, step), points, sigmas)),
  );
  return Array.from(sigmas, (_, level) =>
    estimateMean(above.map((errors, seed) => errors[level].value / below[seed][level].value)),
  );
}
