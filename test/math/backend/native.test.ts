import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { identity, matrixFromRows } from "../../../src/math/matrix.js";
import * as native from "../../../src/math/backend/native.js";
import { liveTensors, nativeAvailable } from "../../../src/math/native.js";
import { multiplyReference } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { tensorflow } from "../../../src/math/backend/tensorflow.js";
import { assertMatrix } from "../../helpers/close.js";

describe("native decompositions and products", () => {
  before(function () {
    if (!nativeAvailable()) this.skip();
  });

  it("keep all 53 bits", () => {
    const a = matrixFromRows([[1 / 3, Math.PI, 1 + 2 ** -52, 1e-300, -0, 1e300]]);
    assert.deepEqual(native.multiply(a, identity(6)).values.subarray(0, 4), a.values.subarray(0, 4));
    assert.equal(native.multiply(a, identity(6)).values[5], 1e300);
  });

  it("read a matrix that begins inside a buffer", () => {
    const inside = { rows: 2, cols: 2, values: Float64Array.from([9, 1, 2, 3, 4]).subarray(1) };
    assertMatrix(
      native.multiply(inside, identity(2)),
      matrixFromRows([
        [1, 2],
        [3, 4],
      ]),
      0,
    );
  });

  it("solve, and factor what is positive definite", () => {
    const x = normal(randomSource(1), 80, 40);
    const a = multiplyReference(x, x, { transposeA: true });
    const b = normal(randomSource(2), 40, 3);
    assertMatrix(multiplyReference(a, native.solve(a, b)!), b, 1e-11);
    const L = native.cholesky(a);
    assertMatrix(multiplyReference(L, L, { transposeB: true }), a, 1e-13);
    assert.ok(L.values.every((value, index) => index % 40 <= Math.floor(index / 40) || value === 0));
  });

  it("leave no tensor behind, also when the operation fails", () => {
    const before = tensorflow().memory().numTensors;
    const a = normal(randomSource(1), 30, 30);
    for (let i = 0; i < 20; i++) native.eigen(multiplyReference(a, a, { transposeB: true }));
    assert.throws(() => native.multiply(a, identity(3)));
    assert.equal(liveTensors(), 0);
    assert.equal(tensorflow().memory().numTensors, before);
  });

  it("do not grow with use", () => {
    const a = normal(randomSource(1), 500, 500); // 2 MB; 300 products hold 1.8 GB if nothing is freed
    for (let i = 0; i < 20; i++) native.multiply(a, a);
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 300; i++) native.multiply(a, a);
    assert.ok(
      process.memoryUsage().rss - before < 600e6,
      `grew by ${Math.round((process.memoryUsage().rss - before) / 1e6)} MB`,
    );
  });

  it("load the library at the first large product, without a word on the terminal", () => {
    const at = new URL("../../../src/math/", import.meta.url).href;
    const program = `
      const { normal, randomSource } = await import("${at}random.js");
      const { multiply } = await import("${at}multiply.js");
      const loaded = () => process.report.getReport().sharedObjects.some((file) => file.includes("libtensorflow"));
      const a = normal(randomSource(0), 100, 100);
      const before = loaded();
      multiply(a, a);
      console.log(before, loaded());`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    assert.deepEqual({ stdout, stderr }, { stdout: "false true\n", stderr: "" });
  });
});
