import assert from "node:assert/strict";
import { solveBlockTridiagonal } from "../../src/math/blockTridiagonal.js";
import { matrix, row } from "../../src/math/matrix.js";
import { normal, randomSource } from "../../src/math/random.js";
import { solve } from "../../src/math/solve.js";

describe("A block-tridiagonal system", () => {
  const [n, d] = [5, 3];
  const draws = normal(randomSource(1), 2 * n, d * d);
  const symmetric = (k: number) =>
    Float64Array.from({ length: d * d }, (_, at) => {
      const [i, j] = [Math.floor(at / d), at % d];
      const own = row(draws, k);
      return own[i * d + j] + own[j * d + i] + (i === j ? 12 : 0);
    });
  const blocks = {
    size: d,
    diagonal: Array.from({ length: n }, (_, k) => symmetric(k)),
    above: Array.from({ length: n - 1 }, (_, k) => row(draws, n + k).slice()),
  };
  const b = normal(randomSource(2), n * d, 1);
  const dense = (shift: number) => {
    const H = matrix(n * d, n * d);
    const put = (i: number, j: number, value: number) => (H.values[i * n * d + j] = value);
    for (let k = 0; k < n; k++)
      for (let i = 0; i < d; i++)
        for (let j = 0; j < d; j++) {
          put(k * d + i, k * d + j, blocks.diagonal[k][i * d + j] + (i === j ? shift : 0));
          if (k === n - 1) continue;
          put(k * d + i, (k + 1) * d + j, blocks.above[k][i * d + j]);
          put((k + 1) * d + j, k * d + i, blocks.above[k][i * d + j]);
        }
    return H;
  };

  it("has the solution of the dense one, with a shift or without", () => {
    for (const shift of [0, 2.5]) {
      const exact = solve(dense(shift), b).values;
      const x = solveBlockTridiagonal(blocks, b.values, shift)!;
      x.forEach((value, i) => assert.ok(Math.abs(value - exact[i]) < 1e-12));
    }
  });

  it("may have no block, and names those that do not fit", () => {
    assert.deepEqual(solveBlockTridiagonal({ size: 2, diagonal: [], above: [] }, new Float64Array(0)), new Float64Array(0)); // prettier-ignore
    assert.throws(() => solveBlockTridiagonal(blocks, b.values.slice(1)), /b has 14 numbers, expected 5 × 3/);
    const short = { ...blocks, above: blocks.above.slice(1) };
    assert.throws(() => solveBlockTridiagonal(short, b.values), /5 blocks on the diagonal and 3 above it, expected/);
  });

  it("has none where it is not positive definite", () => {
    assert.equal(solveBlockTridiagonal(blocks, b.values, -12), undefined);
  });
});
