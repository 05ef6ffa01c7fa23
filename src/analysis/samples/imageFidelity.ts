import { karrasSigmas } from "../../diffusion/sampling/noiseLevels.js";
import { sample } from "../../diffusion/sampling/sampler.js";
import type { VectorField } from "../../diffusion/distribution.js";
import { estimateMean, sumEstimates, type Estimate } from "../../math/estimate.js";
import { row, scale, takeRows, type Matrix } from "../../math/matrix.js";
import { normal, permutation, type Source } from "../../math/random.js";
import { meanAndCovariance } from "./frechet.js";
import { compareFrechet, type FrechetScore } from "./quality.js";

/** What samplers ask of a field. */
type Sampled = Pick<VectorField, "denoiser" | "dimension">;

/** A field for each class, as a network that was trained with labels has. */
export interface ClassFields {
  readonly classes: number;
  /** the field of a class for each row of the points, guided by D_w = D_0 + w (D_c - D_0), w = 1 without guidance */
  conditional(labels: ArrayLike<number>, options?: { readonly guidance?: number }): Sampled;
}

/** What tells images apart. */
export interface ImageClassifier {
  /** numbers of each class by which the largest is chosen, shape [n, classes] */
  logits(images: Matrix): Matrix;
  /** what Fréchet distances are measured in, shape [n, f] */
  features(images: Matrix): Matrix;
}

/** Images and the class that each of them is, or was made for. */
export interface ImagesAndLabels {
  /** shape [n, d] */
  readonly images: Matrix;
  /** shape [n] */
  readonly labels: ArrayLike<number>;
}

/** Settings of drawSamples and classSamples. */
export interface SampleOptions {
  readonly count: number;
  readonly source: Source;
  /** of Heun's method on the levels of Karras et al. (arXiv 2206.00364) from σ = 80; default 18 */
  readonly steps?: number;
}

/** Draws samples of a field, shape [count, d]: the same noise for the same source, whatever the field is. */
export function drawSamples(field: Sampled, { count, source, steps = 18 }: SampleOptions): Matrix {
  const sigmas = karrasSigmas(steps);
  let x = scale(normal(source, count, field.dimension), sigmas[0]);
  for (const state of sample(field, x, sigmas)) x = state;
  return x;
}

/**
 * Draws samples of a network's classes, which take turns: the n-th image is of class n modulo their number.
 *
 * @throws RangeError as `conditional` does
 */
export function classSamples(
  net: ClassFields,
  { count, guidance, ...options }: SampleOptions & { readonly guidance?: number },
): ImagesAndLabels {
  const labels = Uint8Array.from({ length: count }, (_, n) => n % net.classes);
  return { images: drawSamples(net.conditional(labels, { guidance }), { count, ...options }), labels };
}

/** Settings of imageFidelity. */
export interface FidelityOptions {
  readonly classifier: ImageClassifier;
  /** the data to which distances are measured */
  readonly train: Matrix;
  /** images that were not trained on, in sets of as many as there are samples: what remains of a division is left out */
  readonly test: Matrix;
  readonly source: Source;
}

/** How near samples come to the data. */
export interface ImageFidelity {
  /** the squared Fréchet distance of the samples' features to those of the training data */
  readonly frechet: FrechetScore;
  /** the same of as many real images, the mean over all sets of them: what a perfect network would have */
  readonly real: Estimate;
  /** share of the samples in whose class the classifier agrees; none without labels */
  readonly accuracy?: Estimate;
}

/**
 * Measures sets of samples, all of one size, beside as many real images.
 *
 * @throws RangeError as compareFrechet does, or if there are fewer test images than samples
 */
export function imageFidelity({
  classifier,
  train,
  test,
  source,
}: FidelityOptions): (sets: readonly (Matrix | ImagesAndLabels)[]) => ImageFidelity[] {
  const reference = meanAndCovariance(classifier.features(train));
  const order = permutation(source, test.rows);
  return (sets) => {
    const images = sets.map((set) => ("images" in set ? set.images : set));
    const count = images[0]?.rows ?? 0;
    if (count > test.rows)
      throw new RangeError(`imageFidelity: ${test.rows} test images, expected at least ${count}, one for each sample`);
    const real = Array.from({ length: Math.floor(test.rows / count) }, (_, i) =>
      takeRows(test, order.subarray(i * count, (i + 1) * count)),
    );
    const scores = compareFrechet([...images, ...real].map(classifier.features), reference);
    const all = sumEstimates(scores.slice(sets.length));
    const floor = { value: all.value / real.length, standardError: all.standardError / real.length };
    return sets.map((set, i) => ({
      frechet: scores[i],
      real: floor,
      ...("images" in set && { accuracy: classAgreement(classifier, set) }),
    }));
  };
}

/** Returns the share of the images whose class has the largest logit. */
export function classAgreement(
  { logits }: Pick<ImageClassifier, "logits">,
  { images, labels }: ImagesAndLabels,
): Estimate {
  const found = logits(images);
  return estimateMean(
    Float64Array.from({ length: images.rows }, (_, n) => {
      const own = row(found, n);
      return own.indexOf(Math.max(...own)) === labels[n] ? 1 : 0;
    }),
  );
}
