import { encode } from "../../diffusion/encoding.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { column, matrix, type Matrix } from "../../math/matrix.js";
import { randomOrthogonal } from "../../math/qr.js";
import { randomSource } from "../../math/random.js";
import { rowRange } from "../../math/rowBlocks.js";
import { crossCorrelations } from "../independence/correlation.js";
import { fastIca } from "../independence/fastIca.js";
import { hsicTest } from "../independence/hsic.js";
import { measureDependence, measureRecovery, type Dependence, type Recovery } from "../independence/recovery.js";
import type { LinearMixture } from "../independence/sources.js";
import { swirl } from "../independence/swirl.js";
import { whiten } from "../independence/whiten.js";

/** Coordinates of the same points, and how dependent and how near to the sources they are. */
export interface CoordinateRow extends Dependence, Recovery {
  readonly coordinates: string;
}

/** Settings of sourceStudy. */
export interface SourceStudyOptions {
  readonly count: number;
  readonly seed: number;
  /** the points in measures whose work grows with their square */
  readonly tested?: number;
  readonly sigmaMin?: number;
}

/** Points of a linear mixture of two sources in several coordinates. */
export interface SourceStudy {
  readonly sources: Matrix;
  readonly coordinates: Readonly<
    Record<"mixed" | "PCA, whitened" | "FastICA" | "probability flow" | "probability flow, turned by |z|", Matrix>
  >;
  readonly rows: readonly CoordinateRow[];
  /** the correlation of the flow's first code with the first source as N(0, 1) */
  readonly withSource: Estimate;
}

/**
 * Draws points of a linear mixture of two sources and measures them in several coordinates: as they are, by principal
 * and by independent components, and by the probability flow of the exact score, whose codes turned by |z| are as
 * independent.
 *
 * @throws RangeError as fastIca and encode do
 */
export function sourceStudy(
  mixture: LinearMixture,
  { count, seed, tested, sigmaMin = 1e-3 }: SourceStudyOptions,
): SourceStudy {
  const { sources, mixed, gaussianised } = mixture.sample(randomSource(seed, 1), count);
  const { points: z } = encode(mixture.distribution, mixed, { sigmaMin });
  const coordinates = {
    mixed,
    "PCA, whitened": whiten(mixed).codes,
    FastICA: fastIca(mixed).codes,
    "probability flow": z,
    "probability flow, turned by |z|": swirl(z, 1),
  };
  const rows = Object.entries(coordinates).map(([name, points]) => ({
    coordinates: name,
    ...measureDependence(points, { seed, points: tested }),
    ...measureRecovery(points, sources),
  }));
  const { values, standardErrors } = crossCorrelations(z, gaussianised);
  const withSource = { value: values.values[0], standardError: standardErrors.values[0], count };
  return { sources, coordinates, rows, withSource };
}

/** Points of each draw whose independence is tested. */
const TESTED = 300;

/** How well FastICA finds sources in the data and in their codes, over independent draws. */
export interface IcaAfterFlow {
  /** the correlation of the worse of two sources with the best component */
  readonly onData: Estimate;
  readonly onCodes: Estimate;
  /** the same of a rotation at random: the mean of the cosine of an angle up to π / 4 */
  readonly atRandom: number;
  /** share of the draws on which it comes to rest */
  readonly settledOnData: number;
  readonly settledOnCodes: number;
  /** share of the draws whose coordinates are dependent by HSIC at 5 %: that much of independent ones, too */
  readonly dependentData: Estimate;
  readonly dependentCodes: Estimate;
}

/**
 * Runs FastICA, from a rotation at random, on draws of a linear mixture of two sources and on their codes by the
 * probability flow.
 *
 * @throws RangeError as encode does, or with fewer than 300 points
 */
export function icaAfterFlow(
  mixture: LinearMixture,
  { draws, count, seed }: { readonly draws: number; readonly count: number; readonly seed: number },
): IcaAfterFlow {
  const runs = Array.from({ length: draws }, (_, k) => {
    const { sources, mixed } = mixture.sample(randomSource(seed, 100 + k), count);
    const { points: z } = encode(mixture.distribution, mixed, { sigmaMin: 1e-3, tolerance: 1e-5 });
    const start = randomOrthogonal(randomSource(seed, 200 + k), 2);
    return [mixed, z].map((points) => {
      const { codes, converged } = fastIca(points, { start, tolerance: 1e-6, maxIterations: 200 });
      const [u, v] = [0, 1].map((j) => matrix(TESTED, 1, column(rowRange(points, 0, TESTED), j)));
      const { pValue } = hsicTest(u, v, { source: randomSource(seed, 300 + k), permutations: 99 });
      return { found: measureRecovery(codes, sources).found, converged, dependent: pValue <= 0.05 ? 1 : 0 };
    });
  });
  const [onData, onCodes] = [0, 1].map((i) => estimateMean(runs.map((run) => run[i].found)));
  const [settledOnData, settledOnCodes] = [0, 1].map((i) => runs.filter((run) => run[i].converged).length / draws);
  const [dependentData, dependentCodes] = [0, 1].map((i) => estimateMean(runs.map((run) => run[i].dependent)));
  const atRandom = (4 / Math.PI) * Math.SQRT1_2;
  return { onData, onCodes, atRandom, settledOnData, settledOnCodes, dependentData, dependentCodes };
}
