import type { Distribution } from "../../diffusion/distribution.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { row, scaleRows, squaredLengths, type Matrix } from "../../math/matrix.js";
import { softmaxRows } from "../../math/logSumExp.js";
import { quantiles } from "../../math/stats.js";

/** Settings of imageJudge. */
export interface JudgeOptions {
  /** gives numbers of each class, shape [n, classes] */
  readonly classifier: { readonly logits: (images: Matrix) => Matrix };
  /** judges typicality by its log density at the level */
  readonly density: Pick<Distribution, "logDensity">;
  readonly sigma: number;
  /** real images that neither saw */
  readonly real: Matrix;
}

/** What a judge says of images, one number each. */
export interface Judgement {
  /** the likeliest class */
  readonly label: Uint8Array;
  /** the probability of the likeliest class */
  readonly confidence: Float64Array;
  /** the log density less the median of real images, for each pixel in nats */
  readonly logDensity: Float64Array;
  /** 1 if the log density is in the central 99 % of real images, else 0 */
  readonly typical: Float64Array;
  /** 1 if it is so and the likeliest class has 0.95 or more, else 0 */
  readonly realistic: Float64Array;
}

/** The same as averages over the images. */
export type JudgementRow = { readonly [Field in Exclude<keyof Judgement, "label">]: Estimate };

/**
 * Returns a judge of images: a classifier that has to be sure, and a density under which they have to be neither less
 * nor more likely than real ones, as a blurred mean is.
 *
 * The judge throws RangeError as the classifier and the density do.
 */
export function imageJudge({ classifier, density, sigma, real }: JudgeOptions): (images: Matrix) => Judgement {
  const [low, median, high] = quantiles(density.logDensity(real, sigma), [0.005, 0.5, 0.995]);
  return (images) => {
    const probabilities = softmaxRows(classifier.logits(images));
    const confidence = Float64Array.from({ length: images.rows }, (_, n) => Math.max(...row(probabilities, n)));
    const logs = density.logDensity(images, sigma);
    const typical = logs.map((log) => (log >= low && log <= high ? 1 : 0));
    return {
      label: Uint8Array.from(confidence, (largest, n) => row(probabilities, n).indexOf(largest)),
      confidence,
      logDensity: logs.map((log) => (log - median) / images.cols),
      typical,
      realistic: typical.map((one, n) => (one === 1 && confidence[n] >= 0.95 ? 1 : 0)),
    };
  };
}

/** Returns the averages of a judgement with their standard errors. */
export function judgementRow({ confidence, logDensity, typical, realistic }: Judgement): JudgementRow {
  return {
    confidence: estimateMean(confidence),
    logDensity: estimateMean(logDensity),
    typical: estimateMean(typical),
    realistic: estimateMean(realistic),
  };
}

/**
 * Returns every row of codes, shape [n, d], at the length `factor` √d: 1 is the length of a typical point of N(0, I).
 *
 * @throws RangeError if the factor is not a finite number of at least 0, or a row is 0
 */
export function codesOfLength(z: Matrix, factor: number): Matrix {
  if (!(factor >= 0 && factor < Infinity))
    throw new RangeError(`codesOfLength: the factor is ${factor}, expected a finite number of at least 0`);
  return scaleRows(
    z,
    squaredLengths(z).map((square, n) => {
      if (square === 0) throw new RangeError(`codesOfLength: row ${n} is 0, expected a code that has a direction`);
      return factor * Math.sqrt(z.cols / square);
    }),
  );
}
