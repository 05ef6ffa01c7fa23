import type { VectorField } from "../../diffusion/distribution.js";
import type { Gaussian } from "../../diffusion/distributions/gaussian.js";
import type { Flow } from "../../diffusion/flow.js";
import type { Estimate } from "../../math/estimate.js";
import type { Matrix } from "../../math/matrix.js";
import { scaledStates, trajectoryCoordinates } from "./coordinates.js";
import { pathDimension } from "./dimensionality.js";
import { modeSlope } from "./modeDeviation.js";
import type { TrajectoryStudy } from "./study.js";
import { followTrajectory } from "./trajectory.js";

/** Titles of the columns of dimensionRows. */
export const dimensionColumns = {
  coordinate: "coordinate",
  first: "first axis",
  firstTwo: "first two",
  participation: "participation ratio",
  for90: "axes for 90 %",
  for99: "99 %",
  for999: "99.9 %",
} as const;

/** Titles of the columns of shapeRows. */
export const shapeColumns = {
  field: "axes for 99 % of",
  state: "state",
  increment: "increments",
  noise: "ε",
  endpoint: "x̂₀",
  beyondTwo: "state beyond two axes",
  outsidePlane: "outside the plane of the ends",
  largestDeviation: "off rotation",
} as const;

/** Titles of the columns of shapeRows of guided networks, with the name of the network and its modeSlope at ᾱ = 0.3. */
export const guidanceColumns = {
  network: "network",
  field: "guidance w",
  state: "axes for 99 %: state",
  increment: "increments",
  noise: "ε",
  endpoint: "x̂₀",
  beyondTwo: "state beyond two axes",
  largestDeviation: "off rotation",
  slope: "slope on r(ᾱ, λ), ᾱ = 0.3",
} as const;

/** Returns the mean cosines of increments, a row for each field and a column for each lag. */
export function cosineRows(
  fields: readonly Pick<TrajectoryStudy, "name" | "cosines">[],
): (Record<`lag ${number}`, Estimate> & { readonly field: string })[] {
  return fields.map(({ name: field, cosines }) => ({
    field,
    ...(Object.fromEntries(cosines.map(({ lag, cosine }) => [`lag ${lag}`, cosine])) as Record<string, Estimate>),
  }));
}

/** The length of the states of a field at three moments. */
export interface LengthRow {
  readonly field: string;
  readonly start: Estimate;
  /** at the first moment with ᾱ of a half or more */
  readonly middle: Estimate;
  readonly end: Estimate;
}

/** Returns the length of the states of fields at the start, in the middle and at the end. */
export function lengthRows(studies: readonly TrajectoryStudy[]): LengthRow[] {
  return studies.map(({ name: field, lengths, alphaBar }) => ({
    field,
    start: lengths[0],
    middle: lengths[alphaBar.findIndex((share) => share >= 0.5)],
    end: lengths[lengths.length - 1],
  }));
}

/** The dimension of a field's trajectories at one choice of moments, in both scalings. */
export interface MomentsRow {
  readonly moments: string;
  /** shares of the first axis of the state in EDM's scaling and in the variance-preserving one, and of two axes there */
  readonly firstEdm: Estimate;
  readonly first: Estimate;
  readonly firstTwo: Estimate;
  /** axes for 99 % of the noise estimate and of the endpoint estimate */
  readonly noise: Estimate;
  readonly endpoint: Estimate;
}

/** Titles of the columns of momentsRows. */
export const momentsColumns = {
  moments: "moments",
  firstEdm: "first axis, EDM state",
  first: "first axis, VP state",
  firstTwo: "first two, VP state",
  noise: "ε, axes for 99 %",
  endpoint: "x̂₀, axes for 99 %",
} as const;

/**
 * Compares the dimension of a field's trajectories, from the same noise, at several choices of moments.
 *
 * @throws RangeError as followTrajectory and pathDimension do
 */
export function momentsRows(
  field: Pick<VectorField, "denoiser"> & { readonly flow?: Flow },
  noise: Matrix,
  choices: Readonly<Record<string, Float64Array>>,
): MomentsRow[] {
  return Object.entries(choices).map(([moments, sigmas]) => {
    const trajectory = followTrajectory(field, noise, sigmas);
    const coordinates = trajectoryCoordinates(trajectory);
    const { first, firstTwo } = pathDimension(coordinates.state);
    return {
      moments,
      firstEdm: pathDimension(scaledStates(trajectory, "EDM")).first,
      first,
      firstTwo,
      noise: pathDimension(coordinates.noise).for99,
      endpoint: pathDimension(coordinates.endpoint).for99,
    };
  });
}

/**
 * Returns the slopes of the deviations of the first `count` features on those of the Gaussian, a row for each field and
 * a column for each ᾱ.
 *
 * @throws RangeError as modeSlope does
 */
export function slopeRows(
  studies: readonly Pick<TrajectoryStudy, "name" | "trajectory">[],
  g: Gaussian,
  count: number,
  shares: readonly number[],
): (Record<`ᾱ = ${number}`, Estimate> & { readonly field: string })[] {
  return studies.map(({ name: field, trajectory }) => {
    const slopes = shares.map((share) => [`ᾱ = ${share}`, modeSlope(trajectory, g, count, share)] as const);
    return { field, ...(Object.fromEntries(slopes) as Record<string, Estimate>) };
  });
}
