import { besselRatio } from "../../math/bessel.js";
import { eigen } from "../../math/eigen.js";
import type { Matrix } from "../../math/matrix.js";
import { compose, difference, exp, inner, product, quotient, sum, valueOf, type Scalar } from "../../math/taylor.js";
import type { ContinuousSchedule } from "../../diffusion/schedule.js";
import type { NoisySystem } from "./system.js";

/** A score s(x, σ) at one point, written in the functions of `taylor`. */
export type ScalarScore = (x: readonly Scalar[], sigma: number) => readonly Scalar[];

/** A data distribution by its scores. */
export interface ScoredData {
  readonly name: string;
  readonly dimension: number;
  readonly score: ScalarScore;
}

/**
 * Gaussian data N(μ, Σ), Σ of shape [d, d].
 *
 * @throws RangeError if Σ is not symmetric and without negative eigenvalues, or μ is not of its dimension
 */
export function gaussianData(mean: ArrayLike<number>, covariance: Matrix): ScoredData {
  const { values: lambda, vectors } = eigen(covariance);
  const d = covariance.rows;
  if (mean.length !== d) throw new RangeError(`gaussianData: a mean of ${mean.length} coordinates, expected ${d}`);
  const least = Math.min(...lambda);
  if (!(least >= -1e-12 * Math.max(...lambda)))
    throw new RangeError(`gaussianData: a covariance with the eigenvalue ${least}, expected none below 0`);
  const column = (k: number) => Array.from({ length: d }, (_, i) => vectors.values[i * d + k]);
  const U = Array.from({ length: d }, (_, k) => column(k));
  return {
    name: "Gaussian",
    dimension: d,
    score: (x, sigma) => {
      const centred = x.map((xi, i) => difference(xi, mean[i]));
      const pulls = U.map((own, k) => product(-1 / (lambda[k] + sigma ** 2), inner(own, centred)));
      return x.map((_, i) =>
        inner(
          U.map((own) => own[i]),
          pulls,
        ),
      );
    },
  };
}

/**
 * Data of a mixture with equal weights of N(μ_k, width² I), the points μ_k of shape [K, d].
 *
 * @throws RangeError if there are no points
 */
export function mixtureData(points: Matrix, width: number): ScoredData {
  const d = points.cols;
  if (points.rows === 0) throw new RangeError("mixtureData: no points, expected at least one");
  const centres = Array.from({ length: points.rows }, (_, k) => Array.from(points.values.subarray(k * d, (k + 1) * d)));
  return {
    name: "mixture",
    dimension: d,
    score: (x, sigma) => {
      const v = width ** 2 + sigma ** 2;
      const logs = centres.map((mu) => {
        const away = x.map((xi, i) => difference(xi, mu[i]));
        return product(-0.5 / v, inner(away, away));
      });
      // with its derivatives: that of the nearest is 1, and has none that others would have to cancel
      const most = logs.reduce((best, log) => (valueOf(log) > valueOf(best) ? log : best));
      const weights = logs.map((log) => (log === most ? 1 : exp(difference(log, most))));
      const total = sum(...weights);
      return x.map((xi, i) => {
        const mean = quotient(
          inner(
            centres.map((mu) => mu[i]),
            weights,
          ),
          total,
        );
        return product(1 / v, difference(mean, xi));
      });
    },
  };
}

/** Data on a circle of radius R about 0, blurred by a Gaussian of standard deviation `width`. */
export function ringData(radius: number, width: number): ScoredData {
  return {
    name: "ring",
    dimension: 2,
    score: (x, sigma) => {
      const v = width ** 2 + sigma ** 2;
      // s = x (-1 + (R² / v) w(u)) / v, w(u) = I₁(κ) / (κ I₀(κ)), u = κ² = R² |x|² / v²
      const w = compose(product((radius / v) ** 2, inner(x, x)), besselQuotients);
      const factor = product(1 / v, sum(-1, product(radius ** 2 / v, w)));
      return x.map((xi) => product(factor, xi));
    },
  };
}

