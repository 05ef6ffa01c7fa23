import { addScaled, matrix, requireSameShape, row, scale, type Matrix } from "../../math/matrix.js";
import type { Precision } from "../../math/backend/tensors.js";
import type { Gaussian } from "../distributions/gaussian.js";
import { fromDenoiser, type DenoiserAndVjp, type DifferentiableDenoiser, type VectorField } from "../distribution.js";
import type { JacobianProduct } from "../jacobian.js";
import { NO_LABEL, type NetworkSpec } from "./network.js";
import { networkEvaluation, type Output, type Term } from "./networkEvaluation.js";
import { requirePoints, requirePositive, requireSigma, type Denoiser } from "../score.js";
import { rowRange } from "../../math/rowBlocks.js";

/**
 * A denoiser that holds native memory, with its derivatives. All of its functions split a batch that would take too
 * much memory; they compute in float64 outside, whatever the network's precision is inside.
 */
export interface TrainedDenoiser extends VectorField, Required<DifferentiableDenoiser> {
  /** J = ∂D/∂x itself at every row of x, n matrices of shape [d, d] */
  jacobians(x: Matrix, sigma: number): Matrix[];
  /** Gives the native memory back, at the latest when the denoiser is collected; its functions throw afterwards. */
  dispose(): void;
}

/** Settings of NetworkDenoiser.conditional. */
export interface GuidanceOptions {
  /** w of D_w = D_0 + w (D_c - D_0): 0 is the denoiser without labels, 1 that of the labels' classes, more exaggerates */
  readonly guidance?: number;
}

/** The denoiser of a network, and those of its classes if it was trained with labels. */
export interface NetworkDenoiser extends TrainedDenoiser {
  /** classes 0 … classes - 1 that the network tells apart; 0 if it was trained without labels */
  readonly classes: number;
  /**
   * Returns the denoiser of a class, or of a class for each row of the points, by classifier-free guidance (arXiv
   * 2207.12598, whose w is 1 less than the one here). It takes twice the time of D_0 unless w is 0 or 1, and shares the
   * network's memory: the network's end is its end too.
   *
   * @throws RangeError if a label is not one of the classes, or w is not finite; its functions, if there are not as many
   * rows as labels
   */
  conditional(labels: number | ArrayLike<number>, options?: GuidanceOptions): TrainedDenoiser;
}

/** A network with its place in a denoiser. */
export interface DenoiserModel {
  readonly network: NetworkSpec;
  /** d */
  readonly dimension: number;
  /** σ_data of the preconditioning: the standard deviation of a coordinate of the data */
  readonly sigmaData: number;
  /** takes the place of c_skip x: the network learns what the Gaussian's denoiser lacks */
  readonly gaussian?: Gaussian;
}

/**
 * The factors of Karras et al. (arXiv 2206.00364, table 1) in D = skip · x + out · F(in · x, ln σ / 4), which let F
 * have inputs and targets of variance 1. With F = 0, as at initialization, D is the denoiser of N(0, σ_data² I).
 */
export function preconditioning(
  sigmaData: number,
  sigma: number,
): { readonly skip: number; readonly out: number; readonly in: number } {
  const variance = sigmaData * sigmaData + sigma * sigma;
  return {
    skip: (sigmaData * sigmaData) / variance,
    out: (sigma * sigmaData) / Math.sqrt(variance),
    in: 1 / Math.sqrt(variance),
  };
}

/**
 * The denoiser of a network with its parameters, which are copied. The network computes in float32 unless float64 is
 * asked for, the preconditioning always in float64, so that a score's error is about 1e-7 / σ however small σ is; at σ
 * = 0, D = x. Of a network that was trained with labels it is the denoiser without them, D_0.
 *
 * @throws RangeError if the number of parameters is not the network's; its functions, as those of a Gaussian do
 * @throws Error of its functions once it is disposed of
 */
