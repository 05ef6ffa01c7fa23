import { Tape } from "../../../src/math/backend/tape.js";
import { tidy, type Tensor } from "../../../src/math/backend/tensors.js";
import { dot, matrix, row, type Matrix } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose } from "../../helpers/close.js";

describe("A tape's products of stacks of matrices", () => {
  const [m, n, k, l] = [3, 4, 5, 2];
  const draws = (seed: number, size: number) => normal(randomSource(seed), 1, size).values;
  const [x, W, u] = [draws(1, m * n * k), draws(2, m * k * l), draws(3, m * n * l)];
  const evaluate = <T>(a: Float64Array, B: Float64Array, f: (tape: Tape, at: Record<"x" | "W" | "y", Tensor>) => T) =>
    tidy(() => {
      const tape = new Tape("float64");
      const at = { x: tape.constant(a, [m, n, k]), W: tape.constant(B, [m, k, l]) };
      return f(tape, { ...at, y: tape.batchMatMul(at.x, at.W) });
    });
  const product = (a: Float64Array, B: Float64Array) =>
    evaluate(a, B, (tape, { y }) => Float64Array.from(tape.values(y)));

  it("are the products one by one", () => {
    const piece = (all: Float64Array, i: number, rows: number, cols: number): Matrix =>
      matrix(rows, cols, row(matrix(m, rows * cols, all), i));
    const expected = Array.from({ length: m }, (_, i) => [...multiply(piece(x, i, n, k), piece(W, i, k, l)).values]);
    assertClose(product(x, W), expected.flat(), 1e-14);
  });

  it("have the gradients that differences have, and push changes forward as they pull gradients back", () => {
    const gradients = evaluate(x, W, (tape, at) =>
      tape.vjp(at.y, tape.constant(u, [m, n, l]), [at.x, at.W]).map((g) => Float64Array.from(tape.values(g!))),
    );
    ([x, W] as const).forEach((values, i) => {
      const v = draws(4 + i, values.length);
      const moved = (h: number) => {
        const there = values.map((value, j) => value + h * v[j]);
        return dot(i === 0 ? product(there, W) : product(x, there), u);
      };
      const back = dot(gradients[i], v);
      assertClose([back], [(moved(1e-4) - moved(-1e-4)) / 2e-4], 1e-9, "differences"); // exact but for round-off: bilinear
      const forward = evaluate(x, W, (tape, at) => {
        const target = i === 0 ? at.x : at.W;
        return dot(tape.values(tape.jvp(at.y, target, tape.constant(v, target.shape))!), u);
      });
      assertClose([forward], [back], 1e-12, "forward");
    });
  });
});