/** The power series of w(u) = I₁(√u) / (√u I₀(√u)) about 0, from 2u w′ = 1 - 2w - u w²; it converges for |u| < 5.78. */
const nearZero = Array.from({ length: 40 }).reduce<number[]>((c, _, k) => {
  const square = c.reduce((total, ci, i) => total + ci * c[k - 1 - i], 0);
  return [...c, k === 0 ? 0.5 : -square / (2 * k + 2)];
}, []);

/** The expansion at infinity of I₁(κ) / I₀(κ) in powers of 1/κ, from r′ = 1 - r / κ - r²; smallest terms e^{-2κ}. */
const nearInfinity = Array.from({ length: 32 }).reduce<number[]>((a, _, k) => {
  const square = a.reduce((total, ai, i) => (i === 0 ? total : total + ai * a[k - i]), 0);
  return [...a, k === 0 ? 1 : ((k - 2) * a[k - 1] - square) / 2];
}, []);

/** Returns w, w′, w″ and w‴ at u ≥ 0. */
function besselQuotients(u: number): number[] {
  if (u > 400) {
    const values = [0, 0, 0, 0];
    for (let k = nearInfinity.length - 1; k >= 0; k--) {
      const power = -(k + 1) / 2;
      let term = nearInfinity[k] * u ** power;
      for (let order = 0; order < 4; order++) {
        values[order] += term;
        term *= (power - order) / u;
      }
    }
    return values;
  }
  if (u < 1)
    return [0, 1, 2, 3].map((order) => {
      let value = 0;
      for (let k = nearZero.length - 1; k >= order; k--) {
        let falling = 1;
        for (let i = 0; i < order; i++) falling *= k - i;
        value = value * u + falling * nearZero[k];
      }
      return value;
    });
  const kappa = Math.sqrt(u);
  const w = besselRatio(0, kappa) / kappa;
  const w1 = (1 - 2 * w - u * w * w) / (2 * u);
  const w2 = (-4 * w1 - w * w - 2 * u * w * w1) / (2 * u);
  const w3 = (-6 * w2 - 4 * w * w1 - 2 * u * (w1 * w1 + w * w2)) / (2 * u);
  return [w, w1, w2, w3];
}

/** Settings of reverseDiffusion. */
export interface ReverseDiffusionOptions {
  /** a process in t; without it the variance-exploding one whose time is σ itself */
  readonly schedule?: ContinuousSchedule;
}

/**
 * The reverse equation of a diffusion, dx = [-β x - 2 D s_t(x)] dt + √(2 D) dW with t falling. Without a schedule that
 * is dx = -2σ s dσ + √(2σ) dW, whose D is σ.
 */
export function reverseDiffusion(
  { name, dimension, score }: ScoredData,
  { schedule }: ReverseDiffusionOptions = {},
): NoisySystem {
  return {
    name: `reverse diffusion, ${name}`,
    dimension,
    reverse: true,
    drift: (x, t) => {
      if (!schedule) return score(x, t).map((s) => product(-2 * t, s));
      const [alpha, beta, D] = [schedule.alpha(t), schedule.beta(t), schedule.diffusion(t)];
      const s = score(
        x.map((xi) => product(1 / alpha, xi)),
        schedule.noiseLevel(t),
      );
      return x.map((xi, i) => sum(product(-beta, xi), product((-2 * D) / alpha, s[i])));
    },
    diffusion: (_, t) => (schedule ? schedule.diffusion(t) : t),
  };
}

/**
 * The forward process, dx = -β x dt + √(2 D) dW; without a schedule Brownian motion of variance σ² at the time σ.
 */
export function forwardDiffusion(dimension: number, { schedule }: ReverseDiffusionOptions = {}): NoisySystem {
  return {
    name: "forward diffusion",
    dimension,
    drift: (x, t) => x.map((xi) => (schedule ? product(-schedule.beta(t), xi) : 0)),
    diffusion: (_, t) => (schedule ? schedule.diffusion(t) : t),
  };
}

/** The noise with the drift of the probability flow, dx = -σ s dσ + √(2σ) dW, in forward time. */
export function noisyFlow({ name, dimension, score }: ScoredData): NoisySystem {
  return {
    name: `probability flow, ${name}`,
    dimension,
    drift: (x, t) => score(x, t).map((s) => product(-t, s)),
    diffusion: (_, t) => t,
  };
}
