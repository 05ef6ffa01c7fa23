import assert from "node:assert/strict";
import { attentionSums, cut, type Block, type Sums } from "../../../src/diffusion/distributions/attentionSums.js";
import { logSumExp } from "../../../src/math/logSumExp.js";
import { addScaled, addToRows, dot, matrix, row, takeRows, type Matrix } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

/** Over the total, by one loop over all points after the other. */
function plainly(blocks: readonly Block[], x: Matrix, variance: number, v?: Matrix) {
  const points = blocks.flatMap(({ y, logWeights }) =>
    Array.from({ length: y.rows }, (_, i) => ({ y: row(y, i), log: logWeights[i] })),
  );
  const result = {
    log: new Float64Array(x.rows),
    square: new Float64Array(x.rows),
    mean: matrix(x.rows, x.cols),
    along: matrix(x.rows, x.cols),
  };
  for (let k = 0; k < x.rows; k++) {
    const logs = points.map(({ y, log }) => (dot(row(x, k), y) - dot(y, y) / 2) / variance + log);
    const all = (result.log[k] = logSumExp(logs));
    points.forEach(({ y }, i) => {
      const p = Math.exp(logs[i] - all);
      result.square[k] += p * dot(y, y);
      const along = v ? dot(y, row(v, k)) : 0;
      y.forEach((value, j) => {
        row(result.mean, k)[j] += p * value;
        row(result.along, k)[j] += p * along * value;
      });
    });
  }
  return result;
}

const logs = ({ top, total }: Sums) => top.map((value, k) => value + Math.log(total[k]));
const shares = (sums: Matrix | undefined, { total }: Sums): Matrix => ({
  ...sums!,
  values: sums!.values.map((value, i) => value / total[Math.floor(i / sums!.cols)]),
});

describe("sums over data points", () => {
  const source = randomSource(1);
  const blocks = [100, 1, 60].flatMap((rows, b) =>
    cut(
      normal(source, rows, 5),
      Float64Array.from({ length: rows }, (_, i) => -Math.log(161) + 0.01 * i),
      rows,
    ).map((part) => ({ ...part, from: [0, 100, 101][b] })),
  );
  for (const n of [7, 90])
    for (const sigma of [0.01, 0.1, 1, 80])
      it(`are those of a plain loop at σ = ${sigma} for ${n} noised points`, () => {
        const near = takeRows(
          blocks[0].y,
          Array.from({ length: n }, (_, i) => i),
        );
        const x = addScaled(near, sigma, normal(source, n, 5));
        const v = normal(source, n, 5);
        const [sums, plain] = [attentionSums(blocks, x, sigma ** 2, { v }), plainly(blocks, x, sigma ** 2, v)];
        assertClose(logs(sums), plain.log, 1e-13);
        assertClose(logs(attentionSums(blocks, x, sigma ** 2, { mean: false })), plain.log, 1e-13);
        // exp of what differs by round-off of the logits, up to 1e5
        assertClose(
          sums.square.map((value, k) => value / sums.total[k]),
          plain.square,
          1e-9,
        );
        assertMatrix(shares(sums.mean, sums), plain.mean, 1e-9, "mean");
        assertMatrix(shares(sums.along, sums), plain.along, 1e-9, "along");
      });

  it("are those of the nearest point also where it comes after thousands of broad ones", () => {
    // Beside the first block, all of whose points are far and equally so, the weight of the last one overflows.
    const distant = addToRows(normal(source, 50, 5), new Float64Array(5).fill(1000));
    const [far] = cut(distant, new Float64Array(50).fill(-Math.log(51)), 50);
    const near = { ...cut(matrix(1, 5), Float64Array.of(-Math.log(51)), 1)[0], from: 50 };
    const x = normal(source, 3, 5);
    for (const order of [
      [far, near],
      [near, far],
    ]) {
      const sums = attentionSums(order, x, 40 ** 2);
      assertClose(logs(sums), new Float64Array(3).fill(-Math.log(51)), 1e-12);
      assert.ok(shares(sums.mean, sums).values.every((value) => Math.abs(value) < 1e-12));
    }
  });

  it("are the same from blocks of whatever size", () => {
    const points = normal(source, 40, 5);
    const logWeights = Float64Array.from({ length: 40 }, (_, i) => -Math.log(40) + 0.01 * i);
    const x = addScaled(takeRows(points, [3, 17, 39]), 0.5, normal(source, 3, 5));
    const whole = attentionSums(cut(points, logWeights, 40), x, 0.3);
    for (const size of [1, 7, 40, 100]) {
      const blocks = cut(points, logWeights, size);
      assert.deepEqual(
        blocks.map(({ from }) => from),
        Array.from({ length: Math.ceil(40 / size) }, (_, k) => k * size),
      );
      const sums = attentionSums(blocks, x, 0.3);
      assertClose(logs(sums), logs(whole), 1e-13);
      assertMatrix(shares(sums.mean, sums), shares(whole.mean, whole), 1e-12);
    }
  });

  it("are at σ = 0 those of the nearest points, by their weights", () => {
    const y = matrix(4, 1, Float64Array.of(-1, 3, 1, 5));
    const some = cut(y, Float64Array.from([0.1, 0.2, 0.3, 0.4], Math.log), 4);
    const sums = attentionSums(some, matrix(2, 1, Float64Array.of(0, 4.5)), 0);
    assertClose(shares(sums.mean, sums).values, [(0.3 - 0.1) / 0.4, 5], 1e-15);
  });
});
