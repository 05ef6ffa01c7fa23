import type { VectorField } from "../../diffusion/distribution.js";
import type { Flow } from "../../diffusion/flow.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { row, type Matrix } from "../../math/matrix.js";
import { preservedScale, scaledStates, trajectoryCoordinates, type TrajectoryCoordinates } from "./coordinates.js";
import { endpointDetermination, type Determination } from "./determination.js";
import { dimensionRows, pathDimension, type DimensionRow } from "./dimensionality.js";
import { endPlane } from "./endPlane.js";
import { incrementCosines, pathLengths, type LagCosine } from "./increments.js";
import { offRotation } from "./rotation.js";
import { followTrajectory, type Trajectory } from "./trajectory.js";

/** The shape of a field's trajectories in the variance-preserving process. */
export interface TrajectoryStudy {
  readonly name: string;
  readonly trajectory: Trajectory;
  readonly coordinates: TrajectoryCoordinates;
  /** one row for each coordinate */
  readonly dimensions: readonly DimensionRow[];
  /** α_t² at each moment */
  readonly alphaBar: Float64Array;
  /** the relative squared deviation from the rotation law, shape [n, moments], and its greatest over the moments */
  readonly offRotation: Matrix;
  readonly largestDeviation: Estimate;
  /** the share of the squared length outside of the plane of the ends */
  readonly outsidePlane: Estimate;
  readonly determination: Determination;
  readonly cosines: readonly LagCosine[];
  /** ‖x_t‖ at each moment */
  readonly lengths: readonly Estimate[];
}

/** Settings of trajectoryStudies. */
export interface TrajectoryStudyOptions {
  /** of the cosines of increments */
  readonly lags?: readonly number[];
  /** called with the name of each field before its trajectories are followed */
  readonly onField?: (name: string) => void;
}

/**
 * Follows fields from the same states x, shape [n, d], at the first level down to the last one, 0, and measures the
 * shape of their trajectories in the variance-preserving process (arXiv 2303.02490).
 *
 * @throws RangeError as followTrajectory, pathComponents and endPlane do
 */
export function trajectoryStudies(
  fields: Readonly<Record<string, Pick<VectorField, "denoiser"> & { readonly flow?: Flow }>>,
  x: Matrix,
  sigmas: Float64Array,
  { lags = [1, 2, 3, 4, 5, 10], onField }: TrajectoryStudyOptions = {},
): TrajectoryStudy[] {
  const alphas = preservedScale(sigmas);
  return Object.entries(fields).map(([name, field]) => {
    onField?.(name);
    const trajectory = followTrajectory(field, x, sigmas);
    const path = scaledStates(trajectory);
    const coordinates = trajectoryCoordinates(trajectory);
    const off = offRotation(path, alphas);
    return {
      name,
      trajectory,
      coordinates,
      dimensions: dimensionRows(coordinates),
      alphaBar: alphas.map((alpha) => alpha ** 2),
      offRotation: off,
      largestDeviation: estimateMean(Float64Array.from({ length: off.rows }, (_, n) => Math.max(...row(off, n)))),
      outsidePlane: estimateMean(endPlane(path).outside),
      determination: endpointDetermination(path),
      cosines: incrementCosines(coordinates.increment, lags),
      lengths: pathLengths(path),
    };
  });
}

/** A row of the table of fields. */
export interface ShapeRow {
  readonly field: string;
  /** the numbers of axes for 99 % of the variance in each coordinate */
  readonly state: Estimate;
  readonly increment: Estimate;
  readonly noise: Estimate;
  readonly endpoint: Estimate;
  /** the share of the state's variance beyond two axes */
  readonly beyondTwo: Estimate;
  readonly largestDeviation: Estimate;
  readonly outsidePlane: Estimate;
}

/** Returns the row of paths of which there is no more than their states. */
export function pathRow(
  field: string,
  states: readonly Matrix[],
): Pick<ShapeRow, "field" | "state" | "beyondTwo"> & Partial<ShapeRow> {
  const { for99, firstTwo } = pathDimension(states);
  return { field, state: for99, beyondTwo: beyond(firstTwo) };
}

const beyond = ({ value, ...error }: Estimate): Estimate => ({ value: 1 - value, ...error });

/** Returns one row for each field: its axes for 99 % of the variance, and how far it is from a rotation. */
export function shapeRows(studies: readonly TrajectoryStudy[]): ShapeRow[] {
  return studies.map((study) => {
    const [state, increment, noise, endpoint] = study.dimensions.map(({ for99 }) => for99);
    const { name: field, largestDeviation, outsidePlane } = study;
    return {
      field,
      ...{ state, increment, noise, endpoint },
      beyondTwo: beyond(study.dimensions[0].firstTwo),
      ...{ largestDeviation, outsidePlane },
    };
  });
}

/** Returns the means of the rows of several studies, fields of other seeds say, with their standard errors over them. */
export function meanShape(field: string, studies: readonly TrajectoryStudy[]): ShapeRow {
  const rows = shapeRows(studies);
  const over = (name: Exclude<keyof ShapeRow, "field">) => estimateMean(rows.map((one) => one[name].value));
  return {
    field,
    state: over("state"),
    increment: over("increment"),
    noise: over("noise"),
    endpoint: over("endpoint"),
    beyondTwo: over("beyondTwo"),
    largestDeviation: over("largestDeviation"),
    outsidePlane: over("outsidePlane"),
  };
}
