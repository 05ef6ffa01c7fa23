import type { VectorField } from "../../diffusion/distribution.js";
import { noisyAt, type EvaluationPoints } from "./evaluationPoints.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { squaredErrors } from "../../math/matrix.js";

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

/**
 * One curve for each noise level, of several trainings that differ in their seeds.
 *
 * @throws RangeError if there is no training, or they have not the same stages
 */
export function errorCurves(
  name: string,
  trainings: readonly (readonly (Pick<VectorField, "denoiser"> & { readonly step: number })[])[],
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
