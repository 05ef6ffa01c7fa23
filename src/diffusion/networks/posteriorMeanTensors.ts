import type { Matrix } from "../../math/matrix.js";
import { squaredLengths } from "../../math/matrix.js";
import { DType } from "../../math/backend/binding.js";
import { add, cast, div, exp, gather, matMul, max, mul, sub, sum } from "../../math/backend/ops.js";
import { free, keep, tidy, upload, type Tensor } from "../../math/backend/tensors.js";

/**
 * The denoiser of the empirical distribution of data on tensors, every point with its own noise level: in float64
 * within, since ‖x - y‖² / 2σ² cancels at small σ.
 */
export function posteriorMeanTensors(data: Matrix): {
  /** E[x_0 | x] - x_0 in float32 for x = x_0 + σ z, shape [n, d], x_0 the given rows of the data; 0 of a single point */
  excess(x: Tensor, rows: Int32Array, sigmas: Float64Array): Tensor;
  dispose(): void;
} {
  const [points, halfSquares] = tidy(() =>
    [
      upload(data.values, [data.rows, data.cols], "float64"),
      upload(
        squaredLengths(data).map((square) => -0.5 * square),
        [1, data.rows],
        "float64",
      ),
    ].map(keep),
  );
  return {
    excess(x, rows, sigmas) {
      const precisions = upload(
        sigmas.map((sigma) => sigma ** -2),
        [sigmas.length, 1],
        "float64",
      );
      const products = matMul(cast(x, DType.float64), points, { transposeB: true });
      const logs = mul(add(products, halfSquares), precisions);
      const weights = exp(sub(logs, max(logs, 1)));
      const mean = matMul(div(weights, sum(weights, [1])), points);
      return cast(sub(mean, gather(points, rows)), DType.float32);
    },
    dispose: () => [points, halfSquares].forEach(free),
  };
}
