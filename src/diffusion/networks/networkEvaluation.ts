import { addTo, scale, type Matrix } from "../../math/matrix.js";
import { rowRange } from "../../math/rowBlocks.js";
import { OnnxGraph } from "../../math/backend/onnxGraph.js";
import { onnxruntime } from "../../math/backend/onnxruntime.js";
import { Tape } from "../../math/backend/tape.js";
import { free, keep, releaseWith, tidy, upload, type Precision, type Tensor } from "../../math/backend/tensors.js";
import { conditions, network, parameterCount, type Network, type NetworkSpec } from "./network.js";

/** A part of a weighted sum of a network's outputs. */
export interface Term {
  readonly weight: number;
  /** shown to the network with the points: one for all of them, or one for each */
  readonly labels: number | ArrayLike<number>;
}

/** The network's output, or the product of its Jacobian ∂F and a vector, on top of a matrix that it is added to. */
export interface Output {
  readonly start: Matrix;
  readonly factor: number;
  /** ∂F v or ∂Fᵀ v in the place of F */
  readonly derivative?: { readonly mode: "jvp" | "vjp"; readonly v: Matrix };
}

/** A network with parameters that lie in native memory. */
export interface NetworkEvaluation {
  readonly classes: number;
  /** Returns start + Σ weight · factor · F(in · x, σ, labels) of each output; a term is one evaluation of F. */
  evaluate(x: Matrix, sigma: number, scaleIn: number, terms: readonly Term[], outputs: readonly Output[]): Matrix[];
  release(): void;
}

/** Numbers that an evaluation may hold: 64 MB of float32. */
const NUMBERS = 2 ** 24;

/** Computes outputs of F, their start and factor left out, at scaled points and what is shown beside them. */
interface Evaluator {
  compute(points: Part, beside: Part, derivatives: readonly Output["derivative"][]): Part["values"][];
  release(): void;
}

/** Some rows of a matrix, in the precision of the network. */
interface Part {
  readonly values: Float32Array | Float64Array;
  readonly rows: number;
  readonly cols: number;
}

/**
 * Copies a network's parameters into native memory, where they stay until they are released or the evaluation is
 * collected. In float32 its output is computed by ONNX Runtime where that is installed; TensorFlow computes derivatives,
 * and all else. A batch that would take too much memory is split.
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
  const own = parameters.slice();
  const made = new Map<(...given: Parameters<typeof onTape>) => Evaluator | undefined, Evaluator | undefined>();
  const by = (make: typeof inRuntime): Evaluator | undefined => {
    if (!made.has(make)) made.set(make, make(net, d, own, precision));
    return made.get(make);
  };
  const rowsAtOnce = Math.max(1, Math.floor(NUMBERS / net.perPoint / (precision === "float64" ? 2 : 1)));

  const evaluate: NetworkEvaluation["evaluate"] = (x, sigma, scaleIn, terms, outputs) => {
    const derivatives = outputs.map(({ derivative }) => derivative);
    const evaluator = (derivatives.some(Boolean) ? undefined : by(inRuntime)) ?? by(onTape)!;
    const size = Math.ceil(x.rows / Math.max(1, Math.ceil(x.rows / rowsAtOnce)));
    for (let from = 0; from < x.rows; from += size) {
      const part = rowRange(x, from, Math.min(from + size, x.rows));
      const scaled = precision === "float32" ? scaledToFloats(part, scaleIn) : scale(part, scaleIn);
      const levels = new Float64Array(part.rows).fill(sigma);
      const rowsOf = (v: Matrix) => rowRange(v, from, from + part.rows);
      const directions = derivatives.map((one) => one && { ...one, v: rowsOf(one.v) });
      for (const { weight, labels } of terms) {
        const shown = Array.from(levels, (_, n) => (typeof labels === "number" ? labels : labels[from + n]));
        const beside = conditions(net, levels, shown);
        const found = evaluator.compute(scaled, beside, directions);
        outputs.forEach(({ start, factor }, k) => addPart(start.values, from * d, weight * factor, found[k]));
      }
    }
    return outputs.map(({ start }) => start);
  };
  // The owner is what every function of a denoiser holds: a score taken out of it lives on without it.
  return { evaluate, classes: net.classes, release: releaseWith(evaluate, releasing(made)) };
}

function scaledToFloats({ values, rows, cols }: Matrix, factor: number): Part {
  const floats = new Float32Array(values.length);
  for (let i = 0; i < floats.length; i++) floats[i] = factor * values[i];
  return { values: floats, rows, cols };
}

function addPart(sum: Float64Array, from: number, factor: number, part: Part["values"]): void {
  // Each type in a loop of its own, which the engine then compiles for it alone.
  if (part instanceof Float32Array) for (let i = 0; i < part.length; i++) sum[from + i] += factor * part[i];
  else addTo(sum.subarray(from, from + part.length), factor, part);
}

/** Knows the evaluators alone, so that what waits for a denoiser's end does not keep it alive. */
const releasing = (made: ReadonlyMap<unknown, Evaluator | undefined>) => () =>
  made.forEach((evaluator) => evaluator?.release());

/** F alone, by ONNX Runtime. */
function inRuntime(net: Network, d: number, parameters: Float32Array, precision: Precision): Evaluator | undefined {
  const runtime = precision === "float32" ? onnxruntime() : undefined;
  if (!runtime) return undefined;
  const graph = new OnnxGraph();
  const pieces = cut(net, parameters).map(({ values, shape }) => graph.constant(values, shape));
  const [x, beside] = [graph.input("x", d), graph.input("beside", 1 + 2 * net.frequencies + net.classes)];
  const session = runtime.session(graph.model("F", net.forward(graph, pieces, x, beside)));
  const floats = (name: string, { values, rows, cols }: Part) => ({
    name,
    values: values instanceof Float32Array ? values : Float32Array.from(values),
    shape: [rows, cols],
  });
  return {
    compute(x, beside, derivatives) {
      const F = { name: "F", values: new Float32Array(x.rows * d), shape: [x.rows, d] };
      session.run([floats("x", x), floats("beside", beside)], F);
      return derivatives.map(() => F.values);
    },
    release: session.release,
  };
}

/** F and its derivatives, by TensorFlow. */
function onTape(net: Network, d: number, parameters: Float32Array, precision: Precision): Evaluator {
  const pieces = tidy(() => cut(net, parameters).map(({ values, shape }) => keep(upload(values, shape, precision))));
  return {
    compute: (x, beside, derivatives) =>
      tidy(() => {
        const tape = new Tape(precision);
        const on = ({ values, rows, cols }: Part): Tensor => tape.constant(values, [rows, cols]);
        const input = on(x);
        const F = net.forward(tape, pieces, input, on(beside));
        return derivatives.map((one) => {
          if (!one) return tape.values(F);
          const v = tape.constant(one.v.values.slice(), [one.v.rows, d]);
          const found = one.mode === "jvp" ? tape.jvp(F, input, v) : tape.vjp(F, v, [input])[0];
          return found ? tape.values(found) : new Float64Array(0);
        });
      }),
    release: () => pieces.forEach(free),
  };
}

/** The parameters of a network, each with its shape; copies, as a tensor shares its numbers. */
function cut({ parameters }: Network, all: Float32Array): { values: Float32Array; shape: readonly number[] }[] {
  let at = 0;
  return parameters.map(({ shape }) => {
    const size = shape.reduce((product, n) => product * n, 1);
    return { values: all.slice(at, (at += size)), shape };
  });
}
