import { addScaled, matrix, requireSameShape, row, scale, type Matrix } from "../../math/matrix.js";
import { Tape } from "../../math/backend/tape.js";
import { free, keep, releaseWith, tidy, upload, type Precision, type Tensor } from "../../math/backend/tensors.js";
import type { Gaussian } from "../distributions/gaussian.js";
import { fromDenoiser, type DenoiserAndVjp, type DifferentiableDenoiser, type VectorField } from "../distribution.js";
import type { JacobianProduct } from "../jacobian.js";
import { network, noiseFeatures, parameterCount, type NetworkSpec } from "./network.js";
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

/** Numbers that an evaluation may hold: 128 MB of float32. */
const NUMBERS = 2 ** 25;

/**
 * The denoiser of a network with its parameters, which are copied. The network computes in float32 unless float64 is
 * asked for, the preconditioning always in float64, so that a score's error is about 1e-7 / σ however small σ is; at σ
 * = 0, D = x.
 *
 * @throws RangeError if the number of parameters is not the network's; its functions, as those of a Gaussian do
 * @throws Error of its functions once it is disposed of
 */
export function networkDenoiser(
  model: DenoiserModel,
  parameters: Float32Array,
  { precision = "float32" }: { readonly precision?: Precision } = {},
): TrainedDenoiser {
  const { dimension: d, sigmaData } = model;
  const net = network(model.network, d);
  if (parameters.length !== parameterCount(net))
    throw new RangeError(
      `networkDenoiser: ${parameters.length} parameters, expected ${parameterCount(net)} for this network`,
    );
  const pieces = tidy(() => {
    let at = 0;
    return net.parameters.map(({ shape }) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return keep(upload(parameters.slice(at, (at += size)), shape, precision));
    });
  });
  const rows = Math.max(1, Math.floor(NUMBERS / net.perPoint / (precision === "float64" ? 2 : 1)));
  const base = model.gaussian;

  /** start + factor · of(the network's output) for each of the outputs, the network evaluated once */
  const evaluate = (x: Matrix, sigma: number, outputs: readonly Output[]): Matrix[] => {
    const scaleIn = preconditioning(sigmaData, sigma).in;
    const width = 1 + 2 * net.frequencies;
    const size = Math.ceil(x.rows / Math.max(1, Math.ceil(x.rows / rows)));
    for (let from = 0; from < x.rows; from += size)
      tidy(() => {
        const part = rowRange(x, from, Math.min(from + size, x.rows));
        const tape = new Tape(precision);
        const scaled =
          precision === "float32" ? new Float32Array(part.values.length) : new Float64Array(part.values.length);
        for (let i = 0; i < scaled.length; i++) scaled[i] = scaleIn * part.values[i];
        const input = tape.constant(scaled, [part.rows, d]);
        const features = tape.constant(noiseFeatures(new Float64Array(part.rows).fill(sigma), net.frequencies), [
          part.rows,
          width,
        ]);
        const F = net.forward(tape, pieces, input, features);
        for (const { start, factor, of } of outputs) {
          const found = of(tape, input, F, (v) =>
            tape.constant(rowRange(v, from, from + part.rows).values.slice(), [part.rows, d]),
          );
          const values = found ? tape.values(found) : [];
          for (let i = 0, at = from * d; i < values.length; i++, at++) start.values[at] += factor * values[i];
        }
      });
    return outputs.map(({ start }) => start);
  };
  /** D: c_skip x, or the Gaussian's denoiser, and c_out F */
  const whole = (x: Matrix, sigma: number): Output => {
    const { skip, out } = preconditioning(sigmaData, sigma);
    return { start: base ? base.denoiser(x, sigma) : scale(x, skip), factor: out, of: (_, __, F) => F };
  };
  /** J = c_skip + c_out c_in ∂F; the Gaussian's is symmetric */
  const derivative = (x: Matrix, sigma: number, v: Matrix, mode: "jvp" | "vjp"): Output => {
    const { skip, out, in: scaleIn } = preconditioning(sigmaData, sigma);
    const start = base ? addScaled(v, sigma * sigma, base.jacobianProduct(x, sigma, v)) : scale(v, skip);
    return {
      start,
      factor: out * scaleIn,
      of: (tape, input, F, rowsOf) =>
        mode === "jvp" ? tape.jvp(F, input, rowsOf(v)) : tape.vjp(F, rowsOf(v), [input])[0],
    };
  };

  const denoiser: Denoiser = (x, sigma) => {
    check(x, sigma);
    return sigma === 0 ? copied(x) : evaluate(x, sigma, [whole(x, sigma)])[0];
  };
  const product =
    (mode: "jvp" | "vjp"): JacobianProduct =>
    (x, sigma, v) => {
      check(x, sigma);
      requireSameShape(`TrainedDenoiser.${mode}`, x, v);
      return sigma === 0 ? copied(v) : evaluate(x, sigma, [derivative(x, sigma, v, mode)])[0];
    };
  const denoiserAndVjp = (x: Matrix, sigma: number, v: Matrix): DenoiserAndVjp => {
    check(x, sigma);
    requireSameShape("TrainedDenoiser.denoiserAndVjp", x, v);
    const [denoised, vjp] =
      sigma === 0 ? [copied(x), copied(v)] : evaluate(x, sigma, [whole(x, sigma), derivative(x, sigma, v, "vjp")]);
    return { denoised, vjp };
  };
  const check = (x: Matrix, sigma: number) => {
    if (disposed) throw new Error("networkDenoiser: the denoiser is disposed of");
    requireSigma("networkDenoiser", sigma);
    requirePoints("networkDenoiser", "x", x, d);
  };
  let disposed = false;
  // The owner is what every function of the denoiser holds: a score taken out of it lives on without it.
  const release = releaseWith(evaluate, freeing(pieces));
  return completeDenoiser(d, { denoiser, jvp: product("jvp"), vjp: product("vjp"), denoiserAndVjp }, () => {
    disposed = true;
    release();
  });
}

/** A function of the network's output, on top of a matrix of its own that it is added to. */
interface Output {
  readonly start: Matrix;
  readonly factor: number;
  /** of a tape, the input, the output, and what puts the rows at hand of a matrix on the tape */
  readonly of: (tape: Tape, input: Tensor, F: Tensor, rowsOf: (v: Matrix) => Tensor) => Tensor | undefined;
}

const copied = (m: Matrix): Matrix => ({ ...m, values: m.values.slice() });

/** Knows the tensors alone, so that what waits for a denoiser's end does not keep it alive. */
function freeing(tensors: readonly Tensor[]): () => void {
  return () => tensors.forEach(free);
}

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
