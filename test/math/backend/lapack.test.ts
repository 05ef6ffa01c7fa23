import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { identity, matrix, matrixFromRows, takeRows, transpose, type Matrix } from "../../../src/math/matrix.js";
import * as lapack from "../../../src/math/backend/lapack.js";
import { blas, blasFor, openBlas, THREADS_FROM } from "../../../src/math/backend/openblas.js";
import { multiply, multiplyInto, multiplyReference } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertMatrix } from "../../helpers/close.js";

describe("LAPACK", () => {
  before(function () {
    if (!blas()) this.skip();
  });

  it("keeps all 53 bits", () => {
    const a = matrixFromRows([[1 / 3, Math.PI, 1 + 2 ** -52, 1e-300, -0, 1e300]]);
    const product = matrix(1, 6);
    lapack.multiplyInto(blas()!, product, a, identity(6), {});
    assert.deepEqual(product.values.subarray(0, 4), a.values.subarray(0, 4));
    assert.equal(product.values[5], 1e300);
  });

  it("reads and writes in place, inside a buffer and in shared memory", () => {
    const shared = new Float64Array(new SharedArrayBuffer(64));
    shared.set([9, 1, 2, 3, 4]);
    const product = matrix(2, 2, new Float64Array(6).subarray(1, 5));
    lapack.multiplyInto(blas()!, product, matrix(2, 2, shared.subarray(1, 5)), identity(2), {});
    assert.deepEqual([...new Float64Array(product.values.buffer)], [0, 1, 2, 3, 4, 0]);
  });

  it("multiplies with transposes, factors and sums, and symmetrically where both are one matrix", () => {
    const source = randomSource(1);
    const [a, b] = [normal(source, 30, 20), normal(source, 20, 25)];
    const exact = multiplyReference(a, b);
    for (const transposeA of [false, true])
      for (const transposeB of [false, true]) {
        const [A, B] = [transposeA ? transpose(a) : a, transposeB ? transpose(b) : b];
        assertMatrix(multiply(A, B, { transposeA, transposeB }), exact, 1e-14);
        const sum = matrix(30, 25, new Float64Array(750).fill(1));
        multiplyInto(sum, A, B, { transposeA, transposeB, alpha: 2, beta: -3 });
        assertMatrix(sum, { ...exact, values: exact.values.map((value) => 2 * value - 3) }, 1e-14);
      }
    for (const transposeA of [false, true]) {
      const square = multiply(a, a, { transposeA, transposeB: !transposeA });
      const other = takeRows(a, Array.from(Array(30).keys()));
      assertMatrix(square, multiplyReference(a, other, { transposeA, transposeB: !transposeA }), 1e-14);
      assert.deepEqual(transpose(square).values, square.values);
    }
  });

  it("computes the same bits again, in one thread and in several", () => {
    const a = normal(randomSource(1), 250, 250);
    assert.ok(250 ** 3 > THREADS_FROM);
    const once = (f: (m: Matrix) => Float64Array) => assert.deepEqual(f(a), f(a));
    once((m) => multiply(m, m).values);
    once((m) => lapack.eigen(blasFor(1)!, multiply(m, m, { transposeA: true })).vectors.values.slice());
    once((m) => lapack.svd(blasFor(Infinity)!, m).U.values);
  });

  it("has room for what several threads plan", () => {
    const [a, b] = [normal(randomSource(1), 500, 500), normal(randomSource(2), 500, 2)];
    const x = takeRows(b, Array.from(Array(500).keys()));
    lapack.solveInto(blasFor(Infinity)!, x, takeRows(a, Array.from(Array(500).keys())), 1);
    assertMatrix(multiply(a, x), b, 1e-9);
  });

  it("does not grow with use", () => {
    const [a, product] = [normal(randomSource(1), 400, 400), matrix(400, 400)]; // 1.3 MB
    const times = (count: number) => {
      for (let i = 0; i < count; i++) multiplyInto(product, a, a);
      return process.memoryUsage().rss;
    };
    const before = times(5);
    assert.ok(times(100) - before < 50e6);
  });

  it("says in one sentence why a file is no library", () => {
    const file = fileURLToPath(import.meta.url);
    assert.throws(() => openBlas(file), /Error/);
    const program = `
      const { multiply } = await import("${new URL("../../../src/math/multiply.js", import.meta.url).href}");
      const { identity } = await import("${new URL("../../../src/math/matrix.js", import.meta.url).href}");
      console.log(multiply(identity(20), identity(20)).values[0]);`;
    const run = (SCOREBOOK_BLAS: string) =>
      spawnSync(process.execPath, ["--input-type=module", "-e", program], {
        encoding: "utf8",
        env: { ...process.env, SCOREBOOK_BLAS },
      });
    const wrong = run(file);
    assert.equal(wrong.stdout, "1\n");
    assert.match(
      wrong.stderr,
      /^scorebook: a library of linear algebra does not load \([^\n]*lapack\.test\.js: [^\n]*\)\n$/,
    );
    const none = run("none");
    assert.deepEqual([none.stdout, none.stderr], ["1\n", ""]);
  });

  it("loads the library at the first large product, TensorFlow not at all, and says nothing", () => {
    const at = new URL("../../../src/math/", import.meta.url).href;
    const program = `
      const { normal, randomSource } = await import("${at}random.js");
      const { multiply } = await import("${at}multiply.js");
      const { eigen } = await import("${at}eigen.js");
      const loaded = (name) => process.report.getReport().sharedObjects.some((file) => file.includes(name));
      const a = normal(randomSource(0), 100, 100);
      const before = loaded("openblas");
      eigen(multiply(a, a, { transposeA: true }));
      console.log(before, loaded("openblas"), loaded("libtensorflow"));`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    assert.deepEqual({ stdout, stderr }, { stdout: "false true false\n", stderr: "" });
  });
});
