import assert from "node:assert/strict";
import {
  conditions,
  network,
  initialParameters,
  NO_LABEL,
  parameterCount,
  type Network,
  type NetworkSpec,
} from "../../../src/diffusion/networks/network.js";
import { fillNormal, normal, randomSource } from "../../../src/math/random.js";
import { Tape } from "../../../src/math/backend/tape.js";
import { liveTensors, tidy, type Precision, type Tensor } from "../../../src/math/backend/tensors.js";
import { assertClose } from "../../helpers/close.js";

const cases: readonly [string, NetworkSpec, number][] = [
  ["a perceptron", { kind: "mlp", hidden: [7, 5] }, 3],
  [
    "a residual perceptron without noise frequencies",
    { kind: "mlp", hidden: [6, 6, 6], residual: true, frequencies: 0 },
    3,
  ],
  ["a tied potential", { kind: "potential", hidden: 8, embedding: 4 }, 3],
  ["its untied twin", { kind: "potential", hidden: 8, embedding: 4, tied: false }, 3],
  ["a U-Net of two levels", { kind: "unet", side: 4, channels: [2, 3], embedding: 4 }, 16],
  ["a U-Net of patches", { kind: "unet", side: 8, channels: [2, 2], patch: 2, embedding: 4 }, 64],
  ["a U-Net with classes", { kind: "unet", side: 4, channels: [2, 3], embedding: 4, classes: 3, scaled: true }, 16],
  ["a U-Net with attention", { kind: "unet", side: 4, channels: [2, 3], embedding: 4, attention: true }, 16],
];

const SIGMAS = [0.3, 2];
/** of the two points, for networks with classes */
const LABELS = [1, NO_LABEL];

/** Parameters of which none is 0, unlike at initialization. */
function somewhere(net: Network): Float64Array {
  const p = new Float64Array(parameterCount(net));
  fillNormal(randomSource(5), p);
  return p.map((z) => 0.3 * z);
}

function evaluate<T>(
  net: Network,
  p: ArrayLike<number>,
  x: ArrayLike<number>,
  precision: Precision,
  f: (tape: Tape, at: { flat: Tensor; input: Tensor; F: Tensor }) => T,
): T {
  return tidy(() => {
    const tape = new Tape(precision);
    const [n, d] = [SIGMAS.length, x.length / SIGMAS.length];
    const flat = tape.constant(p, [p.length]);
    const input = tape.constant(x, [n, d]);
    const { values, cols } = conditions(net, SIGMAS, LABELS);
    const F = net.forward(
      tape,
      tape.split(
        flat,
        net.parameters.map(({ shape }) => shape),
      ),
      input,
      tape.constant(values, [n, cols]),
    );
    return f(tape, { flat, input, F });
  });
}

const output = (net: Network, p: ArrayLike<number>, x: ArrayLike<number>, precision: Precision = "float64") =>
  evaluate(net, p, x, precision, (tape, { F }) => Float64Array.from(tape.values(F)));
const moved = (a: Float64Array, step: number, v: Float64Array) => a.map((value, i) => value + step * v[i]);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
const draws = (seed: number, size: number) => normal(randomSource(seed), 1, size).values;

describe("Networks", () => {
  for (const [name, spec, d] of cases)
    describe(name, () => {
      const net = network(spec, d);
      const p = somewhere(net);
      const x = draws(6, SIGMAS.length * d);
      const u = draws(7, SIGMAS.length * d);

      it("has the gradients that differences have, with respect to every parameter and coordinate", () => {
        const [dp, dx] = evaluate(net, p, x, "float64", (tape, { flat, input, F }) =>
          tape.vjp(F, tape.constant(u, F.shape), [flat, input]).map((t) => Float64Array.from(tape.values(t!))),
        );
        const h = 1e-5;
        const difference = (at: Float64Array, f: (a: Float64Array) => Float64Array) =>
          at.map((_, i) => {
            const e = new Float64Array(at.length);
            e[i] = 1;
            return (dot(f(moved(at, h, e)), u) - dot(f(moved(at, -h, e)), u)) / (2 * h);
          });
        assertClose(
          dx,
          difference(x, (a) => output(net, p, a)),
          1e-8,
          "∂F/∂x",
        );
        assertClose(
          dp,
          difference(p, (a) => output(net, a, x)),
          1e-8,
          "∂F/∂parameters",
        );
      });

      it("pushes changes of the input and of the parameters forward as it pulls gradients back", () => {
        for (const target of ["input", "flat"] as const) {
          const v = draws(8, target === "input" ? x.length : p.length);
          const { forward, back } = evaluate(net, p, x, "float64", (tape, at) => {
            const y = tape.jvp(at.F, at[target], tape.constant(v, at[target].shape))!;
            const [g] = tape.vjp(at.F, tape.constant(u, at.F.shape), [at[target]]);
            return { forward: dot(tape.values(y), u), back: dot(tape.values(g!), v) };
          });
          assertClose([forward], [back], 1e-12, target);
        }
      });

      it("is 0 at initialization, and gives float32 what it gives float64 to round-off", () => {
        const initial = initialParameters(net, randomSource(1));
        assert.deepEqual(initial, initialParameters(net, randomSource(1)));
        assert.notDeepEqual(initial, initialParameters(net, randomSource(2)));
        assert.ok(output(net, initial, x).every((value) => value === 0));
        const single = Float32Array.from(p);
        assertClose(
          output(net, single, Float32Array.from(x), "float32"),
          output(net, single, Float32Array.from(x)),
          1e-5,
        );
      });
    });

  it("leave no tensor behind", () => {
    output(network(cases[0][1], 3), somewhere(network(cases[0][1], 3)), draws(1, 6));
    assert.equal(liveTensors(), 0);
  });

  it("refuse what does not fit", () => {
    assert.throws(
      () => network({ kind: "mlp", hidden: [] }, 2),
      /^RangeError: mlp: the number of hidden layers is 0, expected an integer of at least 1$/,
    );
    assert.throws(
      () => network({ kind: "mlp", hidden: [4, 0] }, 2),
      /^RangeError: mlp: hidden\[1\] is 0, expected an integer of at least 1$/,
    );
    assert.throws(
      () => network({ kind: "unet", side: 28, channels: [4] }, 49),
      /^RangeError: unet: images of 28 × 28 pixels for points of 49 dimensions, expected 784 dimensions$/,
    );
    assert.throws(
      () => network({ kind: "unet", side: 14, channels: [4, 4, 4] }, 196),
      /^RangeError: unet: 14 pixels along an edge cannot be halved 2 times; take fewer levels$/,
    );
    assert.throws(
      () => network({ kind: "cnn" } as unknown as NetworkSpec, 2),
      /^RangeError: network: the kind is "cnn", expected "mlp", "potential" or "unet"$/,
    );
  });
});
