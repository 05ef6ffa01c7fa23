import assert from "node:assert/strict";
import {
  cut,
  forward,
  interleave,
  mlpStack,
  parameterShapes,
  separate,
  type MlpShape,
} from "../../../src/diffusion/networks/mlpStack.js";
import { trainMlpStack, type Examples, type StackConfig } from "../../../src/diffusion/networks/mlpStackTraining.js";
import type { TrainingProgress } from "../../../src/diffusion/networks/meter.js";
import { Tape } from "../../../src/math/backend/tape.js";
import { liveTensors, tidy } from "../../../src/math/backend/tensors.js";
import { concatRows, dot, matrix, type Matrix } from "../../../src/math/matrix.js";
import { normal, randomSource, type Source } from "../../../src/math/random.js";
import { rowRange } from "../../../src/math/rowBlocks.js";
import { mean } from "../../../src/math/stats.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

const shape: MlpShape = { inputs: 3, hidden: [7, 5], outputs: 2 };
const size = parameterShapes(shape).reduce((sum, [rows, cols]) => sum + rows * cols, 0);
const members = Array.from({ length: 4 }, (_, i) => Float32Array.from(normal(randomSource(i), 1, size).values));

describe("A stack of perceptrons", () => {
  it("gives each member's rows what the member alone gives them, block after block", () => {
    const x = normal(randomSource(9), 4 * 600, 3);
    const together = mlpStack(shape, members).predict(x);
    const alone = members.map((member, i) => mlpStack(shape, [member]).predict(rowRange(x, 600 * i, 600 * (i + 1))));
    assertMatrix(together, concatRows(alone), 1e-5);
    const order = [2, 0, 3, 1];
    const moved = (m: Matrix) => concatRows(order.map((i) => rowRange(m, 600 * i, 600 * (i + 1))));
    assertMatrix(
      mlpStack(
        shape,
        order.map((i) => members[i]),
      ).predict(moved(x)),
      moved(together),
      1e-5,
    );
  });

  it("lays its members' parameters out together, and takes them apart again", () =>
    assert.deepEqual(separate(shape, 4, interleave(shape, members)), members));

  it("has the gradients that differences have", () => {
    const flat = Float64Array.from(interleave(shape, members), (value) => 0.3 * value);
    const [x, u, v] = [4 * 6 * 3, 4 * 6 * 2, flat.length].map((n, i) => normal(randomSource(20 + i), 1, n).values);
    const along = (h: number) =>
      tidy(() => {
        const tape = new Tape("float64");
        const p = tape.constant(
          flat.map((value, i) => value + h * v[i]),
          [flat.length],
        );
        return dot(tape.values(forward(tape, cut(tape, shape, 4, p), tape.constant(x, [4, 6, 3]))), u);
      });
    const gradient = tidy(() => {
      const tape = new Tape("float64");
      const p = tape.constant(flat, [flat.length]);
      const y = forward(tape, cut(tape, shape, 4, p), tape.constant(x, [4, 6, 3]));
      return dot(tape.values(tape.vjp(y, tape.constant(u, [4, 6, 2]), [p])[0]!), v);
    });
    assertClose([gradient], [(along(1e-5) - along(-1e-5)) / 2e-5], 1e-8);
  });

  it("refuses what does not fit, and computes no more once it is disposed of", () => {
    assert.throws(() => mlpStack(shape, []), /^RangeError: mlpStack: no members, expected at least one$/);
    assert.throws(
      () => mlpStack(shape, [members[0].subarray(1)]),
      new RegExp(`^RangeError: mlpStack: member 0 has ${size - 1} parameters, expected ${size} for this shape$`),
    );
    assert.throws(
      () => mlpStack({ ...shape, hidden: [] }, members),
      /^RangeError: mlpStack: the number of hidden layers is 0, expected an integer of at least 1$/,
    );
    const stack = mlpStack(shape, members);
    assert.throws(
      () => stack.predict(matrix(6, 3)),
      /^RangeError: MlpStack.predict: x is 6 × 3, expected 3 columns and a multiple of 4 rows$/,
    );
    stack.dispose();
    assert.throws(() => stack.predict(matrix(4, 3)), /^Error: MlpStack.predict: the stack is disposed of$/);
  });
});

