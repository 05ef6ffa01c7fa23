import type { Distribution } from "../../diffusion/distribution.js";
import { gaussian, isotropicGaussian } from "../../diffusion/distributions/gaussian.js";
import { gaussianMixture } from "../../diffusion/distributions/mixture.js";
import { diagonal, matrixFromRows, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { threeModes } from "../gauge/examples.js";

/**
 * Makes distributions of the plane whose probability flow is optimal transport, a Gaussian and two round components of
 * one size, and some whose is not: two of different sizes, three round ones, and three long ones in different directions.
 */
export function transportExamples(): Record<string, Distribution> {
  const two = (...variances: number[]) =>
    gaussianMixture(
      [0.4, 0.6],
      [
        [-1, 0],
        [1, 0.5],
      ].map((mean, k) => isotropicGaussian(Float64Array.from(mean), variances[k])),
    );
  const { weights, components } = threeModes(0.15);
  const long = components.map(({ mean }, k) => gaussian(mean, stretched(0.25, 0.05, (k * Math.PI) / 3)));
  return {
    "a Gaussian": gaussian(new Float64Array(2), stretched(2, 0.5, 0.6)),
    "two round components of one size": two(0.15, 0.15),
    "two round components, sizes 2 : 1": two(0.4, 0.1),
    "three round components": threeModes(0.15),
    "three long components": gaussianMixture(weights, long),
  };
}

/** The covariance with these variances along and across the direction at an angle. */
function stretched(along: number, across: number, angle: number): Matrix {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const R = matrixFromRows([
    [c, -s],
    [s, c],
  ]);
  return multiply(multiply(R, diagonal([along, across])), R, { transposeB: true });
}
