import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { kernelEvaluators } from "../../src/notebook/evaluators.js";
import { readNotebook } from "../../src/notebook/nbformat.js";
import type { CodeCell } from "../../src/notebook/nbformatTypes.js";
import { executeNotebook } from "../../src/notebook/run.js";
import { requireBrowser } from "../helpers/browser.js";
import { requirePython } from "../helpers/jupyter.js";
import { KernelHome } from "../helpers/kernel.js";
import { sketchNotebook, type CellSketch } from "../helpers/notebooks.js";

const kernelspec = { name: "scorebook", display_name: "TypeScript (scorebook)", language: "typescript" };

const translator = path.join(
  createRequire(import.meta.url).resolve("scorebook/package.json"),
  "..",
  "test",
  "jupyter",
  "papermill_typescript.py",
);
const textOf = (output: CodeCell["outputs"][number]): string => ("text" in output ? [output.text].flat().join("") : "");

/** The outputs of a cell, with a stream that came in several parts as one. */
function outputsOf(cell: CodeCell): CodeCell["outputs"] {
  const outputs: CodeCell["outputs"] = [];
  for (const output of cell.outputs) {
    const last = outputs.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name)
      outputs[outputs.length - 1] = { ...last, text: textOf(last) + textOf(output) };
    else outputs.push(output);
  }
  return outputs;
}

const everyKind: CellSketch[] = [
  { code: "const seed = 1;\nconst n: number = 3;", tags: ["parameters"] },
  { code: "console.log('a'); console.log('b'); console.error('warned'); console.log('c')" },
  {
    code: "import { display, updateDisplay } from 'scorebook/notebook';\ndisplay({ 'text/html': '<b>1</b>', 'text/plain': '1' }, { id: 'one' });\nseed + n",
  },
  { code: "updateDisplay('one', { 'text/html': '<b>2</b>', 'text/plain': '2' });\n[seed, n].map((x) => x * x)" },
  { code: "console.log('gone'); console.clear(); console.log('stays')" },
  { code: "[n, n * seed].map((x) => x * x)" },
  { code: "({ data: [{ type: 'scatter', x: [1, 2, 3], y: [n, 1, 2] }], layout: { title: { text: 'A figure' } } })" },
  { markdown: "# text" },
  { code: "" },
  { code: "await new Promise((r) => setTimeout(r, 20)); interface P { x: number }\nconst p: P = { x: seed }; p" },
  { code: "function far(): never {\n  throw new RangeError('too far');\n}\nfar()", tags: ["raises-exception"] },
  { code: "const wrong: number = 'text'", tags: ["raises-exception"] },
  { code: "'the end'" },
];

