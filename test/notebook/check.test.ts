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

  it("allows numbers near 0 the absolute tolerance", async () => {
    const cell: CellSketch = {
      code: "print('1.814116e-10 0'); show({ 'application/json': [1e-17, 0] })",
      outputs: [stream("1.814216e-10 0"), display({ "application/json": [-3e-17, 0] })],
    };
    assert.equal(await difference(cell), "");
    assert.match(
      await difference(cell, { absolute: 1e-15 }),
      /output 1, text: stored "1\.814216e-10 0", now "1\.814116e-10 0"/,
    );
    const text = { ...cell, outputs: [stream("1.814116e-10 0"), cell.outputs![1]] };
    assert.match(await difference(text, { absolute: 1e-17 }), /output 2, data\.application\/json\.0: stored -3e-17/);
  });

  it("allows an estimate its standard error", async () => {
    const claim = (measured: number, standardError: number | null, verdict = "holds") => ({
      "application/vnd.scorebook.claim.v2+json": {
        measured,
        standardError,
        verdict,
        bound: { below: 3, because: "so" },
        control: { name: "x", measured: 2 * measured, standardError },
      },
    });
    const now = (data: object) =>
      difference({ code: `show(${JSON.stringify(data)})`, outputs: [display(claim(1, 0.1))] });
    assert.equal(await now(claim(1.04, 0.12)), "");
    assert.match(await now(claim(1.11, 0.1)), /\.measured: stored 1, now 1\.11/);
    assert.match(await now(claim(1.06, 0.1)), /\.control\.measured: stored 2, now 2\.12/);
    assert.match(await now(claim(1, 0.2)), /\.standardError: stored 0\.1, now 0\.2/);
    assert.match(await now(claim(1, null)), /\.standardError: stored 0\.1, now null/);
    assert.match(await now(claim(1, 0.1, "undecided")), /\.verdict/);
    const text = (now: string) => difference({ code: `print('${now}')`, outputs: [stream("12.35 ± 0.41, 0.5")] });
    assert.equal(await text("12.75 ± 0.59, 0.5"), "");
    assert.match(await text("12.77 ± 0.41, 0.5"), /12\.77/);
    assert.match(await text("12.35 ± 0.71, 0.5"), /0\.71/);
    assert.match(await text("12.35 ± 0.41, 0.6"), /0\.6/);
  });

  it("allows an estimate in whole numbers its standard error, and columns other spaces where numbers are longer", async () => {
    const text = (before: string, now: string) =>
      difference({ code: `print(${JSON.stringify(now)})`, outputs: [stream(before)] });
    assert.equal(await text("1230 ± 120", "1240 ± 130"), "");
    assert.match(await text("1230 ± 120", "1360 ± 120"), /1360/);
    assert.match(await text("5 ± 0", "6 ± 0"), /6/);
    assert.equal(await text("│ 1.1e-16 │\n│  ──────│", "│ -1.15e-16 │\n│  ────────│"), "");
    assert.match(await text("a  1.0e-16", "a 1.1e-16"), /stored/);
    const data = (measured: number) => ({ "application/json": { measured, standardError: 2 } });
    const now = (measured: number) =>
      difference({ code: `show(${JSON.stringify(data(measured))})`, outputs: [display(data(120))] });
    assert.equal(await now(121), "");
    assert.match(await now(123), /stored 120, now 123/);
  });

  it("compares packed arrays number by number", async () => {
    const packed = (dtype: string, ...numbers: number[]) => {
      const view = dtype === "u1" ? new Uint8Array(numbers) : new Float32Array(numbers);
      return { "application/json": { dtype, bdata: Buffer.from(view.buffer).toString("base64"), shape: "1, 3" } };
    };
    const now = (stored: object, fresh: object) =>
      difference({ code: `show(${JSON.stringify(fresh)})`, outputs: [display(stored)] });
    assert.equal(await now(packed("f4", 1.5, NaN, 0), packed("f4", 1.5000001, NaN, 1e-14)), "");
    assert.match(
      await now(packed("f4", 1.5, NaN, 3), packed("f4", 1.501, NaN, 3)),
      /json\.bdata\.0: stored 1\.5, now 1\.501/,
    );
    assert.match(await now(packed("f4", 1.5), packed("f4", 1.5, 2)), /bdata\.1: stored nothing, now 2/);
    assert.match(await now(packed("u1", 7, 8), packed("u1", 7, 9)), /bdata\.1: stored 8, now 9/);
    assert.match(await now(packed("u1", 0, 0, 0, 0), packed("f4", 0)), /dtype: stored "u1", now "f4"/);
  });

  for (const [stored, fresh] of [
    ["2000000 points", "2000001 points"],
    ["[2000000]", "[2000001]"],
    ["ab12345678901234cd", "ab12345678901239cd"],
    ["v1.2.3", "v1.2.30"],
    ["1.2.3", "1.2.30"],
    ["v1.20", "v1.2"],
    ["12345678901234567890", "12345678901234567891"],
    ["1e999", "2e999"],
    ["550e8400-e29b-41d4", "550e8401-e29b-41d4"],
    ["12345678-1234-1234-abcd", "12345678-1234-1235-abcd"],
    ["2024-01-02", "2024-01-03"],
    ["127.0.0.1", "127.0.0.10"],
    ["x1.0000000", "x1.0000001"],
    ["1.0000000s", "1.0000001s"],
    ["a_1.0000000", "a_1.0000001"],
  ])
    it(`tells ${fresh} from ${stored} exactly`, async () => {
      assert.match(
        await difference({ code: `print('${fresh}')`, outputs: [stream(stored)] }, { tolerance: 0.5, absolute: 1e9 }),
        /stored/,
      );
    });

  for (const [stored, fresh] of [
    ["x=-0.5000000001, (1.0e-5)", "x=-0.5, (1.00000001e-5)"],
    ["1", "0.9999999999"],
    ["It is 5.0000001. So", "It is 5. So"],
    ["-1e-17", "1e-17"],
    ["99.9999999% of $3.5", "100.0% of $3.50000001"],
  ])
    it(`takes ${fresh} for ${stored}`, async () => {
      assert.equal(await difference({ code: `print('${fresh}')`, outputs: [stream(stored)] }), "");
    });

  it("compares whole numbers of data exactly, and such as float64 does not tell apart as others", async () => {
    const now = (stored: number, fresh: number) =>
      difference({
        code: `show({ 'application/json': [${fresh}] })`,
        outputs: [display({ "application/json": [stored] })],
      });
    assert.match(await now(2_000_000, 2_000_001), /stored 2000000, now 2000001/);
    assert.equal(await now(1e20, 1.0000000001e20), "");
    assert.equal(await now(0, -0), "");
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
    for (const absolute of [NaN, -1, Infinity])
      await assert.rejects(check([], { absolute }), /absolute .*, expected a finite number, 0 or more/);
  });
});
