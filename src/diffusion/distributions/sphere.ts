import { besselRatio, logBesselI, scaledBesselI } from "../../math/bessel.js";
import { matrix, requireSameShape, type Matrix } from "../../math/matrix.js";
import { logGamma } from "../../math/special.js";
import type { Divergence, JacobianProduct } from "../jacobian.js";
import { requirePoints, requirePositive, requireSigma, type Denoiser, type LogDensity, type Score } from "../score.js";

/*
 * The uniform distribution on a sphere, in the first n = dimension + 1 coordinates of a space, everywhere else 0.
 * Noised, the posterior of x_0 is a von Mises–Fisher density, so that with x_∥ the first n coordinates of x, ρ = ‖x_∥‖,
 * v = σ² + width² and κ = Rρ/v
 *
 *     s = -x / v + (R A_n(κ) / ρ) x_∥ / v,   A_n = I_{n/2} / I_{n/2-1},   A_n' = 1 - A_n² - (n - 1) A_n / κ
 *
 * Each function throws RangeError if the sphere is none; what it returns throws if x has not `ambient` columns or holds
 * a value that is not finite, or if v = 0.
 */
export interface Sphere {
  /** of the sphere itself: 1 is a circle, 2 the surface of a ball */
  readonly dimension: number;
  /** d, the dimension of the space; dimension + 1 without it */
  readonly ambient?: number;
  /** R, in the unit of x; 1 without it */
  readonly radius?: number;
  /** standard deviation of Gaussian noise that the data themselves have, in every direction; 0 without it */
  readonly width?: number;
}

/** A circle in the plane, the limit of a ring of many points. */
export function circle(radius = 1, width = 0): Sphere {
  return { dimension: 1, ambient: 2, radius, width };
}

/** s(x, σ) of points on a sphere. */
export function sphereScore(sphere: Sphere): Score {
  const at = geometry("sphereScore", sphere);
  return (x, sigma) =>
    overPoints(
      x,
      (xn, result) => {
        const { n, v, pull } = at(xn, sigma);
        xn.forEach((value, j) => (result[j] = (((j < n ? pull : 0) - 1) * value) / v));
      },
      at.check(x, sigma),
    );
}

/** D(x, σ), for a width of 0 R A_n(κ) x_∥ / ρ. */
export function sphereDenoiser(sphere: Sphere): Denoiser {
  const at = geometry("sphereDenoiser", sphere);
  return (x, sigma) =>
    overPoints(
      x,
      (xn, result) => {
        const { n, v, pull } = at(xn, sigma);
        const own = 1 - sigma ** 2 / v; // exactly 0 without width
        xn.forEach((value, j) => (result[j] = (own + (j < n ? (1 - own) * pull : 0)) * value));
      },
      at.check(x, sigma),
    );
}

/** log p = -(ρ² + R² + ‖x_⊥‖²) / 2v - d/2 log 2πv + log [Γ(n/2) (2/κ)^{n/2-1} I_{n/2-1}(κ)]. */
export function sphereLogDensity(sphere: Sphere): LogDensity {
  const at = geometry("sphereLogDensity", sphere);
  return (x, sigma) => {
    const logs = overPoints(
      x,
      (xn, result) => {
        const { n, v, rho, radius, kappa } = at(xn, sigma);
        const order = n / 2 - 1;
        const scaled = scaledBesselI(order, kappa);
        const logBessel = scaled > 0 ? Math.log(scaled) : logBesselI(order, kappa) - kappa; // of e^{-κ} I
        const onSphere = kappa === 0 ? 0 : logBessel + logGamma(n / 2) + order * Math.log(2 / kappa);
        const beyond = xn.subarray(n).reduce((sum, value) => sum + value ** 2, 0);
        result[0] = onSphere - ((rho - radius) ** 2 + beyond) / (2 * v) - (xn.length / 2) * Math.log(2 * Math.PI * v); // the -κ completes the square
      },
      { ...at.check(x, sigma), cols: 1 },
    );
    return logs.values;
  };
}

