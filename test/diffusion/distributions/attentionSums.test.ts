import assert from "node:assert/strict";
import {
  block,
  nativeSums,
  referenceSums,
  type Block,
  type Sums,
} from "../../../src/diffusion/distributions/attentionSums.js";
import { addScaled, addToRows, matrix, takeRows } from "../../../src/math/matrix.js";
import { liveTensors, nativeAvailable } from "../../../src/math/native.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

describe("sums over data points", () => {
  before(function () {
    if (!nativeAvailable()) this.skip();
  });

  const source = randomSource(1);
  const blocks: Block[] = [100, 1, 60].map((rows, b) => {
    return {
      ...block(normal(source, rows, 5), 0, rows),
      from: [0, 100, 101][b],
      logWeights: Float64Array.from({ length: rows }, (_, i) => -Math.log(161) + 0.01 * i),
    };
  });
  const v = normal(source, 7, 5);
  for (const sigma of [0.01, 0.1, 1, 80])
    it(`are natively what they are in plain code at σ = ${sigma}`, () => {
      const x = addScaled(takeRows(blocks[0].y, [1, 2, 3, 4, 5, 6, 7]), sigma, normal(source, 7, 5));
      const [fast, plain] = [
        nativeSums(blocks, x, sigma ** 2, { v }),
        referenceSums(blocks, x, sigma ** 2, { mean: true, v }),
      ];
      const density = ({ top, total }: Sums) => top.map((value, k) => value + Math.log(total[k]));
      assertClose(density(fast), density(plain), 1e-13);
      assertClose(density(nativeSums(blocks, x, sigma ** 2, { mean: false })), density(plain), 1e-13);
      // each over the total, as exp of what differs by round-off of the logits, up to 1e5
      const shares = (values: Float64Array, { total }: Sums) =>
        values.map((value, i) => value / total[i % total.length]);
      assertClose(shares(fast.square, fast), shares(plain.square, plain), 1e-9);
      for (const key of ["mean", "along"] as const)
        assertMatrix(
          { ...plain[key]!, values: shares(fast[key]!.values, fast) },
          { ...plain[key]!, values: shares(plain[key]!.values, plain) },
          1e-9,
          key,
        );
      assert.equal(liveTensors(), 0);
    });

  for (const weighted of [false, true])
    it(`are those of plain code also where no point has a weight that can be seen from 0, ${weighted ? "weighted" : "equal"} points`, () => {
      const apart = [60, 40].map((rows, b) => ({
        ...block(addToRows(normal(source, rows, 5), new Float64Array(5).fill(10)), 0, rows),
        from: 60 * b,
        logWeights: Float64Array.from({ length: rows }, (_, i) => -Math.log(100) + (weighted ? 0.01 * i : 0)),
      }));
      const x = normal(source, 3, 5);
      const [fast, plain] = [nativeSums(apart, x, 0.3 ** 2), referenceSums(apart, x, 0.3 ** 2, { mean: true })];
      const means = ({ mean, total }: Sums) => mean!.values.map((value, i) => value / total[i % 3]);
      assertClose(means(fast), means(plain), 1e-9);
    });

  it("are those of the nearest point also where it comes after thousands of broad ones", () => {
    // Seen from the first block, all of whose points are far and equally so, the weight of the last one overflows.
    const far = {
      ...block(addToRows(normal(source, 50, 5), new Float64Array(5).fill(1000)), 0, 50),
      logWeights: new Float64Array(50).fill(-Math.log(51)),
    };
    const near = { ...block(matrix(1, 5), 0, 1), from: 50, logWeights: Float64Array.of(-Math.log(51)) };
    const x = normal(source, 3, 5);
    const { top, total, mean } = nativeSums([far, near], x, 40 ** 2);
    assertClose(
      top.map((value, k) => value + Math.log(total[k])),
      new Float64Array(3).fill(-Math.log(51)),
      1e-12,
    );
    assert.ok(mean!.values.every((value, i) => Math.abs(value / total[i % 3]) < 1e-12));
  });
});