describe("real clients execute notebooks", function () {
  this.timeout(120_000);
  let home: KernelHome;
  before(requirePython);
  before(async function () {
    await (await requireBrowser(this)).close(); // the figures need one
    home = await KernelHome.open();
    sketchNotebook(home.folder, "every.ipynb", everyKind, { kernelspec });
    // without what nbval (updates, clearing) and papermill (expected errors) do not know
    sketchNotebook(
      home.folder,
      "plain.ipynb",
      everyKind.filter(
        ({ code, tags }) =>
          !/[dD]isplay|clear|data:/.test(code ?? "") && !tags?.includes("raises-exception") && code !== "",
      ),
      { kernelspec },
    );
    sketchNotebook(
      home.folder,
      "failing.ipynb",
      [{ code: "const fine = 1;" }, { code: "\nthrow new RangeError('on purpose')" }, { code: "fine" }],
      { kernelspec },
    );
  });
  after(() => home?.close());

  const codeCells = (file: string): CodeCell[] =>
    readNotebook(path.join(home.folder, file)).cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
  const results = (file: string): unknown[] =>
    codeCells(file).flatMap((cell) =>
      cell.outputs.flatMap((o) =>
        o.output_type === "execute_result" ? [(o.data as Record<string, unknown>)["text/plain"]] : [],
      ),
    );
  const nbconvert = (file: string, output: string, ...more: string[]) =>
    home.run("jupyter", ["nbconvert", "--execute", "--to", "notebook", "--output", output, ...more, file]);

  it("nbconvert and the headless runner write the same outputs", async () => {
    const { status, stderr } = await nbconvert("every.ipynb", "converted.ipynb");
    assert.equal(status, 0, stderr);
    const kernels = kernelEvaluators();
    try {
      await executeNotebook(path.join(home.folder, "every.ipynb"), {
        evaluator: kernels.evaluator,
        out: path.join(home.folder, "out"),
      });
    } finally {
      await kernels.close();
    }
    const converted = codeCells("converted.ipynb"),
      ran = codeCells("out/every.ipynb");
    assert.deepEqual(
      ran.map((c) => c.execution_count),
      converted.map((c) => c.execution_count),
    );
    assert.deepEqual(ran.map(outputsOf), converted.map(outputsOf));
    // And what they agree on is what the cells say.
    const kinds = converted.map((c) =>
      outputsOf(c).map((o) => (o.output_type === "stream" ? `${o.name}:${textOf(o)}` : o.output_type)),
    );
    assert.deepEqual(kinds, [
      [],
      ["stdout:a\nb\n", "stderr:warned\n", "stdout:c\n"],
      ["display_data", "execute_result"],
      ["execute_result"],
      ["stdout:stays\n"],
      ["execute_result"],
      ["execute_result"],
      [],
      ["execute_result"],
      ["error"],
      ["error"],
      ["execute_result"],
    ]);
    assert.deepEqual((converted[2].outputs[0] as { data: unknown }).data, {
      "text/html": "<b>2</b>",
      "text/plain": "2",
    });
    const figure = converted[6].outputs[0] as { data: Record<string, string>; metadata: unknown };
    assert.deepEqual(Object.keys(figure.data), ["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
    assert.deepEqual([...Buffer.from(figure.data["image/png"], "base64").subarray(0, 4)], [137, 80, 78, 71]);
    assert.deepEqual(figure.metadata, { "image/png": { width: 700, height: 450 } });
    assert.match(
      (converted[9].outputs[0] as unknown as { traceback: string[] }).traceback.join("\n"),
      /RangeError: too far[^]*2:9[^]*4:1/,
    );
  });

  it("nbconvert shows the figure in a page, and exits 1 for a failing cell with its TypeScript trace", async () => {
    const page = await home.run("jupyter", ["nbconvert", "--to", "html", "converted.ipynb"]);
    assert.equal(page.status, 0, page.stderr);
    assert.match(
      readFileSync(path.join(home.folder, "converted.html"), "utf8"),
      /<img[^>]*src="data:image\/png;base64,iVBOR/,
    );
    const failing = await nbconvert("failing.ipynb", "failed.ipynb");
    assert.equal(failing.status, 1);
    assert.match(failing.stderr, /RangeError: on purpose[^]*cell 2:2:7/);
    const allowed = await nbconvert("failing.ipynb", "allowed.ipynb", "--allow-errors");
    assert.equal(allowed.status, 0, allowed.stderr);
    assert.deepEqual(results("allowed.ipynb"), ["1"]);
  });

  it("nbconvert loses none of 100,000 lines, of a display of 50 MB and of what follows", async () => {
    sketchNotebook(
      home.folder,
      "large.ipynb",
      [
        { code: "for (let i = 0; i < 100_000; i++) console.log(`line ${i}`)" },
        {
          code: "import { display } from 'scorebook/notebook';\ndisplay({ 'text/plain': 'x'.repeat(50_000_000) + 'end' })",
        },
        { code: "'still here'" },
      ],
      { kernelspec },
    );
    const { status, stderr } = await nbconvert("large.ipynb", "large-out.ipynb");
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /Timeout/);
    const [lines, large, last] = codeCells("large-out.ipynb").map(outputsOf);
    const text = lines.map(textOf).join("");
    assert.ok(
      text === Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join(""),
      `${text.split("\n").length - 1} lines, expected 100,000 in order`,
    );
    const data = [(large[0] as { data: Record<string, string | string[]> }).data["text/plain"]].flat().join("");
    assert.deepEqual([data.length, data.slice(-3)], [50_000_003, "end"]);
    assert.deepEqual((last[0] as { data: unknown }).data, { "text/plain": "'still here'" });
  });

  it("nbclient gets the same outputs from another run, and stops a cell at its time limit", async () => {
    const { status, stderr } = await home.run("jupyter", ["execute", "--output=executed", "every.ipynb"]);
    assert.equal(status, 0, stderr);
    assert.deepEqual(codeCells("executed.ipynb").map(outputsOf), codeCells("converted.ipynb").map(outputsOf));
    sketchNotebook(home.folder, "endless.ipynb", [{ code: "await Promise.resolve(); for (;;);" }], { kernelspec });
    const endless = await home.run("jupyter", ["execute", "--timeout=3", "endless.ipynb"]);
    assert.equal(endless.status, 1);
    assert.match(endless.stderr, /CellTimeoutError/);
  });

  it("papermill runs it, with parameters through a translator for TypeScript", async () => {
    const injected = await home.run("python", [
      translator,
      "plain.ipynb",
      "mill.ipynb",
      "-p",
      "seed",
      "41",
      "--no-progress-bar",
    ]);
    assert.equal(injected.status, 0, injected.stderr);
    assert.deepEqual(results("mill.ipynb").slice(0, 3), ["[ 9, 15129 ]", "{ x: 41 }", "'the end'"]);
    const plain = await home.run("papermill", ["failing.ipynb", "mill-failed.ipynb", "--no-progress-bar"]);
    assert.equal(plain.status, 1);
    assert.match(plain.stderr, /RangeError: on purpose/);
  });

  it("nbmake and nbval find it good, and find a failing cell and a wrong output", async () => {
    const pytest = (...args: string[]) => home.run("python", ["-m", "pytest", "-q", "-p", "no:cacheprovider", ...args]);
    const made = await pytest("--nbmake", "plain.ipynb", "failing.ipynb");
    assert.equal(made.status, 1);
    assert.match(made.stdout, /on purpose[^]*1 failed, 1 passed/);
    const stored = await nbconvert("plain.ipynb", "stored.ipynb");
    assert.equal(stored.status, 0, stored.stderr);
    const other = JSON.parse(readFileSync(path.join(home.folder, "stored.ipynb"), "utf8")) as {
      cells: { outputs?: { data: Record<string, unknown> }[] }[];
    };
    other.cells.at(-1)!.outputs![0].data["text/plain"] = "'another end'";
    writeFileSync(path.join(home.folder, "other.ipynb"), JSON.stringify(other));
    const compared = await pytest("--nbval", "stored.ipynb", "other.ipynb");
    assert.equal(compared.status, 1);
    assert.match(
      compared.stdout,
      new RegExp(
        `FAILED other\\.ipynb::Cell ${codeCells("other.ipynb").length - 1}[^]*1 failed, ${2 * codeCells("other.ipynb").length - 1} passed`,
      ),
    );
  });
});