describe("Training a stack", () => {
  /** y = sin 2x of x ~ N(0, 1), with a constant beside x. */
  const wave = (source: Source, n: number): Examples => {
    const z = normal(source, n, 1).values;
    return {
      inputs: matrix(
        n,
        2,
        Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? z[i >> 1] : 1)),
      ),
      targets: matrix(
        n,
        1,
        z.map((value) => Math.sin(2 * value)),
      ),
      weights: matrix(n, 1, new Float64Array(n).fill(1)),
    };
  };
  const small: MlpShape = { inputs: 2, hidden: [16, 16], outputs: 1 };
  const config: StackConfig = { seeds: [3, 4, 5], examples: 50, batch: 32, steps: 60, learningRate: 5e-3 };

  for (const examples of [50, Infinity])
    it(`makes of a member the same alone and beside others, of ${examples} examples`, async () => {
      const all = await trainMlpStack(small, wave, { ...config, examples });
      for (const [i, seed] of config.seeds.entries()) {
        const { members } = await trainMlpStack(small, wave, { ...config, examples, seeds: [seed] });
        assertClose(all.members[i], members[0], 1e-4, `seed ${seed}`);
      }
      assert.notDeepEqual(all.members[0], all.members[1]);
    });

  it("lets the loss of every member fall", async () => {
    const { inputs, targets } = wave(randomSource(1), 500);
    const losses = async (steps: number) => {
      const { predict } = await trainMlpStack(small, wave, { ...config, steps, examples: Infinity });
      const found = predict(concatRows(config.seeds.map(() => inputs))).values;
      return config.seeds.map((_, i) => mean(targets.values.map((y, n) => (found[500 * i + n] - y) ** 2)));
    };
    const [before, after] = [await losses(1), await losses(400)];
    before.forEach((loss, i) => assert.ok(after[i] < 0.1 * loss, `member ${i}: ${loss} to ${after[i]}`));
  });

  it("tells its progress, and stops when it is told to, leaving nothing behind", async () => {
    const told: TrainingProgress[] = [];
    await trainMlpStack(small, wave, config, { progress: (now) => told.push(now) });
    assert.deepEqual([told.at(-1)!.step, told.at(-1)!.steps], [60, 60]);
    const reason = new Error("enough");
    const start = performance.now();
    await assert.rejects(
      trainMlpStack(small, wave, { ...config, steps: 1e7 }, { signal: AbortSignal.abort(reason) }),
      reason,
    );
    assert.ok(performance.now() - start < 5000);
    assert.equal(liveTensors(), 0);
  });

  it("refuses sizes that are none, and a loss that is no number", async () => {
    await assert.rejects(
      trainMlpStack(small, wave, { ...config, examples: 0 }),
      /^RangeError: trainMlpStack: examples is 0, expected an integer of at least 1$/,
    );
    await assert.rejects(
      trainMlpStack(small, wave, { ...config, learningRate: 0 }),
      /^RangeError: trainMlpStack: the learning rate is 0, expected a positive number$/,
    );
    await assert.rejects(
      trainMlpStack(small, wave, { ...config, learningRate: 1e30 }),
      /^RangeError: trainMlpStack: the loss of member \d is \S+ at step \d+; take a smaller learning rate$/,
    );
  });

  it("does not begin where it is stopped already", async () => {
    const never = () => assert.fail("it has drawn");
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(trainMlpStack(small, never, config, { signal }), /^Error: enough$/);
  });

  it("refuses examples of another number or shape than it asked for", async () => {
    const less = (source: Source, n: number) => wave(source, n - 1);
    for (const examples of [8, Infinity])
      await assert.rejects(
        trainMlpStack(small, less, { ...config, examples }),
        /^RangeError: trainMlpStack: inputs of shape \[\d+, \d+\] were drawn, expected \[\d+, \d+\]$/,
      );
    const wide = (source: Source, n: number) => ({ ...wave(source, n), weights: matrix(n, 2) });
    await assert.rejects(trainMlpStack(small, wide, config), /trainMlpStack: weights of shape \[\d+, 2\] were drawn/);
  });
});
