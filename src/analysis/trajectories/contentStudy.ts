import type { VectorField } from "../../diffusion/distribution.js";
import type { Gaussian } from "../../diffusion/distributions/gaussian.js";
import type { Matrix } from "../../math/matrix.js";
import {
  contentChanges,
  meanChanges,
  type ContentChange,
  type ContentOptions,
  type MeanChange,
} from "./contentChange.js";
import { equalEffectStep, fixedStep, proportionalStep } from "./perturbation.js";

/** Trajectories of a field whose steps are studied. */
export interface StudiedTrajectories {
  readonly field: Pick<VectorField, "denoiser">;
  /** of the data; its own trajectories begin in the same noise */
  readonly g: Gaussian;
  /** noise at level `from`, shape [n, d] */
  readonly start: Matrix;
  /** the states at every level of the steps, shape [n, d] each */
  readonly states: readonly Matrix[];
  /** the samples, shape [n, d] */
  readonly samples: Matrix;
}

/** What steps of one kind make of samples. */
export interface ContentStudy {
  readonly steps: string;
  readonly changes: readonly ContentChange[];
  readonly means: readonly MeanChange[];
}

/** Settings of contentStudy. */
export interface ContentStudyOptions extends Omit<ContentOptions, "size"> {
  /** the noise level of `start`; default 80 */
  readonly from?: number;
}

/**
 * Measures what the same directions change of the content in steps of three sizes: 0.5 σ; 0.3 √(1 + σ²), a fixed size in
 * a variance-preserving process; and such that the samples of a Gaussian change equally at all levels, by 0.2 a
 * coordinate of its rank. As a control the last two kinds in the Gaussian of the data itself.
 *
 * @throws RangeError as contentChanges does
 */
export function contentStudy(
  { field, g, start, states, samples }: StudiedTrajectories,
  directions: Matrix,
  { from = 80, to = 0.02, ...options }: ContentStudyOptions,
): ContentStudy[] {
  const study = (
    steps: string,
    own: typeof field,
    at: readonly Matrix[],
    ends: Matrix,
    size: ContentOptions["size"],
  ) => {
    const changes = contentChanges(own, at, ends, directions, { ...options, to, size });
    return { steps, changes, means: meanChanges(changes) };
  };
  const equal = equalEffectStep(g, 0.2);
  const exact = options.levels.map((sigma) => g.flow(start, from, sigma));
  const ends = g.denoiser(g.flow(start, from, to), to);
  return [
    study("0.5 σ", field, states, samples, proportionalStep(0.5)),
    study("0.3 √(1 + σ²)", field, states, samples, fixedStep(0.3)),
    study("equal effect", field, states, samples, equal),
    study("equal effect, Gaussian", g, exact, ends, equal),
    study("0.3 √(1 + σ²), Gaussian", g, exact, ends, fixedStep(0.3)),
  ];
}
