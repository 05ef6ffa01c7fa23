import { matrix } from "./matrix.js";
import { columnCorrelations } from "./stats.js";

/**
 * Returns the ranks of values, 1 for the least; equal values share the mean of theirs.
 *
 * @throws RangeError if a value is NaN
 */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i] - values[j]);
  const found = new Float64Array(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    if (Number.isNaN(values[order[from]])) throw new RangeError("ranks: a value is NaN, expected numbers");
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let k = from; k < to; k++) found[order[k]] = (from + 1 + to) / 2;
  }
  return found;
}

/**
 * Returns Spearman's rank correlation: Pearson's of the ranks.
 *
 * @throws RangeError if the lengths differ, a value is NaN, or all of one side are equal
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [u, v] = [a, b].map((values) => matrix(values.length, 1, ranks(values)));
  return columnCorrelations(u, v)[0];
}
