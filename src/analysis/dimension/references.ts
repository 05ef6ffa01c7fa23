import { gaussian } from "../../diffusion/distributions/gaussian.js";
import { diagonal, matrix, type Matrix } from "../../math/matrix.js";
import { flipd } from "./flipd.js";
import { exactSphere } from "./manifolds.js";

/** A value of FLIPD known from a closed form, beside that of `flipd`. */
export interface FlipdReference {
  readonly on: string;
  readonly sigma: number;
  /** the value, with all the decimals that are known of it */
  readonly reference: string;
  readonly seen: number;
  /** `seen` less the reference, in units of its last decimal */
  readonly error: number;
  /** `seen` less k - k (k - 2) σ² / 4, of the order of σ⁴ on a unit sphere */
  readonly beyondExpansion: number | null;
}

/** k, D, σ and the value on the unit sphere. */
const onSpheres = [
  [1, 3, 0.1, "1.0025"],
  [1, 3, 0.01, "1.0000"],
  [2, 5, 0.1, "2.0000"],
  [2, 5, 0.01, "2.0000"],
  [10, 100, 0.1, "9.798"],
  [10, 100, 0.01, "9.998"],
  [50, 100, 0.1, "44.03"],
  [50, 100, 0.01, "49.94"],
] as const;

/** σ and the value at (0.7, -0.3) on N(0, I) of a plane. */
const onPlane = [
  [0.5, "1.6928"],
  [0.1, "1.98588"],
  [0.01, "1.999858"],
] as const;

/**
 * Evaluates FLIPD at a random point of spheres of 1 to 50 dimensions and at a point of a Gaussian plane in 5
 * dimensions, beside its values by the closed forms of their noised densities (SciPy).
 */
export function flipdReferences({ seed }: { readonly seed: number }): FlipdReference[] {
  const plane = flipd(gaussian(new Float64Array(5), diagonal([1, 1, 0, 0, 0])));
  const place = matrix(1, 5, Float64Array.of(0.7, -0.3, 0, 0, 0));
  return [
    ...onSpheres.map(([k, D, sigma, reference]) => {
      const { name, p, x } = exactSphere(k, D, { seed, count: 1 });
      const [seen] = flipd(p)(x, sigma);
      const beyondExpansion = seen - k + (k * (k - 2) * sigma ** 2) / 4;
      return { on: name, sigma, reference, seen, error: inLastDecimal(seen, reference), beyondExpansion };
    }),
    ...onPlane.map(([sigma, reference]) => {
      const [seen] = plane(place, sigma);
      const error = inLastDecimal(seen, reference);
      return { on: "plane, x = (0.7, -0.3)", sigma, reference, seen, error, beyondExpansion: null };
    }),
  ];
}

const inLastDecimal = (seen: number, reference: string) =>
  (seen - Number(reference)) * 10 ** reference.split(".")[1].length;

/**
 * Values of LIDL of the lollipop with the paper's eight levels from 0.01 to 0.1 at six places, by the closed form of
 * its noised density (normal and noncentral χ² distribution functions, SciPy): on the candy, the stick and the dot, at
 * 0.1 from the edge, at the junction, and at the end of the stick.
 */
export const lollipopReferences: { readonly places: Matrix; readonly lidl: readonly number[] } = {
  places: matrix(6, 2, Float64Array.of(3.3, 3, 1.9, 1.9, 0, 0, 3.9, 3, 3 - Math.SQRT1_2, 3 - Math.SQRT1_2, 1.5, 1.5)),
  lidl: [2, 1, 0, 1.9323, 1.059, 1],
};
