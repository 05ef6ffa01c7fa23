import type { Estimate } from "../../math/estimate.js";
import { column, matrix, takeRows, type Matrix } from "../../math/matrix.js";
import { randomSource } from "../../math/random.js";
import { amariIndex } from "./amari.js";
import { crossCorrelations, squareCorrelation } from "./correlation.js";
import { distanceCorrelationTest } from "./distanceCorrelation.js";
import { gaussianise } from "./gaussianise.js";
import { hsicTest } from "./hsic.js";
import { mutualInformation } from "./mutualInformation.js";

/** The dependence that is left between two coordinates of a representation. */
export interface Dependence {
  /** of the squares */
  readonly squares: Estimate;
  /** in nats */
  readonly mutualInformation: Estimate;
  /** Hilbert and Schmidt's criterion times the number of points, and the p-value of independence by it */
  readonly hsic: number;
  readonly hsicP: number;
  /** distance correlation, and the p-value of independence by it */
  readonly distance: number;
  readonly distanceP: number;
}

/** Settings of measureDependence. */
export interface DependenceOptions {
  readonly seed: number;
  /** the first so many points, for measures whose work grows with their square; default 600 */
  readonly points?: number;
  readonly permutations?: number;
}

/**
 * Measures the dependence between the first two coordinates of points, shape [n, d], by four measures: correlations of
 * squares over all points, the others over the first of them.
 *
 * @throws RangeError as the measures do
 */
export function measureDependence(
  codes: Matrix,
  { seed, points = 600, permutations = 200 }: DependenceOptions,
): Dependence {
  const few = takeRows(codes, [...Array(Math.min(points, codes.rows)).keys()]);
  const [u, v] = [0, 1].map((j) => matrix(few.rows, 1, column(few, j)));
  const hsic = hsicTest(u, v, { source: randomSource(seed, 1), permutations });
  const distance = distanceCorrelationTest(u, v, { source: randomSource(seed, 2), permutations });
  return {
    squares: squareCorrelation(codes),
    mutualInformation: mutualInformation(u, v),
    hsic: hsic.value * few.rows,
    hsicP: hsic.pValue,
    distance: distance.value,
    distanceP: distance.pValue,
  };
}

/** How well a representation finds the sources of its data. */
export interface Recovery {
  /** Amari's index of the correlations of codes and sources, each as N(0, 1) by itself */
  readonly amari: number;
  /** the least over the sources of the largest |correlation| with a code: 1 if each source is a code */
  readonly found: number;
}

/**
 * Measures how well codes, shape [n, d], are the sources of the same points up to order, sign and a monotone function of
 * each: both are made N(0, 1) coordinate by coordinate.
 *
 * @throws RangeError if the shapes differ or as amariIndex does
 */
export function measureRecovery(codes: Matrix, sources: Matrix): Recovery {
  const { values: P } = crossCorrelations(gaussianise(codes), gaussianise(sources));
  const best = Array.from({ length: P.cols }, (_, j) => Math.max(...column(P, j).map(Math.abs)));
  return { amari: amariIndex(P), found: Math.min(...best) };
}
