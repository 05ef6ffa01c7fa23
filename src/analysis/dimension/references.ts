import { gaussian } from "../../diffusion/distributions/gaussian.js";
import { diagonal, matrix, type Matrix } from "../../math/matrix.js";
import { flipd } from "./flipd.js";
import { exactSphere } from "./manifolds.js";

/** A value of FLIPD that is known from a closed form, rounded, and what `flipd` gives. */
export interface FlipdReference {
  readonly on: string;
  readonly sigma: number;
  readonly reference: number;
  /** one unit of the reference's last decimal */
  readonly unit: number;
  readonly seen: number;
  /** k - k (k - 2) σ² / 4 on a unit sphere */
  readonly expansion: number | null;
}

/** k, D, σ, the value on the unit sphere and its unit. */
const onSpheres = [
  [1, 3, 0.1, 1.0025, 1e-4],
  [1, 3, 0.01, 1, 1e-4],
  [2, 5, 0.1, 2, 1e-4],
  [2, 5, 0.01, 2, 1e-4],
  [10, 100, 0.1, 9.798, 1e-3],
  [10, 100, 0.01, 9.998, 1e-3],
  [50, 100, 0.1, 44.03, 1e-2],
  [50, 100, 0.01, 49.94, 1e-2],
] as const;

/** σ, the value at (0.7, -0.3) on N(0, I) of a plane and its unit. */
const onPlane = [
  [0.5, 1.6928, 1e-4],
  [0.1, 1.98588, 1e-5],
  [0.01, 1.999858, 1e-6],
] as const;

/**
 * FLIPD at a random point of spheres of 1 to 50 dimensions and at a point of a Gaussian plane in 5 dimensions, beside its
 * values by the closed forms of their noised densities (SciPy).
 */
export function flipdReferences({ seed }: { seed: number }): FlipdReference[] {
  const plane = flipd(gaussian(new Float64Array(5), diagonal([1, 1, 0, 0, 0])));
  return [
    ...onSpheres.map(([k, D, sigma, reference, unit]) => {
      const { name, p, x } = exactSphere(k, D, { seed, count: 1 });
      return {
        on: name,
        sigma,
        reference,
        unit,
        seen: flipd(p)(x, sigma)[0],
        expansion: k - (k * (k - 2) * sigma ** 2) / 4,
      };
    }),
    ...onPlane.map(([sigma, reference, unit]) => ({
      on: "plane, x = (0.7, -0.3)",
      sigma,
      reference,
      unit,
      seen: plane(matrix(1, 5, Float64Array.of(0.7, -0.3, 0, 0, 0)), sigma)[0],
      expansion: null,
    })),
  ];
}

/**
 * LIDL of the lollipop with the paper's eight levels from 0.01 to 0.1 at six places, by the closed form of its noised
 * density (normal and noncentral χ² distribution functions, SciPy): on the candy, the stick and the dot, at 0.1 from the
 * edge, at the junction, and at the end of the stick.
 */
export const lollipopReferences: { readonly places: Matrix; readonly lidl: readonly number[] } = {
  places: matrix(6, 2, Float64Array.of(3.3, 3, 1.9, 1.9, 0, 0, 3.9, 3, 3 - Math.SQRT1_2, 3 - Math.SQRT1_2, 1.5, 1.5)),
  lidl: [2, 1, 0, 1.9323, 1.059, 1],
};
