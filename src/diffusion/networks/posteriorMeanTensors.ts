import { matrix, scale, squaredLengths, type Matrix } from "../../math/matrix.js";
import { DType } from "../../math/backend/binding.js";
import { add, cast, div, exp, gather, matMul, max, mul, sub, sum } from "../../math/backend/ops.js";
import { download, free, keep, tidy, upload, type Tensor } from "../../math/backend/tensors.js";
import type { Drawing, Draws } from "./draws.js";

/** Draws of a finite number at a time. */
const BLOCK = 1024;

/**
 * What E[x_0 | x_σ] of the empirical distribution of data, shape [N, d], adds to x_0, on tensors, every point with its
 * own noise level: in float64 within, since ‖x - y‖² / 2σ² cancels at small σ. Of a finite number of draws it is
 * computed here, once.
 */
export function posteriorMeanTensors(
  data: Matrix,
  all: Drawing["all"],
): {
  /** E[x_0 | x] - x_0 in float32 at the points x of draws, shape [n, d]; exactly 0 of a single data point */
  excess(x: Tensor, draws: Draws): Tensor;
  dispose(): void;
} {
  const [points, halfSquares] = tidy(() =>
    [
      upload(data.values, [data.rows, data.cols], "float64"),
      upload(scale(matrix(1, data.rows, squaredLengths(data)), -0.5).values, [1, data.rows], "float64"),
    ].map(keep),
  );
  const computed = (x: Tensor, { rows, sigmas }: Pick<Draws, "rows" | "sigmas">): Tensor => {
    const precisions = upload(
      sigmas.map((sigma) => sigma ** -2),
      [sigmas.length, 1],
      "float64",
    );
    const logs = mul(add(matMul(cast(x, DType.float64), points, { transposeB: true }), halfSquares), precisions);
    const weights = exp(sub(logs, max(logs, 1)));
    const mean = matMul(div(weights, sum(weights, [1])), points);
    return cast(sub(mean, gather(points, rows)), DType.float32);
  };
  const known = all && keepExcess(data, all, computed);
  return {
    excess: (x, draws) => (known && draws.places ? gather(known, draws.places) : computed(x, draws)),
    dispose: () => [points, halfSquares, ...(known ? [known] : [])].forEach(free),
  };
}

function keepExcess(
  data: Matrix,
  { rows, sigmas, noise }: NonNullable<Drawing["all"]>,
  computed: (x: Tensor, draws: Pick<Draws, "rows" | "sigmas">) => Tensor,
): Tensor {
  const d = data.cols;
  const excess = new Float32Array(noise.values.length);
  for (let from = 0; from < rows.length; from += BLOCK) {
    const part = { rows: rows.slice(from, from + BLOCK), sigmas: sigmas.slice(from, from + BLOCK) };
    const x = noise.values.slice(from * d, (from + part.rows.length) * d);
    for (let at = 0; at < x.length; at++) {
      const i = Math.floor(at / d);
      x[at] = data.values[part.rows[i] * d + (at % d)] + part.sigmas[i] * x[at];
    }
    tidy(() => excess.set(download(computed(upload(x, [part.rows.length, d], "float32"), part)), from * d));
  }
  return tidy(() => keep(upload(excess, [rows.length, d], "float32")));
}
