import type { BootstrapOptions, Estimate } from "../../math/estimate.js";
import type { Matrix } from "../../math/matrix.js";
import { last } from "../../math/ode.js";
import type { Source } from "../../math/random.js";
import {
  commitmentOrder,
  commitments,
  levelsOf,
  orderByChance,
  type Commitment,
  type CommitmentOrder,
} from "./commitment.js";
import { classElement, elementGroups, strokeElements, varianceBetween } from "./elements.js";

/** Endpoint estimates along trajectories, the images they are to be like, and a classifier of these. */
export interface JudgedPath {
  readonly data: { readonly images: Matrix; readonly labels: ArrayLike<number> };
  readonly judge: { readonly logits: (images: Matrix) => Matrix };
  /** at falling noise levels, shape [n, d] each; the last ones are the final images */
  readonly denoised: readonly Matrix[];
}

/** When the class and the elements of strokes commit, and how their order goes with their variances. */
export interface ElementStudy extends CommitmentOrder {
  /** the shares of the images' variance between classes, or between tenths of an element's range */
  readonly variances: readonly number[];
  readonly elements: readonly Commitment[];
  /** the share of permutations of the variances in as good an order */
  readonly chance: number;
  /** the rank correlation of the variances with the levels at which the elements emerge */
  readonly emergence: Estimate;
}

/**
 * Measures when the class and the elements of strokes are decided along trajectories, against their variances in the
 * data.
 *
 * @param source of the permutations of the variances
 * @throws RangeError as commitments and varianceBetween do
 */
export function elementStudy(
  { data, judge, denoised }: JudgedPath,
  sigmas: ArrayLike<number>,
  resampling: BootstrapOptions,
  source: Source,
): ElementStudy {
  const kinds = [classElement(judge), ...strokeElements()];
  const variances = kinds.map((kind) =>
    varianceBetween(data.images, kind.name === "class" ? data.labels : elementGroups(kind, data.images)),
  );
  const elements = commitments(kinds, denoised, sigmas, last(denoised), resampling);
  const levels = levelsOf(elements, "commits").map(({ value }) => value);
  return {
    variances,
    elements,
    chance: orderByChance(variances, levels, { source }),
    emergence: commitmentOrder(elements, variances, "emerges").rankCorrelation,
    ...commitmentOrder(elements, variances, "commits"),
  };
}
