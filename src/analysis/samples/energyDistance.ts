import type { Estimate, InfluenceEstimate } from "../../math/estimate.js";
import { addToRows, requireColumns, requireSameShape, squaredLengths, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { rowRange } from "../../math/rowBlocks.js";
import { columnMeans, mean, standardError } from "../../math/stats.js";

/** The energy distance of one set of samples to a reference, with its standard error over the samples. */
export interface EnergyScore extends Estimate, InfluenceEstimate {
  /** the distance of this set less that of the first one, of the same seeds */
  readonly change: Estimate;
}

/**
 * Returns the energy distances (Székely and Rizzo 2013) of several sets, each of shape [n, d], to the points of a
 * reference, shape [N, d],
 *
 *     2 E ‖X - Y‖ - E ‖X - X'‖ - E ‖Y - Y'‖,
 *
 * which is 0 for equal distributions alone, where a Fréchet distance sees two moments. Pairs of a point with itself are
 * left out, so that the mean over draws of both is the distance itself, whatever n and N are: one of a set from the same
 * distribution as the reference can be below 0. Row n of every set was made from the same seed. The standard errors are
 * those of the infinitesimal jackknife over the samples, the reference as given. Work n (n + N) d for each set.
 *
 * @throws RangeError if there is no set, the sets differ in shape, or a set or the reference has fewer than two points
 */
export function compareEnergy(sets: readonly Matrix[], reference: Matrix): EnergyScore[] {
  if (sets.length === 0) throw new RangeError("compareEnergy: no sets, expected at least one");
  for (const set of sets) requireSameShape("compareEnergy", set, sets[0]);
  requireColumns("compareEnergy", "the reference", reference, sets[0].cols);
  for (const [name, { rows }] of [
    ["a set", sets[0]],
    ["the reference", reference],
  ] as const)
    if (rows < 2) throw new RangeError(`compareEnergy: ${name} of ${rows} points, expected at least 2`);
  const centre = columnMeans(reference); // the smaller the points, the less is rounded
  const data = addToRows(reference, centre, -1);
  const own = mean(meanDistances(data, data)) * withoutItself(data);
  const scores = sets.map((set) => {
    const x = addToRows(set, centre, -1);
    const [across, within] = [meanDistances(x, data), meanDistances(x, x).map((value) => value * withoutItself(x))];
    const each = across.map((value, n) => 2 * (value - within[n]));
    const centred = mean(each);
    return { value: 2 * mean(across) - mean(within) - own, influence: each.map((value) => value - centred) };
  });
  return scores.map(({ value, influence }, i) => ({
    value,
    standardError: standardError(influence),
    count: influence.length,
    influence,
    change: {
      value: value - scores[0].value,
      standardError: i === 0 ? 0 : standardError(influence.map((one, n) => one - scores[0].influence[n])),
      count: influence.length,
    },
  }));
}

/**
 * Adds to results the energy distance of the features of their samples to those of a reference; changes are those from
 * the first one.
 *
 * @throws RangeError as compareEnergy does
 */
export function withEnergy<Result extends { readonly samples: Matrix }>(
  results: readonly Result[],
  features: (images: Matrix) => Matrix,
  reference: Matrix,
): (Result & { readonly energy: EnergyScore })[] {
  const scores = compareEnergy(
    results.map(({ samples }) => features(samples)),
    features(reference),
  );
  return results.map((result, i) => ({ ...result, energy: scores[i] }));
}

const withoutItself = ({ rows }: Matrix): number => rows / (rows - 1);

/** Distances held at a time: 16 MB. */
const DISTANCES = 2 ** 21;

/** The mean distance of every row of x to the rows of y. */
function meanDistances(x: Matrix, y: Matrix): Float64Array {
  const means = new Float64Array(x.rows);
  const [ofX, ofY] = [squaredLengths(x), squaredLengths(y)];
  const size = Math.max(1, Math.floor(DISTANCES / y.rows));
  for (let from = 0; from < x.rows; from += size) {
    const part = rowRange(x, from, Math.min(from + size, x.rows));
    const { values } = multiply(part, y, { transposeB: true });
    for (let n = from, at = 0; n < from + part.rows; n++) {
      let sum = 0;
      for (let i = 0; i < y.rows; i++, at++) sum += Math.sqrt(Math.max(0, ofX[n] + ofY[i] - 2 * values[at]));
      means[n] = sum / y.rows;
    }
  }
  return means;
}
