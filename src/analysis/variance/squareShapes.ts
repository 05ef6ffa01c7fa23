import { bootstrapEstimate, estimateMean, meanWithInfluence, type Estimate } from "../../math/estimate.js";
import { matrix, type Matrix } from "../../math/matrix.js";
import { randomSource } from "../../math/random.js";
import { regionMass, requireSamples, squareRegions } from "./gapFilling.js";

/** Where samples about four points at the corners of a square lie; errors are over models. */
export interface SquareShape {
  /** the mass within 0.25 of a point */
  readonly data: Estimate;
  /** within 0.2 of the middle of an edge, of the point half-way to the centre, and of the centre */
  readonly edge: Estimate;
  readonly diagonal: Estimate;
  readonly centre: Estimate;
  /** e / (e + centre), e the edges' mass for each of their four discs: 1 of a square, 0 of a cross, ½ of a uniform density */
  readonly index: Estimate;
}

/** Measures whether models fill the edges of a square of four training points, shape [4, 2], or its diagonals. */
export function squareShape(samples: readonly Matrix[], corners: Matrix): SquareShape {
  const regions = squareRegions(corners);
  const masses = (name: keyof typeof regions) => Float64Array.from(samples, (x) => regionMass(x, regions[name]));
  const [edge, centre] = [masses("edge"), masses("centre")];
  return {
    data: estimateMean(masses("data")),
    edge: estimateMean(edge),
    diagonal: estimateMean(masses("diagonal")),
    centre: estimateMean(centre),
    index: bootstrapEstimate([edge, centre].map(meanWithInfluence), ([e, c]) => e / (e + 4 * c), {
      source: randomSource(1),
      resamples: 500,
    }),
  };
}

/** The mean density of several models' samples on a grid of cells in the plane. */
export interface PlaneHistogram {
  /** centres of the cells */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** shape [y, x] */
  readonly density: Matrix;
}

/**
 * Averages histograms of samples in the plane over models, on size × size cells of [-extent, extent]².
 *
 * @throws RangeError if there are no samples, one is NaN, they are not in the plane, or there are no cells
 */
export function planeHistogram(samples: readonly Matrix[], { extent = 1.5, size = 60 } = {}): PlaneHistogram {
  if (samples.length === 0) throw new RangeError("planeHistogram: samples of no models, expected at least one");
  if (!(Number.isSafeInteger(size) && size > 0 && extent > 0))
    throw new RangeError(`planeHistogram: ${size} cells within ±${extent}, expected a positive number of both`);
  for (const x of samples) {
    if (x.cols !== 2) throw new RangeError(`planeHistogram: samples in ${x.cols} dimensions, expected the plane`);
    requireSamples("planeHistogram", x);
  }
  const density = matrix(size, size);
  const width = (2 * extent) / size;
  for (const { rows, values } of samples)
    for (let n = 0; n < rows; n++) {
      const [i, j] = [0, 1].map((axis) => Math.floor((values[2 * n + axis] + extent) / width));
      if (i >= 0 && i < size && j >= 0 && j < size)
        density.values[j * size + i] += 1 / (samples.length * rows * width ** 2);
    }
  const centres = Float64Array.from({ length: size }, (_, i) => -extent + (i + 0.5) * width);
  return { x: centres, y: centres, density };
}
