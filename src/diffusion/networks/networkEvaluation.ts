import type { Matrix } from "../../math/matrix.js";
import { rowRange } from "../../math/rowBlocks.js";
import { Tape } from "../../math/backend/tape.js";
import { free, keep, releaseWith, tidy, upload, type Precision, type Tensor } from "../../math/backend/tensors.js";
import { conditions, network, parameterCount, type NetworkSpec } from "./network.js";

/** A part of a weighted sum of a network's outputs. */
export interface Term {
  readonly weight: number;
  /** shown to the network with the points: one for all of them, or one for each */
  readonly labels: number | ArrayLike<number>;
}

/** A function of the network's output, on top of a matrix of its own that it is added to. */
export interface Output {
  readonly start: Matrix;
  readonly factor: number;
  /** of a tape, the input, the output, and what puts the rows at hand of a matrix on the tape */
  readonly of: (tape: Tape, input: Tensor, F: Tensor, rowsOf: (v: Matrix) => Tensor) => Tensor | undefined;
}

/** A network with parameters that lie in native memory. */
export interface NetworkEvaluation {
  readonly classes: number;
  /** Returns start + Σ weight · factor · of(F(in · x, σ, labels)) of each output; a term is one evaluation of F. */
  evaluate(x: Matrix, sigma: number, scaleIn: number, terms: readonly Term[], outputs: readonly Output[]): Matrix[];
  release(): void;
}

/** Numbers that an evaluation may hold: 128 MB of float32. */
const NUMBERS = 2 ** 25;

/**
 * Copies a network's parameters into native memory, where they stay until they are released or the evaluation is
 * collected. A batch that would take too much memory is split.
 *
 * @throws RangeError if the number of parameters is not the network's
 */
export function networkEvaluation(
  spec: NetworkSpec,
  d: number,
  parameters: Float32Array,
  precision: Precision,
): NetworkEvaluation {
  const net = network(spec, d);
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

  const evaluate: NetworkEvaluation["evaluate"] = (x, sigma, scaleIn, terms, outputs) => {
    const size = Math.ceil(x.rows / Math.max(1, Math.ceil(x.rows / rows)));
    for (let from = 0; from < x.rows; from += size) {
      const part = rowRange(x, from, Math.min(from + size, x.rows));
      const scaled =
        precision === "float32" ? new Float32Array(part.values.length) : new Float64Array(part.values.length);
      for (let i = 0; i < scaled.length; i++) scaled[i] = scaleIn * part.values[i];
      const levels = new Float64Array(part.rows).fill(sigma);
      for (const { weight, labels } of terms)
        tidy(() => {
          const tape = new Tape(precision);
          const input = tape.constant(scaled, [part.rows, d]);
          const own = Array.from(levels, (_, n) => (typeof labels === "number" ? labels : labels[from + n]));
          const { values, cols } = conditions(net, levels, own);
          const F = net.forward(tape, pieces, input, tape.constant(values, [part.rows, cols]));
          for (const { start, factor, of } of outputs) {
            const found = of(tape, input, F, (v) =>
              tape.constant(rowRange(v, from, from + part.rows).values.slice(), [part.rows, d]),
            );
            const numbers = found ? tape.values(found) : [];
            for (let i = 0, at = from * d; i < numbers.length; i++, at++)
              start.values[at] += weight * factor * numbers[i];
          }
        });
    }
    return outputs.map(({ start }) => start);
  };
  // The owner is what every function of a denoiser holds: a score taken out of it lives on without it.
  return { evaluate, classes: net.classes, release: releaseWith(evaluate, freeing(pieces)) };
}

/** Knows the tensors alone, so that what waits for a denoiser's end does not keep it alive. */
function freeing(tensors: readonly Tensor[]): () => void {
  return () => tensors.forEach(free);
}
