import { concatRows, takeRows, type Matrix } from "../../math/matrix.js";
import { fillNormal, randomSource, type Source } from "../../math/random.js";
import { mean } from "../../math/stats.js";
import { mul, sub, sum } from "../../math/backend/ops.js";
import { Tape } from "../../math/backend/tape.js";
import { free, tidy } from "../../math/backend/tensors.js";
import { Variable } from "../../math/backend/variable.js";
import { applyAdam } from "./adam.js";
import { Meter } from "./meter.js";
import {
  cut,
  forward,
  interleave,
  mlpStack,
  parameterShapes,
  separate,
  type MlpShape,
  type MlpStack,
} from "./mlpStack.js";
import { requireSizes } from "./parameterLayout.js";
import type { TrainingOptions } from "./training.js";

/** Examples of a regression with the weights of their squared errors. */
export interface Examples {
  /** shape [n, inputs] */
  readonly inputs: Matrix;
  /** shape [n, outputs] */
  readonly targets: Matrix;
  /** shape [n, 1] */
  readonly weights: Matrix;
}

/** Everything besides the examples that determines the members of a trained stack. */
export interface StackConfig {
  /** the seed of each member: of its first parameters, its examples and its batches */
  readonly seeds: readonly number[];
  /** the number of examples that each member draws once and for all, Infinity for fresh ones in every step */
  readonly examples: number;
  /** examples a step, drawn with replacement */
  readonly batch: number;
  readonly steps: number;
  /** Adam's */
  readonly learningRate: number;
}

/**
 * Trains perceptrons side by side, each on examples of its own, by Adam on the weighted mean of its squared errors. A
 * member comes out the same whatever members are beside it, but for the round-off of float32; it starts from weights
 * of variance 1 / inputs and biases of 0.
 *
 * @param draw draws n examples from a member's source
 * @throws RangeError if a size is not a positive integer, what is drawn is not n examples of the shape, or a loss is no
 *   longer finite
 */
export async function trainMlpStack(
  shape: MlpShape,
  draw: (source: Source, n: number) => Examples,
  { seeds, examples, batch, steps, learningRate }: StackConfig,
  { progress, signal }: Pick<TrainingOptions, "progress" | "signal"> = {},
): Promise<MlpStack> {
  requireSizes("trainMlpStack", { batch, steps, ...(examples !== Infinity && { examples }) });
  if (!(learningRate > 0 && learningRate < Infinity))
    throw new RangeError(`trainMlpStack: the learning rate is ${learningRate}, expected a positive number`);
  signal?.throwIfAborted();
  const m = seeds.length;
  const initial = interleave(
    shape,
    seeds.map((seed) => initialMember(shape, randomSource(seed))),
  );
  const drawOf = (source: Source, n: number): Examples => requireExamples(draw(source, n), n, shape);
  const next = batches(drawOf, seeds, examples, batch);
  const zeros = () => new Variable(new Float32Array(initial.length));
  const variables = { parameters: new Variable(initial), first: zeros(), second: zeros() };
  try {
    const meter = new Meter(steps, progress);
    let paused = performance.now();
    for (let step = 1; step <= steps; step++) {
      const { inputs, targets, weights } = next();
      const losses = tidy(() => {
        const tape = new Tape("float32");
        const flat = variables.parameters.read();
        const y = forward(tape, cut(tape, shape, m, flat), tape.constant(inputs.values, [m, batch, shape.inputs]));
        const error = sub(y, tape.constant(targets.values, [m, batch, shape.outputs]));
        const weighted = mul(error, tape.constant(weights.values, [m, batch, 1]));
        const [gradient] = tape.vjp(y, mul(weighted, tape.constant([2 / batch], [])), [flat]);
        free(flat); // so that the change needs no copy
        applyAdam(variables, step, learningRate, gradient!);
        return Array.from(tape.values(sum(mul(weighted, error), [1, 2])), (total) => total / (batch * shape.outputs));
      });
      const bad = losses.findIndex((loss) => !Number.isFinite(loss));
      if (bad >= 0)
        throw new RangeError(
          `trainMlpStack: the loss of member ${bad} is ${losses[bad]} at step ${step}; take a smaller learning rate`,
        );
      meter.add(mean(losses), step);
      if (performance.now() - paused > 50) {
        await new Promise((resolve) => setImmediate(resolve));
        if (signal?.aborted) throw signal.reason;
        paused = performance.now();
      }
    }
    meter.end();
    return mlpStack(shape, separate(shape, m, variables.parameters.values()));
  } finally {
    Object.values(variables).forEach((variable) => variable.dispose());
  }
}

function requireExamples(drawn: Examples, n: number, { inputs, outputs }: MlpShape): Examples {
  for (const [name, cols] of Object.entries({ inputs, targets: outputs, weights: 1 })) {
    const m = drawn[name as keyof Examples];
    if (m.rows !== n || m.cols !== cols)
      throw new RangeError(
        `trainMlpStack: ${name} of shape [${m.rows}, ${m.cols}] were drawn, expected [${n}, ${cols}]`,
      );
  }
  return drawn;
}

function initialMember(shape: MlpShape, source: Source): Float32Array {
  return Float32Array.from(
    parameterShapes(shape).flatMap(([rows, cols], k) => {
      const values = new Float64Array(rows * cols);
      if (k === 0 || k % 2 === 1) fillNormal(source, values);
      return Array.from(values, (z) => z / Math.sqrt(rows));
    }),
  );
}

/** Returns what gives the members' examples of the next step, one member's below the other's. */
function batches(
  draw: (source: Source, n: number) => Examples,
  seeds: readonly number[],
  examples: number,
  batch: number,
): () => Examples {
  const sources = seeds.map((seed) => randomSource(seed, 1));
  if (examples === Infinity) return () => concatenated(sources.map((source) => draw(source, batch)));
  const known = concatenated(sources.map((source) => draw(source, examples)));
  const orders = seeds.map((seed) => randomSource(seed, 2));
  return () => {
    const rows = new Uint32Array(seeds.length * batch);
    for (let k = 0; k < rows.length; k++) {
      const member = Math.floor(k / batch);
      rows[k] = member * examples + orders[member].integer(examples);
    }
    return {
      inputs: takeRows(known.inputs, rows),
      targets: takeRows(known.targets, rows),
      weights: takeRows(known.weights, rows),
    };
  };
}

const concatenated = (parts: readonly Examples[]): Examples => ({
  inputs: concatRows(parts.map(({ inputs }) => inputs)),
  targets: concatRows(parts.map(({ targets }) => targets)),
  weights: concatRows(parts.map(({ weights }) => weights)),
});