export function networkDenoiser(
  model: DenoiserModel,
  parameters: Float32Array,
  { precision = "float32" }: { readonly precision?: Precision } = {},
): NetworkDenoiser {
  const { dimension: d, sigmaData, gaussian: base } = model;
  const { evaluate, classes, release } = networkEvaluation(model.network, d, parameters, precision);

  /** D: c_skip x, or the Gaussian's denoiser, and c_out F */
  const whole = (x: Matrix, sigma: number): Output => {
    const { skip, out } = preconditioning(sigmaData, sigma);
    return { start: base ? base.denoiser(x, sigma) : scale(x, skip), factor: out };
  };
  /** J = c_skip + c_out c_in ∂F; the Gaussian's is symmetric */
  const derivative = (x: Matrix, sigma: number, v: Matrix, mode: "jvp" | "vjp"): Output => {
    const { skip, out, in: scaleIn } = preconditioning(sigmaData, sigma);
    const start = base ? addScaled(v, sigma * sigma, base.jacobianProduct(x, sigma, v)) : scale(v, skip);
    return { start, factor: out * scaleIn, derivative: { mode, v } };
  };

  let disposed = false;
  /** the denoiser with Σ weight · F(x, σ, label) in the place of F; the weights sum to 1 */
  const weighted = (terms: readonly Term[], dispose: () => void): TrainedDenoiser => {
    const check = (x: Matrix, sigma: number) => {
      if (disposed) throw new Error("networkDenoiser: the denoiser is disposed of");
      requireSigma("networkDenoiser", sigma);
      requirePoints("networkDenoiser", "x", x, d);
      for (const { labels } of terms) requireRows(x, labels);
    };
    const run = (x: Matrix, sigma: number, outputs: readonly Output[]) =>
      evaluate(x, sigma, preconditioning(sigmaData, sigma).in, terms, outputs);
    const denoiser: Denoiser = (x, sigma) => {
      check(x, sigma);
      return sigma === 0 ? copied(x) : run(x, sigma, [whole(x, sigma)])[0];
    };
    const product =
      (mode: "jvp" | "vjp"): JacobianProduct =>
      (x, sigma, v) => {
        check(x, sigma);
        requireSameShape(`TrainedDenoiser.${mode}`, x, v);
        return sigma === 0 ? copied(v) : run(x, sigma, [derivative(x, sigma, v, mode)])[0];
      };
    const denoiserAndVjp = (x: Matrix, sigma: number, v: Matrix): DenoiserAndVjp => {
      check(x, sigma);
      requireSameShape("TrainedDenoiser.denoiserAndVjp", x, v);
      const [denoised, vjp] =
        sigma === 0 ? [copied(x), copied(v)] : run(x, sigma, [whole(x, sigma), derivative(x, sigma, v, "vjp")]);
      return { denoised, vjp };
    };
    return completeDenoiser(d, { denoiser, jvp: product("jvp"), vjp: product("vjp"), denoiserAndVjp }, dispose);
  };

  const conditional = (labels: number | ArrayLike<number>, { guidance = 1 }: GuidanceOptions = {}): TrainedDenoiser => {
    requireLabels("NetworkDenoiser.conditional", labels, classes);
    if (!Number.isFinite(guidance))
      throw new RangeError(`NetworkDenoiser.conditional: the guidance is ${guidance}, expected a finite number`);
    const own = typeof labels === "number" ? labels : Array.from(labels);
    const terms = [
      { weight: 1 - guidance, labels: NO_LABEL },
      { weight: guidance, labels: own },
    ];
    const field = weighted(
      terms.filter(({ weight }) => weight !== 0),
      () => {},
    );
    if (typeof own === "number") return field;
    return {
      ...field,
      jacobians: (x, sigma) => {
        requireRows(x, own);
        return Array.from({ length: x.rows }, (_, n) =>
          conditional(own[n], { guidance }).jacobians(rowRange(x, n, n + 1), sigma),
        ).flat();
      },
    };
  };
  const dispose = () => {
    disposed = true;
    release();
  };
  return { ...weighted([{ weight: 1, labels: NO_LABEL }], dispose), classes, conditional };
}

function requireLabels(where: string, labels: number | ArrayLike<number>, classes: number): void {
  if (classes === 0)
    throw new RangeError(`${where}: the network was trained without labels; take one whose description has classes`);
  for (const label of typeof labels === "number" ? [labels] : Array.from(labels))
    if (!(Number.isSafeInteger(label) && label >= 0 && label < classes))
      throw new RangeError(`${where}: a label is ${label}, expected an integer from 0 to ${classes - 1}`);
}

function requireRows(x: Matrix, labels: number | ArrayLike<number>): void {
  if (typeof labels !== "number" && labels.length !== x.rows)
    throw new RangeError(`networkDenoiser: x has ${x.rows} rows, expected ${labels.length}, one for each label`);
}

const copied = (m: Matrix): Matrix => ({ ...m, values: m.values.slice() });

/** Completes a denoiser by the functions that follow from its own. */
export function completeDenoiser(
  dimension: number,
  { denoiser, jvp, vjp, denoiserAndVjp }: DifferentiableDenoiser,
  dispose: () => void,
): TrainedDenoiser {
  const jacobianProduct: JacobianProduct = (x, sigma, v) => {
    requirePositive("TrainedDenoiser.jacobianProduct", sigma);
    return scale(addScaled(jvp(x, sigma, v), -1, v), 1 / (sigma * sigma));
  };
  return {
    ...fromDenoiser(dimension, denoiser, { jacobianProduct }),
    jvp,
    vjp,
    denoiserAndVjp: denoiserAndVjp ?? ((x, sigma, v) => ({ denoised: denoiser(x, sigma), vjp: vjp(x, sigma, v) })),
    dispose,
    jacobians: (x, sigma) =>
      Array.from({ length: x.rows }, (_, n) => {
        const [at, units] = [matrix(dimension, dimension), matrix(dimension, dimension)];
        for (let i = 0; i < dimension; i++) {
          row(at, i).set(row(x, n));
          units.values[i * dimension + i] = 1;
        }
        return vjp(at, sigma, units); // row i is e_iᵀ J
      }),
  };
}
