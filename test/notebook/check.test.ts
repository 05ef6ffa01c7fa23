import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { checkNotebook, type CheckOptions } from "../../src/notebook/check.js";
import { FakeEvaluator } from "../helpers/fakeEvaluator.js";
import { sketchNotebook, temporaryDirectory, type CellSketch } from "../helpers/notebooks.js";

const stream = (text: string) => ({ output_type: "stream", name: "stdout", text });
const display = (data: object) => ({ output_type: "display_data", data, metadata: {} });

describe("checkNotebook", () => {
  const directory = temporaryDirectory();
  let count = 0;
  const check = (cells: readonly CellSketch[], options: Partial<CheckOptions> = {}) =>
    checkNotebook(sketchNotebook(directory, `n${++count}.ipynb`, cells), {
      evaluator: (settings) => new FakeEvaluator(settings),
      ...options,
    });
  const difference = async (cell: CellSketch, options: Partial<CheckOptions> = {}) =>
    (await check([cell], options)).differences.join("\n");

  it("finds no difference where outputs are the stored ones, and does not write the notebook", async () => {
    const path = sketchNotebook(directory, "same.ipynb", [{ code: "print('a 1')", outputs: [stream("a 1")] }]);
    const before = [
      readFileSync(path, "utf8"),
      readdirSync(tmpdir()).filter((name) => name.startsWith("scorebook-check-")).length,
    ];
    assert.deepEqual(
      (await checkNotebook(path, { evaluator: (settings) => new FakeEvaluator(settings) })).differences,
      [],
    );
    assert.deepEqual(
      [readFileSync(path, "utf8"), readdirSync(tmpdir()).filter((name) => name.startsWith("scorebook-check-")).length],
      before,
    );
  });

  it("allows numbers in texts and data their tolerance, and no more", async () => {
    const texts: CellSketch = {
      code: "print('loss -1.0000001e-3 of 5')",
      outputs: [stream("loss -1.0000002e-3 of 5")],
    };
    assert.equal(await difference(texts), "");
    assert.match(
      await difference(texts, { tolerance: 1e-9 }),
      /n\d+\.ipynb, cell 1 \(c1\): output 1, text: stored "loss -1\.0000002e-3 of 5", now "loss -1\.0000001e-3 of 5"/,
    );
    const data: CellSketch = {
      code: "show({ 'application/json': { y: [1, 2.0000001] } })",
      outputs: [display({ "application/json": { y: [1, 2] } })],
    };
    assert.equal(await difference(data), "");
    assert.match(
      await difference(data, { tolerance: 0 }),
      /output 1, data\.application\/json\.y\.1: stored 2, now 2\.0000001/,
    );
    assert.match(await difference({ code: "print('v2')", outputs: [stream("v1")] }), /stored "v1", now "v2"/);
  });

  it("compares the numbers and the verdict of a claim", async () => {
    const stored = { measured: 2, bound: { below: 3, because: "so" }, verdict: "holds" };
    const claim = (data: object) => ({ "application/vnd.scorebook.claim.v2+json": { ...stored, ...data } });
    const now = (data: object) =>
      difference({ code: `show(${JSON.stringify(claim(data))})`, outputs: [display(claim({}))] });
    assert.equal(await now({ measured: 2.000001 }), "");
    assert.match(await now({ measured: 2.1 }), /claim\.v2\+json\.measured: stored 2, now 2\.1/);
    assert.match(await now({ bound: { below: 4, because: "so" } }), /\.bound\.below: stored 3, now 4/);
    assert.match(await now({ verdict: "undecided" }), /\.verdict: stored "holds", now "undecided"/);
  });

  it("sees other words, other types, missing and new outputs", async () => {
    assert.match(await difference({ code: "print('b')", outputs: [stream("a")] }), /stored "a", now "b"/);
    assert.match(await difference({ code: "print('a b')", outputs: [stream("a 1")] }), /stored "a 1", now "a b"/);
    assert.match(
      await difference({ code: "warn('a')", outputs: [stream("a")] }),
      /name: stored "stdout", now "stderr"/,
    );
    assert.match(
      await difference({ code: "", outputs: [stream("a")] }),
      /output 1 \(stream\) is stored, but is not there any more/,
    );
    assert.match(await difference({ code: "print('a')" }), /output 1 \(stream\) is new; stored are 0/);
    assert.match(
      await difference({
        code: "show({ 'text/plain': 'a' })",
        outputs: [display({ "text/plain": "a", "image/png": "AAAA" })],
      }),
      /data\.image\/png: stored "a picture", now nothing/,
    );
  });

  it("compares of a picture only that it is there", async () => {
    assert.equal(
      await difference({ code: "show({ 'image/png': 'BBBB' })", outputs: [display({ "image/png": "AAAA" })] }),
      "",
    );
  });

  it("leaves out cells tagged nbval-ignore-output or ignore-output", async () => {
    for (const tag of ["nbval-ignore-output", "ignore-output"])
      assert.equal(await difference({ code: "print('b')", outputs: [stream("a")], tags: [tag] }), "");
  });

  it("reports a failing cell as the run's error, and not the cells that did not run", async () => {
    const { run, differences } = await check([
      {
        code: "throw new TypeError('no')",
        outputs: [{ output_type: "error", ename: "TypeError", evalue: "no", traceback: [] }],
      },
      { code: "print('a')", outputs: [stream("a")] },
    ]);
    assert.equal(run.status, "error");
    assert.deepEqual(differences, []);
  });

  it("refuses an invalid tolerance", async () => {
    await assert.rejects(check([], { tolerance: NaN }), /tolerance NaN, expected 0 or more and less than 1/);
  });
});
