import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { identity, matrixFromRows } from "../../../src/math/matrix.js";
import { keepNative, native, type Native } from "../../../src/math/backend/native.js";
import { multiplyPlain } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { tensorflow } from "../../../src/math/backend/tensorflow.js";
import { assertMatrix } from "../../helpers/close.js";

describe("native", () => {
  let fast: Native;
  before(function () {
    const found = native();
    if (!found) this.skip();
    fast = found;
  });

  it("keeps all 53 bits", () => {
    const a = matrixFromRows([[1 / 3, Math.PI, 1 + 2 ** -52, 1e-300, -0, 1e300]]);
    assert.deepEqual(fast.multiply(a, identity(6)).values.subarray(0, 4), a.values.subarray(0, 4));
    assert.equal(fast.multiply(a, identity(6)).values[5], 1e300);
  });

  it("reads a matrix that begins inside a buffer", () => {
    const inside = { rows: 2, cols: 2, values: Float64Array.from([9, 1, 2, 3, 4]).subarray(1) };
    assertMatrix(
      fast.multiply(inside, identity(2)),
      matrixFromRows([
        [1, 2],
        [3, 4],
      ]),
      0,
    );
  });

  it("solves, and factors what is positive definite", () => {
    const x = normal(randomSource(1), 80, 40);
    const a = multiplyPlain(x, x, { transposeA: true });
    const b = normal(randomSource(2), 40, 3);
    assertMatrix(multiplyPlain(a, fast.solve(a, b)!), b, 1e-11);
    const L = fast.cholesky(a);
    assertMatrix(multiplyPlain(L, L, { transposeB: true }), a, 1e-13);
    assert.ok(L.values.every((value, index) => index % 40 <= Math.floor(index / 40) || value === 0));
  });

  it("leaves no tensor behind, also when the operation fails", () => {
    const before = tensorflow().memory().numTensors;
    const a = normal(randomSource(1), 30, 30);
    for (let i = 0; i < 20; i++) fast.eigen(multiplyPlain(a, a, { transposeB: true }));
    assert.throws(() => fast.multiply(a, identity(3)));
    assert.equal(fast.held(), 0);
    assert.equal(tensorflow().memory().numTensors, before);
  });

  it("keeps what it is asked to keep, in whatever shape it comes, and frees what is collected or has no room", async function () {
    const free = () => new Promise((resolve) => setTimeout(resolve, 10));
    const before = fast.keptBytes();
    const a = keepNative(normal(randomSource(3), 40, 40));
    for (let i = 0; i < 3; i++) assertMatrix(fast.multiply(a, identity(40)), a, 0);
    assert.equal(fast.keptBytes() - before, 8 * 1600);
    for (let i = 0; i < 3; i++)
      assert.equal(fast.multiply({ rows: 20, cols: 80, values: a.values }, identity(80)).rows, 20);
    assert.equal(fast.keptBytes() - before, 2 * 8 * 1600);
    const sideBySide = () => fast.chain((ops) => ops.down(ops.up(a, identity(40), identity(40))));
    for (let i = 0; i < 3; i++)
      assert.deepEqual(
        [...sideBySide().subarray(120, 160)],
        [...a.values.subarray(40, 80)],
        "the second row, a's part",
      );
    assert.equal(sideBySide()[120 + 40 + 1], 1, "the second row, of the identity beside it");
    assert.equal(fast.keptBytes() - before, 5 * 8 * 1600);
    const one = normal(randomSource(3), 1, 1),
      one_40 = normal(randomSource(4), 40, 1);
    const large = Array.from({ length: 4 }, () =>
      keepNative({ rows: 1 << 24, cols: 1, values: new Float64Array(1 << 24).fill(2) }),
    ); // 128 MiB each, and there is room for one
    for (const m of large) assert.equal(fast.multiply(m, one).values.at(-1), 2 * one.values[0]);
    assert.ok(fast.keptBytes() <= 170e6, `${fast.keptBytes()} bytes are kept`);
    const kept = fast.keptBytes();
    for (let i = 0; i < 150; i++) fast.multiply(a, one_40);
    for (const m of large)
      assert.equal(fast.multiply(m, one).values.at(-1), 2 * one.values[0], "in the room of what was not used for long");
    assert.ok(
      fast.keptBytes() <= kept && fast.keptBytes() >= 8 * (1 << 24) + 8 * 1600,
      `${fast.keptBytes()} bytes are kept, ${kept} before`,
    );
    assertMatrix(fast.multiply(a, identity(40)), a, 0);
    await free();
  });

  it("does not grow with use", () => {
    const a = normal(randomSource(1), 500, 500); // 2 MB; 300 products hold 1.8 GB if nothing is freed
    for (let i = 0; i < 20; i++) fast.multiply(a, a);
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 300; i++) fast.multiply(a, a);
    assert.ok(
      process.memoryUsage().rss - before < 600e6,
      `grew by ${Math.round((process.memoryUsage().rss - before) / 1e6)} MB`,
    );
  });

  it("loads at the first large product, without a word on the terminal", () => {
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
