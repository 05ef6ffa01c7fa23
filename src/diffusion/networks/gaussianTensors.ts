import type { Tape } from "../../math/backend/tape.js";
import { free, keep, tidy, upload, type Tensor } from "../../math/backend/tensors.js";
import type { Gaussian } from "../distributions/gaussian.js";

/** The denoiser of a Gaussian on tensors of float32, every point with its own noise level. */
export function gaussianTensors(g: Gaussian): {
  denoise(tape: Tape, x: Tensor, sigmas: Float64Array): Tensor;
  dispose(): void;
} {
  const d = g.mean.length;
  const r = g.lambda.length;
  const [mean, minus, U] = tidy(() =>
    [
      upload(g.mean, [d], "float32"),
      upload(
        g.mean.map((m) => -m),
        [d],
        "float32",
      ),
      upload(g.U.values, [d, r], "float32"),
    ].map(keep),
  );
  return {
    denoise(tape, x, sigmas) {
      const share = (lambda: number, sigma: number) => lambda / (lambda + sigma * sigma);
      const outside = r < d ? (g.residualVariance ?? 0) : 0;
      const gains = new Float32Array(sigmas.length * r);
      sigmas.forEach((sigma, n) =>
        g.lambda.forEach((lambda, k) => (gains[n * r + k] = share(lambda, sigma) - share(outside, sigma))),
      );
      const centred = tape.biasAdd(x, minus);
      const inside = tape.matMul(tape.mul(tape.matMul(centred, U), tape.constant(gains, [sigmas.length, r])), U, {
        transposeB: true,
      });
      return tape.biasAdd(
        tape.add(
          inside,
          tape.scaleRows(
            centred,
            tape.constant(
              sigmas.map((sigma) => share(outside, sigma)),
              [sigmas.length, 1],
            ),
          ),
        ),
        mean,
      );
    },
    dispose: () => [mean, minus, U].forEach(free),
  };
}
