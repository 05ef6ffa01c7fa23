import type { VectorField } from "../../diffusion/distribution.js";
import { isotropicGaussian } from "../../diffusion/distributions/gaussian.js";
import { gaussianMixture, type GaussianMixture } from "../../diffusion/distributions/mixture.js";
import { identity, matrix, scale } from "../../math/matrix.js";
import {
  gaugeField,
  gradientField,
  levelSetRotation,
  linearField,
  orthogonalField,
  quadraticPotential,
  rotation90,
  scaledPotential,
} from "./fields.js";
import { wavePotential } from "./ridge.js";

/** Makes a mixture of three Gaussians of one variance in the plane, of weights 0.5, 0.3 and 0.2. */
export function threeModes(variance: number): GaussianMixture {
  const means = [
    [-1.5, 0],
    [1.5, 0.5],
    [0, -1.5],
  ];
  return gaussianMixture(
    [0.5, 0.3, 0.2],
    means.map((mean) => isotropicGaussian(Float64Array.from(mean), variance)),
  );
}

/** The potential q = 0.3 x₁ + 0.2 x₁ x₂ */
export const exampleQuadratic = quadraticPotential({
  linear: [0.3, 0],
  quadratic: matrix(2, 2, Float64Array.of(0, 0.2, 0.2, 0)),
});

/** The potential φ = sin x₁ + 0.7 sin (0.6 x₁ + 0.8 x₂ + 1) */
export const exampleWaves = wavePotential(matrix(2, 2, Float64Array.of(1, 0, 0.6, 0.8)), [0, 1], [1, 0.7]);

/** Fields to add to a score of the plane: three gauge fields, then three that are none. */
export type ExampleFields = Readonly<
  Record<
    "2 J s" | "p^(1/4) J s" | "J (∇q + q s)" | "α² J x: ∇·r = 0" | "q J s: r·s = 0" | "α² ∇φ: a gradient",
    VectorField
  >
>;

/**
 * Makes examples of what may be added to the score of a density of the plane (Horvat and Pfister, arXiv 2402.03845,
 * section 4) and of what may not: either of the two conditions ∇ · r = 0 and r · s = 0 alone, and a gradient. q is
 * `exampleQuadratic`. What would grow without bound at large σ is scaled by α = 1 / √(1 + σ²), as in a
 * variance-preserving process: J x by α², q and φ as scaledPotential does.
 */
export function exampleFields(p: GaussianMixture): ExampleFields {
  const q = scaledPotential(exampleQuadratic);
  const bend = wavePotential(identity(2), [0, -Math.PI / 2], [0.3, 0.15]);
  const root = { value: (logP: number) => Math.exp(logP / 4), slope: (logP: number) => Math.exp(logP / 4) / 4 };
  return {
    "2 J s": gaugeField(p, scale(rotation90, 2)),
    "p^(1/4) J s": levelSetRotation(p, rotation90, root),
    "J (∇q + q s)": gaugeField(p, rotation90, q),
    "α² J x: ∇·r = 0": linearField((sigma) => scale(rotation90, 1 / (1 + sigma ** 2))),
    "q J s: r·s = 0": orthogonalField(p, rotation90, q),
    "α² ∇φ: a gradient": gradientField(scaledPotential(bend)),
  };
}
