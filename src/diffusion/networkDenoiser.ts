import { addScaled, matrix, requireSameShape, row, scale, type Matrix } from "../math/matrix.js";
import { Tape } from "../math/tape.js";
import { free, keep, releaseWith, tidy, upload, type Precision, type Tensor } from "../math/tensors.js";
import { overRows } from "./blocks.js";
import { gaussianDenoiser, gaussianJacobianProduct, type Gaussian } from "./gaussian.js";
import type { JacobianProduct } from "./jacobian.js";
import { network, noiseFeatures, parameterCount, type NetworkSpec } from "./networks/network.js";
import { requirePoints, requirePositive, requireSigma, scoreFromDenoiser, type Denoiser, type Score } from "./score.js";

/** A denoiser that holds native memory, with its derivatives. All of its functions split a batch that would take too much memory. */
export interface TrainedDenoiser {
  /** d */
  readonly dimension: number;
  /** D(x, σ), float64 outside whatever the network's precision is inside */
  readonly denoise: Denoiser;
  /** s = (D - x) / σ² */
  readonly score: Score;
  /** J v with J = ∂D/∂x at every row of x, v a vector for each */
  readonly jvp: JacobianProduct;
  /** Jᵀ v, likewise */
  readonly vjp: JacobianProduct;
  /** the product of the score's Jacobian, (J v - v) / σ² */
  readonly jacobianProduct: JacobianProduct;
  /** J itself at every row of x, n matrices of shape [d, d] */
  jacobians(x: Matrix, sigma: number): Matrix[];
  /** Gives the native memory back, at the latest when the denoiser is collected; its functions throw afterwards. */
  dispose(): void;
}

/** What a network is to a denoiser. */
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
 * The factors of Karras et al. (arXiv 2206.00364, table 1) in D = skip · x + out · F(in · x, ln σ / 4), which let F have inputs and
 * targets of variance 1. With F = 0, as at birth, D is the denoiser of N(0, σ_data² I).
 */
export function preconditioning(sigmaData: number, sigma: number): { readonly skip: number; readonly out: number; readonly in: number } {
  const variance = sigmaData * sigmaData + sigma * sigma;
  return { skip: (sigmaData * sigmaData) / variance, out: (sigma * sigmaData) / Math.sqrt(variance), in: 1 / Math.sqrt(variance) };
}

/** Numbers that an evaluation may hold: 128 MB of float32. */
const NUMBERS = 2 ** 25;

/**
 * The denoiser of a network with its parameters, which are copied. The network computes in float32 unless float64 is asked for, the
 * preconditioning always in float64, so that a score's error is about 1e-7 / σ however small σ is; at σ = 0, D = x.
 *
 * @throws RangeError if the number of parameters is not the network's; its functions, as those of a Gaussian do
 * @throws Error of its functions once it is disposed of
 */
export function networkDenoiser(model: DenoiserModel, parameters: Float32Array, { precision = "float32" }: { readonly precision?: Precision } = {}): TrainedDenoiser {
  const { dimension: d, sigmaData } = model;
  const net = network(model.network, d);
  if (parameters.length !== parameterCount(net)) throw new RangeError(`networkDenoiser: ${parameters.length} parameters, expected ${parameterCount(net)} for this network`);
  const pieces = tidy(() => {
    let at = 0;
    return net.parameters.map(({ shape }) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return keep(upload(parameters.slice(at, (at += size)), shape, precision));
    });
  });
  const rows = Math.max(1, Math.floor(NUMBERS / net.perPoint / (precision === "float64" ? 2 : 1)));
  const base = model.gaussian && { denoise: gaussianDenoiser(model.gaussian), product: gaussianJacobianProduct(model.gaussian) };

  /** base(part) + factor · f(part), f of the network's output on it */
  const evaluate = (x: Matrix, sigma: number, start: Matrix, factor: number, f: (tape: Tape, input: Tensor, F: Tensor, from: number, count: number) => Tensor | undefined): Matrix => {
    const scaleIn = preconditioning(sigmaData, sigma).in;
    return overRows(x, rows, d, (part, from) => tidy(() => {
      const tape = new Tape(precision);
      const input = tape.constant(part.values.map((value) => scaleIn * value), [part.rows, d]);
      const width = 1 + 2 * net.frequencies;
      const features = tape.constant(noiseFeatures(new Float64Array(part.rows).fill(sigma), net.frequencies), [part.rows, width]);
      const found = f(tape, input, net.forward(tape, pieces, input, features), from, part.rows);
      const result = matrix(part.rows, d, start.values.slice(from * d, (from + part.rows) * d));
      const values = found ? tape.values(found) : [];
      for (let i = 0; i < values.length; i++) result.values[i] += factor * values[i];
      return result;
    }));
  };

  const denoise: Denoiser = (x, sigma) => {
    check(x, sigma);
    if (sigma === 0) return { ...x, values: x.values.slice() };
    const { skip, out } = preconditioning(sigmaData, sigma);
    return evaluate(x, sigma, base ? base.denoise(x, sigma) : scale(x, skip), out, (_, __, F) => F);
  };
  const product = (push: boolean): JacobianProduct => (x, sigma, v) => {
    check(x, sigma);
    requireSameShape(push ? "jvp" : "vjp", x, v);
    if (sigma === 0) return { ...v, values: v.values.slice() };
    const { skip, out, in: scaleIn } = preconditioning(sigmaData, sigma);
    // J = c_skip + c_out c_in ∂F; the Gaussian's is symmetric
    const start = base ? addScaled(v, sigma * sigma, base.product(x, sigma, v)) : scale(v, skip);
    return evaluate(x, sigma, start, out * scaleIn, (tape, input, F, from, count) => {
      const part = tape.constant(v.values.slice(from * d, (from + count) * d), [count, d]);
      return push ? tape.push(F, input, part) : tape.pull(F, part, [input])[0];
    });
  };
  const check = (x: Matrix, sigma: number) => {
    if (disposed) throw new Error("networkDenoiser: the denoiser is disposed of");
    requireSigma("networkDenoiser", sigma);
    requirePoints("networkDenoiser", "x", x, d);
  };
  let disposed = false;
  const denoiser = completeDenoiser({ dimension: d, denoise, jvp: product(true), vjp: product(false), dispose() {
    disposed = true;
    release();
  } });
  const release = releaseWith(denoiser, freeing(pieces));
  return denoiser;
}

/** Knows the tensors alone, so that what waits for a denoiser's end does not keep it alive. */
function freeing(tensors: readonly Tensor[]): () => void {
  return () => tensors.forEach(free);
}

/** The functions of a denoiser that follow from others. */
export function completeDenoiser({ dimension, denoise, jvp, vjp, dispose }: Pick<TrainedDenoiser, "dimension" | "denoise" | "jvp" | "vjp" | "dispose">): TrainedDenoiser {
  return {
    dimension, denoise, jvp, vjp, dispose,
    score: scoreFromDenoiser(denoise),
    jacobianProduct(x, sigma, v) {
      requirePositive("jacobianProduct", sigma);
      return scale(addScaled(jvp(x, sigma, v), -1, v), 1 / (sigma * sigma));
    },
    jacobians: (x, sigma) => Array.from({ length: x.rows }, (_, n) => {
      const [at, units] = [matrix(dimension, dimension), matrix(dimension, dimension)];
      for (let i = 0; i < dimension; i++) {
        row(at, i).set(row(x, n));
        units.values[i * dimension + i] = 1;
      }
      return vjp(at, sigma, units); // row i is e_iᵀ J
    }),
  };
}
