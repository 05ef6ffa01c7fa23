import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { network, initialParameters, type NetworkSpec } from "../../../src/diffusion/networks/network.js";
import { networkDenoiser } from "../../../src/diffusion/networks/networkDenoiser.js";
import { openOnnxruntime } from "../../../src/math/backend/onnxruntime.js";
import { onnxruntimePlace } from "../../../src/math/backend/onnxruntimeFiles.js";
import { normal, randomSource } from "../../../src/math/random.js";

/** Every kind of network, and every operation of each. */
const networks: Readonly<Record<string, { spec: NetworkSpec; d: number }>> = {
  perceptron: { spec: { kind: "mlp", hidden: [32, 48] }, d: 7 },
  "perceptron that adds what goes in": { spec: { kind: "mlp", hidden: [32, 32], residual: true }, d: 7 },
  "perceptron that knows no noise level but its logarithm": {
    spec: { kind: "mlp", hidden: [8], frequencies: 0 },
    d: 1,
  },
  "gradient of a potential": { spec: { kind: "potential", hidden: 24 }, d: 5 },
  "untied twin": { spec: { kind: "potential", hidden: 24, tied: false }, d: 5 },
  "U-Net": { spec: { kind: "unet", side: 8, channels: [6, 10, 14] }, d: 64 },
  "U-Net of one level": { spec: { kind: "unet", side: 5, channels: [4] }, d: 25 },
  "U-Net with all that there is": {
    spec: { kind: "unet", side: 12, channels: [6, 10], patch: 2, classes: 3, scaled: true, attention: true },
    d: 144,
  },
};

describe("OnnxGraph", () => {
  for (const [name, { spec, d }] of Object.entries(networks))
    it(`gives ONNX Runtime what TensorFlow computes: ${name}`, () => {
      const net = network(spec, d);
      const parameters = initialParameters(net, randomSource(1)).map((value, i) => value + 0.2 * Math.sin(i)); // no 0s
      const whole = networkDenoiser({ network: spec, dimension: d, sigmaData: 0.7 }, parameters);
      const fields = net.classes > 0 ? [whole, whole.conditional([2, 0, 1], { guidance: 1.5 })] : [whole];
      const x = normal(randomSource(2), 3, d);
      for (const field of fields)
        for (const sigma of [0.01, 1, 50]) {
          const { values: runtime } = field.denoiser(x, sigma);
          const { values: tape } = field.denoiserAndVjp(x, sigma, x).denoised;
          const largest = tape.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          runtime.forEach((value, i) =>
            assert.ok(Math.abs(value - tape[i]) <= 1e-5 * largest, `${sigma}: ${value}, ${tape[i]}`),
          );
        }
      whole.dispose();
      assert.throws(() => whole.denoiser(x, 1), { message: "networkDenoiser: the denoiser is disposed of" });
    });

  it("is evaluated alike in batches of any size, split where they would take too much memory", () => {
    const spec: NetworkSpec = { kind: "mlp", hidden: [1024, 1024] };
    const parameters = initialParameters(network(spec, 2), randomSource(1)).map(
      (value, i) => value + 0.01 * Math.sin(i),
    );
    const { denoiser } = networkDenoiser({ network: spec, dimension: 2, sigmaData: 1 }, parameters);
    const x = normal(randomSource(2), 5000, 2);
    const all = denoiser(x, 0.5).values;
    const last = denoiser({ rows: 1, cols: 2, values: x.values.slice(-2) }, 0.5).values;
    assert.deepEqual(denoiser({ rows: 0, cols: 2, values: new Float64Array() }, 0.5).values, new Float64Array());
    last.forEach((value, i) => assert.ok(Math.abs(value - all.slice(-2)[i]) < 1e-5));
  });
});

describe("ONNX Runtime", () => {
  it("says what is wrong with a model, and goes on", () => {
    const runtime = openOnnxruntime(onnxruntimePlace()!);
    assert.throws(() => runtime.session(Uint8Array.of(1, 2, 3)), /^Error: ONNX Runtime: /);
    assert.throws(() => runtime.session(Uint8Array.of(1, 2, 3)), /^Error: ONNX Runtime: /);
  });

  const evaluated = (place: string) => {
    const program = `
      import { loadDenoiser } from "scorebook";
      import { matrix } from "scorebook/math";
      console.log(loadDenoiser("digits-7").denoiser(matrix(1, 49), 1).values.reduce((sum, value) => sum + value, 0));`;
    const env = { ...process.env, SCOREBOOK_ONNXRUNTIME: place };
    return Number(execFileSync(process.execPath, ["--input-type=module", "-e", program], { env, encoding: "utf8" }));
  };

  it("is left out where SCOREBOOK_ONNXRUNTIME is none, and TensorFlow takes its place", () => {
    const [own, without] = [evaluated(""), evaluated("none")];
    assert.ok(own !== without && Math.abs(own - without) < 1e-4 * Math.abs(own), `${own}, ${without}`);
  });
});
