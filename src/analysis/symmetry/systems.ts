import type { Matrix } from "../../math/matrix.js";
import { compose, difference, inner, product, sum, tanh, valueOf, type Scalar } from "../../math/taylor.js";
import type { NoisySystem } from "./system.js";

/**
 * The drift-diffusion model of evidence x, dx = v dt + σ dW in one dimension, without its decision bounds (`passage.ts`
 * has them). Every translation is a symmetry.
 */
export function driftDiffusion({ v = 0.1, sigma = 1 } = {}): NoisySystem {
  return { name: "drift–diffusion", dimension: 1, drift: () => [v], diffusion: () => sigma ** 2 / 2 };
}

/** A linear network dx = F x dt + √(2 D) dW, F of shape [d, d]. */
export function linearNetwork(F: Matrix, { D = 1, name = "linear network" } = {}): NoisySystem {
  const rows = Array.from({ length: F.rows }, (_, i) => Array.from(F.values.subarray(i * F.cols, (i + 1) * F.cols)));
  return { name, dimension: F.cols, drift: (x) => rows.map((own) => inner(own, x)), diffusion: () => D };
}

/**
 * A linear network in the plane with rotationally symmetric weights, f = (-1 + ω J) x: a single attractor, about which
 * states turn with ω.
 */
export function rotatingAttractor({ omega = 0, D = 1 } = {}): NoisySystem {
  return {
    name: omega === 0 ? "single attractor" : `attractor, ω = ${omega}`,
    dimension: 2,
    drift: ([x, y]) => [sum(product(-1, x), product(-omega, y)), sum(product(omega, x), product(-1, y))],
    diffusion: () => D,
  };
}

/** A ring attractor in the plane, f = x (1 - |x|²) + ω J x: the unit circle attracts, and states turn on it with ω. */
export function ringAttractor({ omega = 0, D = 1 } = {}): NoisySystem {
  return {
    name: `ring attractor, ω = ${omega}`,
    dimension: 2,
    drift: ([x, y]) => {
      const growth = difference(1, sum(product(x, x), product(y, y)));
      return [sum(product(growth, x), product(-omega, y)), sum(product(omega, x), product(growth, y))];
    },
    diffusion: () => D,
  };
}

/**
 * A line attractor in the plane, f = (κ, -tanh y): along the first axis states drift with κ wherever they are, across
 * it they are drawn in. Translations along it are symmetries.
 */
export function lineAttractor({ kappa = 0.2, D = 1 } = {}): NoisySystem {
  return {
    name: "line attractor",
    dimension: 2,
    drift: ([, y]) => [kappa, product(-1, tanh(y))],
    diffusion: () => D,
  };
}

/**
 * A ring of n rate neurons with preferred angles θ_i = 2πi/n, dx_i = [-x_i + (g/n) Σ_j 2 cos(θ_i - θ_j) tanh x_j] dt +
 * √(2D) dW_i: bumps of activity at every angle are all but fixed points. Turning the bump is a symmetry of the limit of many neurons.
 */
export function ringNetwork({ neurons = 8, gain = 2, D = 0.05 } = {}): NoisySystem {
  const angles = Array.from({ length: neurons }, (_, i) => (2 * Math.PI * i) / neurons);
  const [cosines, sines] = [angles.map(Math.cos), angles.map(Math.sin)];
  return {
    name: `ring of ${neurons} neurons`,
    dimension: neurons,
    drift: (x) => {
      const rates = x.map(tanh);
      const [a, b] = [inner(cosines, rates), inner(sines, rates)];
      const strength = (2 * gain) / neurons;
      return x.map((xi, i) => sum(product(-1, xi), product(strength * cosines[i], a), product(strength * sines[i], b)));
    },
    diffusion: () => D,
  };
}

/** Parameters of threeAttractors, in the units of the model. */
export interface ThreeAttractors {
  /** the input to both populations */
  readonly input?: number;
  /** the place of the sigmoids */
  readonly c?: number;
  /** self-excitation and mutual inhibition */
  readonly A?: number;
  readonly I?: number;
  /** the width of the sigmoids; they are steps at 0 */
  readonly n?: number;
  /** standard deviation of the noise in √time */
  readonly noise?: number;
}

/**
 * The decision model of two populations that excite themselves and inhibit each other, f_x = μ + A S(x - c) - I S(y -
 * c) - x and likewise f_y, S(u) = 1 / (1 + e^{-u/n}), with the parameters of Vastola, arXiv 2504.09761, Fig. 1c: one
 * attractor for each decision and one for neither.
 *
 * @throws RangeError if the width is not a number of at least 0
 */
export function threeAttractors({
  input = 1.25,
  c = 1.5,
  A = 2,
  I = 0.9,
  n = 0.01,
  noise = 0.4,
}: ThreeAttractors = {}): NoisySystem {
  if (!(n >= 0)) throw new RangeError(`threeAttractors: n is ${n}, expected a width of at least 0`);
  const step = (x: Scalar) =>
    n > 0 ? logistic(product(1 / n, difference(x, c))) : (1 + Math.sign(valueOf(x) - c)) / 2;
  return {
    name: `three attractors, n = ${n}`,
    dimension: 2,
    drift: ([x, y]) => {
      const [p, q] = [step(x), step(y)];
      return [
        sum(input, product(A, p), product(-I, q), product(-1, x)),
        sum(input, product(A, q), product(-I, p), product(-1, y)),
      ];
    },
    diffusion: () => noise ** 2 / 2,
  };
}

/** 1 / (1 + e^{-u}); the smaller of it and 1 minus it is exact where the other is 1. */
function logistic(u: Scalar): Scalar {
  return compose(u, (x) => {
    const small = 1 / (1 + Math.exp(Math.abs(x)));
    const slope = small * (1 - small);
    const turn = Math.tanh(x / 2); // 2 S - 1
    return [x < 0 ? small : 1 - small, slope, -slope * turn, slope * (turn * turn - 2 * slope)];
  });
}
