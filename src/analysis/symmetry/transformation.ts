import { matrix, row, type Matrix } from "../../math/matrix.js";

/**
 * A one-parameter family of transformations, x → x + ε ξ(x, t), t → t + ε τ. It is a symmetry where it changes L by a
 * total derivative dK/dt alone, K = 0 as a rule.
 */
export interface Transformation {
  readonly name: string;
  /** ξ at one point, shape [d]; 0 without it */
  readonly generator?: (x: Float64Array, t: number) => ArrayLike<number>;
  /** τ, the shift of time; 0 without it */
  readonly time?: number;
  /** K at one point */
  readonly boundary?: (x: Float64Array, t: number) => number;
}

/** The translation of time: its charge is -E, E = p · v - L. */
export const timeTranslation: Transformation = { name: "translation of time", time: 1 };

/** The translation along a vector u: its charge is p · u. */
export function translation(u: ArrayLike<number>): Transformation {
  return { name: "translation", generator: () => u };
}

/**
 * The rotation of the plane of two coordinates: its charge is the angular momentum x_i p_j - x_j p_i.
 *
 * @throws RangeError, with its generator, if i and j are not two coordinates of a state
 */
export function rotation(i = 0, j = 1): Transformation {
  return {
    name: "rotation",
    generator: (x) => {
      requirePlane("rotation", i, j, x.length);
      const turned = new Float64Array(x.length);
      [turned[i], turned[j]] = [-x[j], x[i]];
      return turned;
    },
  };
}

/**
 * The rotation of a bump on a ring of n neurons by any angle: the derivative of the trigonometric polynomial through
 * their activities.
 */
export function bumpRotation(neurons: number): Transformation {
  if (!(Number.isSafeInteger(neurons) && neurons > 2))
    throw new RangeError(`bumpRotation: ${neurons} neurons, expected an integer of 3 or more`);
  const highest = Math.floor((neurons - 1) / 2);
  const kernel = Float64Array.from({ length: neurons }, (_, lag) => {
    let slope = 0;
    for (let k = 1; k <= highest; k++) slope -= (2 * k * Math.sin((2 * Math.PI * k * lag) / neurons)) / neurons;
    return slope;
  });
  return {
    name: "rotation of the bump",
    generator: (x) => x.map((_, i) => x.reduce((total, xj, j) => total - kernel[(i - j + neurons) % neurons] * xj, 0)),
  };
}

/** Throws unless i and j are two coordinates of d. */
export function requirePlane(where: string, i: number, j: number, d: number): void {
  const isCoordinate = (k: number) => Number.isSafeInteger(k) && k >= 0 && k < d;
  if (!isCoordinate(i) || !isCoordinate(j) || i === j)
    throw new RangeError(
      `${where}: the plane of coordinates ${i} and ${j}, expected two different ones from 0 to ${d - 1}`,
    );
}

/** ξ at every state, shape [n, d]. */
export function generatorRows(generator: Transformation["generator"], x: Matrix, t: ArrayLike<number>): Matrix {
  const rows = matrix(x.rows, x.cols);
  if (!generator) return rows;
  for (let n = 0; n < x.rows; n++) {
    const xi = generator(row(x, n), t[n]);
    if (xi.length !== x.cols)
      throw new RangeError(`generator: ${xi.length} coordinates, expected ${x.cols} like the states`);
    row(rows, n).set(xi);
  }
  return rows;
}
