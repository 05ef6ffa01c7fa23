import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { savedModelDenoiser } from "../../../src/diffusion/networks/savedModel.js";
import { matrix } from "../../../src/math/matrix.js";
import { assertMatrix } from "../../helpers/close.js";

const path = "data/reference/saved-model";
interface Case {
  readonly sigma: number;
  readonly denoised: number[];
  readonly jvp: number[];
  readonly vjp: number[];
}
const {
  x: points,
  v: vectors,
  cases,
} = JSON.parse(readFileSync(`${path}.json`, "utf8")) as { x: number[]; v: number[]; cases: Case[] };
const m = (values: number[]) => matrix(4, 3, Float64Array.from(values));
const [x, v] = [m(points), m(vectors)];

describe("A SavedModel", () => {
  it("denoises as in the TensorFlow that exported it, whole or in parts, and has its Jacobian products", async () => {
    for (const rows of [256, 3]) {
      const net = await savedModelDenoiser(path, { rows });
      assert.equal(net.dimension, 3);
      for (const { sigma, denoised, jvp, vjp } of cases) {
        assertMatrix(net.denoiser(x, sigma), m(denoised), 1e-6);
        assertMatrix(net.jvp(x, sigma, v), m(jvp), 1e-6);
        assertMatrix(net.vjp(x, sigma, v), m(vjp), 1e-6);
      }
      net.dispose();
      net.dispose();
      assert.throws(() => net.denoiser(x, 1), /^Error: savedModelDenoiser: the denoiser is disposed of$/);
    }
  });

  it("refuses a folder without a model, a signature that is not there or no denoiser, and σ = 0", async () => {
    await assert.rejects(
      savedModelDenoiser("data/reference"),
      /^Error: There is no saved_model\.pb file in the directory: data\/reference$/,
    );
    await assert.rejects(
      savedModelDenoiser(path, { signature: "denoise" }),
      /^Error: savedModelDenoiser: data\/reference\/saved-model has no signature "denoise"; there are .*serving_default/,
    );
    await assert.rejects(
      savedModelDenoiser(path, { signature: "vjp" }),
      /^RangeError: savedModelDenoiser: data\/reference\/saved-model has the inputs .* in vjp, expected x and sigma and one output$/,
    );
    const net = await savedModelDenoiser(path);
    assert.throws(
      () => net.denoiser(x, 0),
      /^RangeError: savedModelDenoiser: σ is 0, expected a positive noise level$/,
    );
    assert.throws(() => net.denoiser(matrix(1, 2), 1), /^RangeError: savedModelDenoiser: x has 2 columns, expected 3$/);
    net.dispose();
  });
});
