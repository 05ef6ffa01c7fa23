import assert from "node:assert/strict";
import { addScaled, matrix, matrixFromRows, transpose, type Matrix } from "../../src/math/matrix.js";
import { multiply, multiplyReference } from "../../src/math/multiply.js";
import { liveTensors, nativeAvailable, withNative, type NativeOps, type Tensor } from "../../src/math/native.js";
import { normal, randomSource } from "../../src/math/random.js";
import { assertClose, assertMatrix } from "../helpers/close.js";

const a = normal(randomSource(1), 4, 3);
const b = normal(randomSource(2), 4, 3);
const row = normal(randomSource(3), 1, 3);

const computed = (f: (ops: NativeOps) => Tensor): number[] => [...withNative((ops) => ops.download(f(ops)))];
const entries = (f: (i: number, j: number) => number): number[] =>
  Array.from({ length: 12 }, (_, at) => f(Math.floor(at / 3), at % 3));
const at = (m: Matrix, i: number, j: number) => m.values[i * m.cols + j];

describe("withNative", () => {
  before(function () {
    if (!nativeAvailable()) this.skip();
  });

  it("computes entry by entry, a row spread over the rows", () => {
    const pair = (f: (ops: NativeOps, x: Tensor, y: Tensor) => Tensor) =>
      computed((ops) => f(ops, ops.upload(a), ops.upload(row)));
    assert.deepEqual(
      pair((ops, x, y) => ops.add(x, y)),
      entries((i, j) => at(a, i, j) + at(row, 0, j)),
    );
    assert.deepEqual(
      pair((ops, x, y) => ops.sub(x, y)),
      entries((i, j) => at(a, i, j) - at(row, 0, j)),
    );
    assert.deepEqual(
      pair((ops, x, y) => ops.mul(x, y)),
      entries((i, j) => at(a, i, j) * at(row, 0, j)),
    );
    assertClose(
      computed((ops) => ops.exp(ops.upload(a))),
      entries((i, j) => Math.exp(at(a, i, j))),
      1e-15,
    );
  });

  it("multiplies matrices, either transposed", () => {
    const product = (x: Matrix, y: Matrix, options = {}) =>
      computed((ops) => ops.matMul(ops.upload(x), ops.upload(y), options));
    assertClose(product(a, transpose(b)), multiplyReference(a, transpose(b)).values, 1e-15);
    assertClose(product(a, b, { transposeB: true }), multiplyReference(a, transpose(b)).values, 1e-15);
    assertClose(product(a, b, { transposeA: true }), multiplyReference(transpose(a), b).values, 1e-15);
  });

  it("finds the largest along an axis, which stays", () => {
    const columns = [0, 1, 2].map((j) => [0, 1, 2, 3].map((i) => at(a, i, j)));
    assert.deepEqual(
      computed((ops) => ops.max(ops.upload(a), 0)),
      columns.map((column) => Math.max(...column)),
    );
    assert.deepEqual(
      computed((ops) => ops.sub(ops.upload(a), ops.max(ops.upload(a), 1))),
      entries((i, j) => at(a, i, j) - Math.max(at(a, i, 0), at(a, i, 1), at(a, i, 2))),
    );
  });

  it("ranks the numbers of every row", () => {
    const m = matrixFromRows([
      [1, 5, 3],
      [0.25, -1, 0],
    ]);
    const [values, columns] = withNative((ops) => {
      const { values, indices } = ops.topK(ops.upload(m), 2);
      return [[...ops.download(values)], [...ops.downloadIntegers(indices)]];
    });
    assert.deepEqual(values, [5, 3, 0.25, 0]);
    assert.deepEqual(columns, [1, 2, 0, 2]);
  });

  it("gathers rows and columns and adds to rows", () => {
    assert.deepEqual(
      computed((ops) => ops.gather(ops.upload(a), [3, 0, 3])),
      [3, 0, 3].flatMap((i) => [0, 1, 2].map((j) => at(a, i, j))),
    );
    assert.deepEqual(
      computed((ops) => ops.gather(ops.upload(a), Uint32Array.of(2, 1), 1)),
      [0, 1, 2, 3].flatMap((i) => [2, 1].map((j) => at(a, i, j))),
    );
    assert.deepEqual(
      computed((ops) => ops.scatterAdd(ops.upload(a), [2], ops.upload(row))),
      entries((i, j) => at(a, i, j) + (i === 2 ? at(row, 0, j) : 0)),
    );
  });

  it("lets functions that compute natively themselves be called within", () => {
    const large = normal(randomSource(4), 50, 50);
    const sum = computed((ops) => {
      const before = ops.upload(large);
      const square = multiply(large, large); // 125000 multiplications: native
      return ops.add(before, ops.upload(square));
    });
    assertMatrix(matrix(50, 50, Float64Array.from(sum)), addScaled(large, 1, multiplyReference(large, large)), 1e-13);
  });

  it("leaves no tensor behind, whether f returns or throws", () => {
    assert.throws(() => withNative((ops) => ops.matMul(ops.upload(a), ops.upload(b))));
    assert.equal(liveTensors(), 0);
    withNative((ops) => {
      const x = ops.upload(a);
      ops.free(x);
      assert.throws(() => ops.download(x));
    });
    assert.equal(liveTensors(), 0);
  });
});
