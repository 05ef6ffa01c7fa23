import { matrix, type Matrix } from "./matrix.js";
import { normal, type Source } from "./random.js";
import { svd } from "./svd.js";

/**
 * A random antisymmetric matrix, shape [d, d], of the spectral norm `size`: the difference of a matrix of normal draws
 * and its transpose.
 *
 * @throws RangeError if d is not an integer of at least 2, or the size is negative or not finite
 */
export function randomAntisymmetric(source: Source, d: number, size = 1): Matrix {
  if (!(Number.isSafeInteger(d) && d >= 2))
    throw new RangeError(`randomAntisymmetric: d is ${d}, expected an integer of at least 2`);
  if (!(size >= 0 && size < Infinity))
    throw new RangeError(`randomAntisymmetric: the size is ${size}, expected a finite number of at least 0`);
  const { values } = normal(source, d, d);
  const K = matrix(
    d,
    d,
    values.map((value, i) => value - values[(i % d) * d + Math.floor(i / d)]),
  );
  const factor = size / svd(K).values[0];
  return { ...K, values: K.values.map((value) => factor * value) };
}

/**
 * The generator of rotations in the plane of coordinates i and j of d dimensions, e_j e_iᵀ - e_i e_jᵀ: it turns e_i to
 * e_j.
 *
 * @throws RangeError if i and j are not two different coordinates
 */
export function rotationGenerator(d: number, i = 0, j = 1): Matrix {
  for (const coordinate of [i, j])
    if (!(Number.isSafeInteger(coordinate) && coordinate >= 0 && coordinate < d))
      throw new RangeError(
        `rotationGenerator: coordinate ${coordinate} of ${d} dimensions, expected an integer from 0 to ${d - 1}`,
      );
  if (i === j) throw new RangeError(`rotationGenerator: both coordinates are ${i}, expected two different ones`);
  const K = matrix(d, d);
  K.values[j * d + i] = 1;
  K.values[i * d + j] = -1;
  return K;
}