/** The Jacobian has one eigenvalue along x_∥, one across it on the sphere's coordinates, and -1/v outside. */
export function sphereJacobianProduct(sphere: Sphere): JacobianProduct {
  const at = geometry("sphereJacobianProduct", sphere);
  return (x, sigma, v) => {
    requireSameShape("sphereJacobianProduct", x, v);
    return overPoints(
      x,
      (xn, result, row) => {
        const { n, v: variance, rho, radial, across } = at(xn, sigma);
        const vn = v.values.subarray(row * x.cols, (row + 1) * x.cols);
        let along = 0; // (v · x_∥) / ρ²
        if (rho > 0) for (let j = 0; j < n; j++) along += (vn[j] * xn[j]) / rho ** 2;
        vn.forEach(
          (value, j) => (result[j] = j < n ? across * value + (radial - across) * along * xn[j] : -value / variance),
        );
      },
      at.check(x, sigma),
    );
  };
}

/** ∇ · s: the sum of the Jacobian's eigenvalues. */
export function sphereDivergence(sphere: Sphere): Divergence {
  const at = geometry("sphereDivergence", sphere);
  return (x, sigma) =>
    overPoints(
      x,
      (xn, result) => {
        const { n, v, radial, across } = at(xn, sigma);
        result[0] = radial + (n - 1) * across - (xn.length - n) / v;
      },
      { ...at.check(x, sigma), cols: 1 },
    ).values;
}

function geometry(where: string, { dimension, ambient = dimension + 1, radius = 1, width = 0 }: Sphere) {
  const n = dimension + 1;
  if (!(Number.isSafeInteger(dimension) && dimension >= 1))
    throw new RangeError(`${where}: the dimension is ${dimension}, expected a positive integer`);
  if (!(Number.isSafeInteger(ambient) && ambient >= n))
    throw new RangeError(`${where}: a ${dimension}-sphere in ${ambient} dimensions, expected at least ${n}`);
  if (!(radius > 0 && radius < Infinity))
    throw new RangeError(`${where}: the radius is ${radius}, expected a positive number`);
  if (!(width >= 0 && width < Infinity))
    throw new RangeError(`${where}: the width is ${width}, expected a finite number of at least 0`);
  const at = (x: Float64Array, sigma: number) => {
    const v = sigma ** 2 + width ** 2;
    const rho = Math.hypot(...x.subarray(0, n));
    const kappa = (radius * rho) / v;
    const A = besselRatio(n / 2 - 1, kappa);
    const share = kappa === 0 ? 1 / n : A / kappa; // A_n(κ) / κ, whose limit at 0 is 1/n
    const pull = (radius ** 2 * share) / v; // R A_n / ρ
    // A_n', which is of the size of n/κ²: far out by its expansion there, as the difference would be all round-off
    const slope =
      kappa > 1e6 * n ? ((n - 1) / 2 + ((n - 1) * (3 - n)) / (4 * kappa)) / kappa ** 2 : 1 - A ** 2 - (n - 1) * share;
    return { n, v, rho, radius, kappa, pull, across: (pull - 1) / v, radial: ((radius ** 2 / v) * slope - 1) / v };
  };
  const check = (x: Matrix, sigma: number) => {
    requireSigma(where, sigma);
    if (width === 0) requirePositive(where, sigma);
    requirePoints(where, "x", x, ambient);
    return { cols: ambient };
  };
  return Object.assign(at, { check });
}

function overPoints(
  x: Matrix,
  f: (point: Float64Array, result: Float64Array, row: number) => void,
  { cols }: { cols: number },
): Matrix {
  const results = matrix(x.rows, cols);
  for (let i = 0; i < x.rows; i++)
    f(x.values.subarray(i * x.cols, (i + 1) * x.cols), results.values.subarray(i * cols, (i + 1) * cols), i);
  return results;
}
