import { besselRatio, logBesselI, scaledBesselI } from "../../math/bessel.js";
import { matrix, norm, requireSameShape, type Matrix } from "../../math/matrix.js";
import { normal, type Source } from "../../math/random.js";
import { logGamma } from "../../math/special.js";
import { fromScore, type Distribution } from "../distribution.js";
import { requireDraws, requirePoints, requirePositive, requireSigma } from "../score.js";

/** A sphere in the first coordinates of a space, everywhere else 0. */
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

/** Returns the uniform distribution on a circle in the plane, the limit of a ring of many points. */
export function circle(radius = 1, width = 0): Distribution {
  return sphereDistribution({ dimension: 1, ambient: 2, radius, width });
}

/**
 * Returns the uniform distribution on a sphere. Noised, the posterior of x_0 is a von Mises–Fisher density, so that
 * with n = dimension + 1, x_∥ the first n coordinates of x, ρ = ‖x_∥‖, v = σ² + width² and κ = Rρ/v
 *
 *     s = -x / v + (R A_n(κ) / ρ) x_∥ / v,   A_n = I_{n/2} / I_{n/2-1},   A_n' = 1 - A_n² - (n - 1) A_n / κ
 *     log p = -(ρ² + R² + ‖x_⊥‖²) / 2v - d/2 log 2πv + log [Γ(n/2) (2/κ)^{n/2-1} I_{n/2-1}(κ)]
 *
 * The Jacobian has one eigenvalue along x_∥, one across it on the sphere's coordinates, and -1/v outside. The functions
 * throw RangeError if x has not `ambient` columns or holds a value that is not finite, or if v = 0.
 *
 * @throws RangeError if the parameters are invalid
 */
export function sphereDistribution(sphere: Sphere): Distribution {
  const { at, check, n, d, radius, width } = geometry(sphere);
  const field = fromScore(
    d,
    (x, sigma) =>
      overPoints(x, check("score", x, sigma), (xn, result) => {
        const { v, pull } = at(xn, sigma);
        xn.forEach((value, j) => (result[j] = (((j < n ? pull : 0) - 1) * value) / v));
      }),
    {
      denoiser: (x, sigma) =>
        overPoints(x, check("denoiser", x, sigma), (xn, result) => {
          const { v, pull } = at(xn, sigma);
          const own = 1 - sigma ** 2 / v; // exactly 0 without width
          xn.forEach((value, j) => (result[j] = (own + (j < n ? (1 - own) * pull : 0)) * value));
        }),
      jacobianProduct: (x, sigma, v) => {
        requireSameShape("sphereDistribution.jacobianProduct", x, v);
        requirePoints("sphereDistribution.jacobianProduct", "v", v, d);
        return overPoints(x, check("jacobianProduct", x, sigma), (xn, result, row) => {
          const { v: variance, rho, radial, across } = at(xn, sigma);
          const vn = v.values.subarray(row * d, (row + 1) * d);
          let along = 0; // (v · x_∥) / ρ²
          if (rho > 0) for (let j = 0; j < n; j++) along += (vn[j] * xn[j]) / rho ** 2;
          vn.forEach(
            (value, j) => (result[j] = j < n ? across * value + (radial - across) * along * xn[j] : -value / variance),
          );
        });
      },
      divergence: (x, sigma) => {
        check("divergence", x, sigma);
        return overPoints(x, 1, (xn, result) => {
          const { v, radial, across } = at(xn, sigma);
          result[0] = radial + (n - 1) * across - (d - n) / v;
        }).values;
      },
    },
  );
  return {
    ...field,
    logDensity: (x, sigma) => {
      check("logDensity", x, sigma);
      return overPoints(x, 1, (xn, result) => {
        const { v, rho, kappa } = at(xn, sigma);
        const order = n / 2 - 1;
        const scaled = scaledBesselI(order, kappa);
        const logBessel = scaled > 0 ? Math.log(scaled) : logBesselI(order, kappa) - kappa; // of e^{-κ} I
        const onSphere = kappa === 0 ? 0 : logBessel + logGamma(n / 2) + order * Math.log(2 / kappa);
        const beyond = xn.subarray(n).reduce((sum, value) => sum + value ** 2, 0);
        result[0] = onSphere - ((rho - radius) ** 2 + beyond) / (2 * v) - (d / 2) * Math.log(2 * Math.PI * v); // the -κ completes the square
      }).values;
    },
    sample: (source, count, sigma = 0) => {
      requireDraws("sphereDistribution.sample", count, sigma);
      return samples(source, count, n, d, radius, Math.sqrt(sigma ** 2 + width ** 2));
    },
  };
}

function samples(source: Source, count: number, n: number, d: number, radius: number, spread: number): Matrix {
  const directions = normal(source.split(), count, n);
  const x = normal(source, count, d);
  for (let i = 0; i < count; i++) {
    const direction = directions.values.subarray(i * n, (i + 1) * n);
    const length = norm(matrix(1, n, direction));
    for (let j = 0; j < d; j++)
      x.values[i * d + j] = spread * x.values[i * d + j] + (j < n ? (radius * direction[j]) / length : 0);
  }
  return x;
}

function geometry({ dimension, ambient = dimension + 1, radius = 1, width = 0 }: Sphere) {
  const where = "sphereDistribution";
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
    const rho = norm(matrix(1, n, x.subarray(0, n)));
    const kappa = (radius * rho) / v;
    const A = besselRatio(n / 2 - 1, kappa);
    const share = kappa === 0 ? 1 / n : A / kappa; // A_n(κ) / κ, whose limit at 0 is 1/n
    const pull = (radius ** 2 * share) / v; // R A_n / ρ
    // A_n', which is of the size of n/κ²: far out by its expansion there, as the difference would be all round-off
    const slope =
      kappa > 1e6 * n ? ((n - 1) / 2 + ((n - 1) * (3 - n)) / (4 * kappa)) / kappa ** 2 : 1 - A ** 2 - (n - 1) * share;
    return { v, rho, kappa, pull, across: (pull - 1) / v, radial: ((radius ** 2 / v) * slope - 1) / v };
  };
  const check = (what: string, x: Matrix, sigma: number) => {
    requireSigma(`${where}.${what}`, sigma);
    if (width === 0) requirePositive(`${where}.${what}`, sigma);
    requirePoints(`${where}.${what}`, "x", x, ambient);
    return ambient;
  };
  return { at, check, n, d: ambient, radius, width };
}

function overPoints(
  x: Matrix,
  cols: number,
  f: (point: Float64Array, result: Float64Array, row: number) => void,
): Matrix {
  const results = matrix(x.rows, cols);
  for (let i = 0; i < x.rows; i++)
    f(x.values.subarray(i * x.cols, (i + 1) * x.cols), results.values.subarray(i * cols, (i + 1) * cols), i);
  return results;
}
