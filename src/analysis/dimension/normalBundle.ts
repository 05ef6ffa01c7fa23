import { requirePoints, requirePositive } from "../../diffusion/score.js";
import { matrix, row, type Matrix } from "../../math/matrix.js";
import { normal, type Source } from "../../math/random.js";
import { stackedSingularValues } from "../../math/batchedSpectra.js";
import type { DimensionEstimator } from "./curve.js";
import type { VectorField } from "../../diffusion/distribution.js";
import { overRows } from "../../math/rowBlocks.js";

/** Settings of normalBundle. */
export interface NormalBundleOptions {
  readonly source: Source;
  /** noised copies of each point, per dimension of the space; the paper's 4, or as many as make 100 copies */
  readonly copies?: number;
}

/** Numbers of the scores held at a time: 8 MB. */
const BLOCK_NUMBERS = 2 ** 20;

/**
 * The normal bundle of Stanczuk et al. (arXiv 2212.12611): near a manifold the scores are normal to it, so that those
 * of `copies` · D points x + σ ε span the normal space. From the singular values of these rows, not centred, k = D -
 * argmax_i (s_i - s_{i+1}): an integer from 1 to D - 1. The noise is drawn here, once, the same for every point and σ.
 * It needs k σ far below the radius of curvature, else the mean drift towards the centre is the largest value of all.
 *
 * @throws RangeError if the dimension D is below 2 or copies · D is less than D; the estimator, if x has not D
 * columns, σ is not positive, and as the score does
 */
export function normalBundle(
  field: Pick<VectorField, "dimension" | "score">,
  options: NormalBundleOptions,
): DimensionEstimator {
  const D = field.dimension;
  if (D < 2) throw new RangeError(`normalBundle: D is ${D}, expected a space of at least 2 dimensions`);
  const values = normalSpectrum(field, options);
  return (x, sigma) => {
    const spectra = values(x, sigma);
    return Float64Array.from({ length: x.rows }, (_, n) => D - largestGap(row(spectra, n)));
  };
}

/**
 * The singular values from which the normal bundle is read, each point's divided by its largest, shape [n, D]. It
 * throws as normalBundle does.
 */
export function normalSpectrum(
  { dimension: D, score }: Pick<VectorField, "dimension" | "score">,
  { source, copies = Math.max(4, 100 / D) }: NormalBundleOptions,
): (x: Matrix, sigma: number) => Matrix {
  const count = Math.ceil(copies * D);
  if (!(count >= D)) throw new RangeError(`normalSpectrum: ${copies} copies per dimension, expected at least 1`);
  const noise = normal(source, count, D);
  return (x, sigma) => {
    requirePositive("normalBundle", sigma);
    requirePoints("normalBundle", "x", x, D);
    return overRows(x, Math.max(1, Math.floor(BLOCK_NUMBERS / (count * D))), D, (part) => {
      const spectra = stackedSingularValues(score(noised(part, sigma, noise), sigma), count);
      for (let n = 0; n < part.rows; n++) {
        const values = row(spectra, n),
          largest = values[0];
        for (let i = 0; i < D; i++) values[i] /= largest;
      }
      return spectra;
    });
  };
}

/** Each point plus every row of the noise, one point after the other. */
function noised(x: Matrix, sigma: number, noise: Matrix): Matrix {
  const all = matrix(x.rows * noise.rows, x.cols);
  for (let n = 0, at = 0; n < x.rows; n++)
    for (let i = 0, p = 0; i < noise.rows; i++)
      for (let j = 0; j < x.cols; j++, at++, p++) all.values[at] = x.values[n * x.cols + j] + sigma * noise.values[p];
  return all;
}

/** How many values stand before the largest drop of a decreasing row. */
function largestGap(values: Float64Array): number {
  let best = 1;
  for (let i = 2; i < values.length; i++) if (values[i - 1] - values[i] > values[best - 1] - values[best]) best = i;
  return best;
}
