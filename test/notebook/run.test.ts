import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { readNotebook } from "../../src/notebook/nbformat.js";
import type { CodeCell } from "../../src/notebook/nbformatTypes.js";
import type { NotebookRun } from "../../src/notebook/results.js";
import { executeNotebook, type Progress, type RunOptions } from "../../src/notebook/run.js";
import { failureText } from "../../src/notebook/trace.js";
import { FakeEvaluator } from "../helpers/fakeEvaluator.js";
import { sketchNotebook, temporaryDirectory, type CellSketch } from "../helpers/notebooks.js";

describe("executeNotebook", () => {
  const directory = temporaryDirectory();
  let count = 0;
  let fake: FakeEvaluator;
  const evaluator: RunOptions["evaluator"] = (settings) => (fake = new FakeEvaluator(settings));
  const run = (cells: readonly CellSketch[], options: Partial<RunOptions> = {}, metadata: object = {}) =>
    executeNotebook(sketchNotebook(directory, `n${++count}.ipynb`, cells, metadata), {
      evaluator,
      out: join(directory, "out"),
      ...options,
    });
  const stored = ({ output }: NotebookRun) => readNotebook(output!).cells as CodeCell[];
  const outputs = (result: NotebookRun, index = 0) => stored(result)[index].outputs;
  const statuses = (result: NotebookRun) => result.cells.map((cell) => cell.status);

  it("runs code cells in order from the notebook's directory and writes them beside out", async () => {
    const result = await run([{ markdown: "# t" }, { code: "print('a')" }, { code: "  " }, { code: "print('b')" }], {
      memoryLimit: 300,
      cellTimeout: 1500,
    });
    assert.equal(result.status, "ok");
    assert.equal(result.output, join(directory, "out", `n${count}.ipynb`));
    assert.deepEqual([fake.settings.cwd, fake.settings.memoryLimit], [directory, 300]);
    assert.deepEqual(fake.calls, [
      { code: "print('a')", executionCount: 1, timeout: 1500 },
      { code: "print('b')", executionCount: 2, timeout: 1500 },
    ]);
    assert.deepEqual(
      stored(result).map((cell) => cell.execution_count),
      [undefined, 1, null, 2],
    );
    assert.deepEqual(
      result.cells.map(({ cell, id, executionCount, status }) => [cell, id, executionCount, status]),
      [
        [2, "c2", 1, "ok"],
        [3, "c3", null, "ok"],
        [4, "c4", 2, "ok"],
      ],
    );
    assert.ok(fake.closed);
  });

  it("leaves the notebook it read as it was, unless in place", async () => {
    const path = sketchNotebook(directory, "input.ipynb", [{ code: "print('x')" }]);
    const before = readFileSync(path, "utf8");
    await executeNotebook(path, { evaluator, out: join(directory, "out") });
    assert.equal(readFileSync(path, "utf8"), before);
    await assert.rejects(
      executeNotebook(path, { evaluator, out: directory }),
      /input\.ipynb: the executed notebook would be written over it; choose another output directory or ask for it in place/,
    );
    await assert.rejects(executeNotebook(path, { evaluator }), /neither out nor inPlace is given/);
    assert.equal(readFileSync(path, "utf8"), before);
    assert.equal((await executeNotebook(path, { evaluator, inPlace: true })).output, path);
    assert.deepEqual(
      readNotebook(path).cells.map((cell) => (cell as CodeCell).outputs.length),
      [1],
    );
  });

  it("refuses to write through a symbolic link in the output directory, unless it is asked to", async () => {
    const path = sketchNotebook(directory, "linked.ipynb", [{ code: "print('ran')" }]);
    const [out, kept] = [join(directory, "with-links"), join(directory, "kept.txt")];
    mkdirSync(out);
    for (const target of [kept, join(directory, "none.txt")]) {
      writeFileSync(kept, "kept");
      symlinkSync(target, join(out, "linked.ipynb"));
      await assert.rejects(executeNotebook(path, { evaluator, out }), {
        name: "NotebookError",
        message: `${path}: ${join(out, "linked.ipynb")} is a symbolic link to ${target}, which is not followed; remove it, or ask for it by --follow-links`,
      });
      assert.equal(readFileSync(kept, "utf8"), "kept");
      rmSync(join(out, "linked.ipynb"));
    }
    symlinkSync(kept, join(out, "linked.ipynb"));
    await executeNotebook(path, { evaluator, out, followLinks: true });
    assert.match(readFileSync(kept, "utf8"), /"ran"/);
  });

  it("writes the notebook after every cell", async () => {
    const path = join(directory, "out", `n${count + 1}.ipynb`);
    const seen: number[][] = [];
    const look = (progress: Progress) => {
      if (progress.cell > 0) seen.push((readNotebook(path).cells as CodeCell[]).map((cell) => cell.outputs.length));
    };
    await run([{ code: "print('a')" }, { code: "print('b')" }, { code: "print('c')" }], { onProgress: look });
    assert.deepEqual(seen, [
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, 1],
    ]);
    assert.deepEqual(
      readdirSync(join(directory, "out")).filter((name) => !name.endsWith(".ipynb")),
      [],
    );
  });

  it("saves in time linear in the notebook's size: 200 cells of 500 kB in 10 s of work", async function () {
    this.timeout(60_000);
    const begun = process.cpuUsage(); // other processes do not count
    const cells = Array.from({ length: 200 }, (_, i) => ({
      code: `for (let i = 0; i < 5000; i++) print("${i} ".padEnd(99, "x") + "\\n")`,
    }));
    const result = await run(cells);
    const { user, system } = process.cpuUsage(begun);
    const seconds = (user + system) / 1e6;
    assert.ok(seconds < 10, `${seconds} s`);
    assert.deepEqual(
      stored(result).map(({ outputs: [{ text }] }) => (text as string).length),
      cells.map(() => 500_000),
    );
  });

  it("keeps in the file what a later cell changes in an earlier one", async () => {
    const result = await run([
      { code: "show({ 'text/plain': 'old' }, 'a')" },
      { code: "print('b')" },
      { code: "update({ 'text/plain': 'new' }, 'a')" },
    ]);
    assert.deepEqual(
      outputs(result).map((output) => "data" in output && output.data),
      [{ "text/plain": "new" }],
    );
  });

  it("ends within its limit though what cells have started does not", async () => {
    const stuck: RunOptions["evaluator"] = (settings) =>
      Object.assign(new FakeEvaluator(settings), { settle: () => new Promise<void>(() => {}) });
    const begun = performance.now();
    const result = await run([{ code: "print('a')" }], { evaluator: stuck, timeout: 300 });
    assert.ok(performance.now() - begun < 3300);
    assert.equal(outputs(result).length, 1);
  }).timeout(10_000);

  it("stops at the first failing cell; what follows has no outputs, not even stored ones", async () => {
    const old = [{ output_type: "stream", name: "stdout", text: "old" }];
    const result = await run([
      { code: "print('a')" },
      { code: "throw new TypeError('no')" },
      { code: "print('b')", outputs: old },
    ]);
    assert.equal(result.status, "error");
    assert.deepEqual(statuses(result), ["ok", "error", "not run"]);
    assert.deepEqual(
      stored(result).map((cell) => [cell.outputs.length, cell.execution_count]),
      [
        [1, 1],
        [1, 2],
        [0, null],
      ],
    );
    const { error } = result.cells[1];
    assert.deepEqual([error!.ename, error!.evalue], ["TypeError", "no"]);
    assert.deepEqual(error!.frames, [
      { where: "cell 2", line: 2, column: 7 },
      { where: "cell 2", line: 1, column: 3 },
    ]);
    assert.match(failureText(result), /n\d+\.ipynb, cell 2 \(c2\): TypeError: no\n {4}at cell 2:2:7\n/);
  });

  it("forgets the times of another run and keeps other metadata", async () => {
    const result = await run([
      { code: "1", metadata: { execution: { "iopub.status.busy": "2024-01-01T00:00:00Z" }, mine: 1 } },
    ]);
    assert.deepEqual(stored(result)[0].metadata, { mine: 1 });
  });

  it("goes on after a failing cell if asked, and still fails", async () => {
    const result = await run([{ code: "throw new TypeError('no')" }, { code: "print('b')" }], { allowErrors: true });
    assert.deepEqual(statuses(result), ["error", "ok"]);
    assert.equal(result.status, "error");
  });

  it("accepts an error where a cell is tagged raises-exception, and only there", async () => {
    const result = await run([
      { code: "throw new TypeError('no')", tags: ["raises-exception"] },
      { code: "print('b')" },
    ]);
    assert.equal(result.status, "ok");
    assert.deepEqual(statuses(result), ["ok", "ok"]);
    assert.equal(result.cells[0].error!.evalue, "no");
  });

  it("leaves a cell tagged skip-execution and its outputs alone", async () => {
    const old = [{ output_type: "stream", name: "stdout", text: "old" }];
    const result = await run([{ code: "print('a')", tags: ["skip-execution"], outputs: old }, { code: "print('b')" }]);
    assert.deepEqual(statuses(result), ["skipped", "ok"]);
    assert.deepEqual([outputs(result)[0].text, stored(result)[0].execution_count], ["old", 1]);
    assert.equal(fake.calls.length, 1);
  });

  it("gives each cell what is left of the notebook's time, and then says so", async () => {
    const result = await run([{ code: "await new Promise((r) => setTimeout(r, 60))" }, { code: "print('b')" }], {
      timeout: 50,
      cellTimeout: 40,
    });
    assert.equal(fake.calls[0].timeout, 40);
    assert.deepEqual(statuses(result), ["ok", "not run"]);
    assert.deepEqual(result.problems, [
      "cell 2 and what follows were not run: the notebook's limit of 0.05 s was used up",
    ]);
    assert.equal(result.status, "error");
  });

  it("stops at an abort signal and leaves a notebook that can be read", async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 30);
    const result = await run([{ code: "print('a'); await new Promise(() => {})" }, { code: "print('b')" }], {
      signal: abort.signal,
    });
    assert.deepEqual(result.problems, ["interrupted in cell 1"]);
    assert.deepEqual(
      outputs(result).map((output) => output.text),
      ["a"],
    );
    assert.ok(fake.closed);
  });

  it("merges adjacent chunks of one stream and shows a progress bar as the line it ends as", async () => {
    const result = await run([
      {
        code: "print('0%'); print('\\r50'); print('%\\r'); print('100%\\n'); warn('w'); print('abc\\b\\bX\\n'); print('colou\\x1b[31mred\\r\\n')",
      },
    ]);
    assert.deepEqual(
      outputs(result).map((output) => [output.name, output.text]),
      [
        ["stdout", "100%\n"],
        ["stderr", "w"],
        ["stdout", "aXc\ncolou\x1b[31mred\n"],
      ],
    );
  });

  it("keeps 100,000 lines in order, whole, in linear time", async () => {
    const result = await run([{ code: "for (let i = 0; i < 100000; i++) print(i + '\\n')" }]);
    assert.equal(outputs(result)[0].text, Array.from({ length: 100000 }, (_, i) => `${i}\n`).join(""));
  });

  it("clears outputs at once, or when the next one arrives", async () => {
    const now = "print('a'); out({ output_type: 'clear_output', wait: false })";
    const wait = "print('a'); out({ output_type: 'clear_output', wait: true })";
    const result = await run([{ code: now }, { code: `${wait}; print('b')` }, { code: wait }]);
    assert.deepEqual(
      stored(result).map((cell) => cell.outputs.map((output) => output.text)),
      [[], ["b"], ["a"]],
    );
  });

  it("updates every earlier display of an id, in whatever cell, and reports an update of none", async () => {
    const result = await run([
      { code: "show({ 'text/plain': '1' }, 'p')" },
      { code: "show({ 'text/plain': '2' }, 'p'); show({ 'text/plain': '3' }, 'q')" },
      { code: "update({ 'text/plain': 'new' }, 'p'); update({ 'text/plain': 'x' }, 'none')" },
    ]);
    assert.deepEqual(
      stored(result).map((cell) => cell.outputs.map((output) => (output.data as Record<string, string>)["text/plain"])),
      [["new"], ["new", "3"], []],
    );
    assert.deepEqual(result.warnings, [
      'cell 3: an update of display id "none" was dropped: nothing was displayed under it before',
    ]);
    assert.ok(!("transient" in outputs(result)[0]));
  });

  it("drops an output that no notebook can hold, and says so", async () => {
    const result = await run([
      { code: "show({ 'text/plain': 3 }); show({ 'text/plain': 'a' }, 'p'); update({ 'text/plain': 3 }, 'p')" },
    ]);
    assert.deepEqual(
      outputs(result).map((output) => (output.data as Record<string, string>)["text/plain"]),
      ["a"],
    );
    assert.match(
      result.warnings[0],
      /^cell 1: an output was dropped, since no notebook can hold it: output \(display_data\), data\.text\/plain must be/,
    );
    assert.match(result.warnings[1], /^cell 1: an update of display id "p" was dropped/);
  });

  it("gives late output to the cell that started it, and a late error fails that cell", async () => {
    const result = await run([
      {
        code: "print('a'); late(() => { print('late'); out({ output_type: 'error', ename: 'Error', evalue: 'boom', traceback: ['Error: boom'] }) })",
      },
      { code: "print('b')" },
    ]);
    assert.deepEqual(statuses(result), ["error", "ok"]);
    assert.equal(result.status, "error");
    assert.deepEqual(
      stored(result).map((cell) => cell.outputs.map((output) => output.text ?? output.evalue)),
      [["alate", "boom"], ["b"]],
    );
  });

  it("makes paths in traces and on stderr relative, and leaves stdout alone", async () => {
    mkdirSync(join(directory, "near"), { recursive: true });
    const path = join(directory, "near", "x.ts");
    const text = (shown: string) => `at ${shown}:1:2`;
    const result = await run([
      {
        code: `print(${JSON.stringify(path)}); warn(${JSON.stringify(text(path))}); throw new Error(${JSON.stringify(`${text(`file://${path}`)} ${directory}-other ${directory} ${homedir()}/y`)})`,
      },
    ]);
    const [out, err, error] = outputs(result);
    assert.equal(out.text, path);
    assert.equal(err.text, text(join("near", "x.ts")));
    assert.equal(error.evalue, `${text(join("near", "x.ts"))} ${directory}-other . ~/y`);
    assert.ok(!JSON.stringify(error.traceback).includes(`${directory}/`));
  });

  it("writes the same bytes every time", async () => {
    const path = sketchNotebook(directory, "same.ipynb", [
      { code: "print('a'); show({ 'text/plain': 'b' }, 'id')" },
      { code: "throw new Error('c')" },
    ]);
    const bytes = async () =>
      readFileSync((await executeNotebook(path, { evaluator, out: join(directory, "out") })).output!, "utf8");
    assert.equal(await bytes(), await bytes());
  });

  it("reports a figure that has no picture", async () => {
    const figure = "{ 'application/vnd.plotly.v1+json': { data: [], layout: {} }, 'text/plain': 'Figure' }";
    const result = await run([
      { code: `show(${figure}); show({ ...${figure}, 'image/png': 'AAAA' }); lose('no browser'); lose('no browser')` },
    ]);
    assert.deepEqual(result.warnings, ["cell 1: a figure has no image/png", "no browser"]);
    assert.equal(result.status, "ok");
  });

  it("collects claims, and fails where two have one id", async () => {
    const claim = (id: string) =>
      `show({ 'application/vnd.scorebook.claim.v2+json': { id: '${id}', kind: 'extension', source: 's', statement: 't', published: null, bound: { below: 1, because: 'b' }, measured: 2, standardError: null, seeds: null, control: null, differs: null } })`;
    const one = await run([{ code: claim("a") }, { code: claim("b") }]);
    assert.deepEqual(
      [one.status, one.claims.map(({ id, cell, cellId }) => [id, cell, cellId])],
      [
        "ok",
        [
          ["a", 1, "c1"],
          ["b", 2, "c2"],
        ],
      ],
    );
    const two = await run([{ code: claim("a") }, { code: claim("a") }]);
    assert.deepEqual(
      [two.status, two.problems],
      ["error", ['claim "a" is stated in cell 1 and again in cell 2; an id names one claim']],
    );
  });

  it("refuses a notebook in another language", async () => {
    await assert.rejects(
      run([], {}, { kernelspec: { name: "python3", display_name: "Python", language: "python" } }),
      /a notebook in python, expected TypeScript or JavaScript/,
    );
  });

  it("checks the types of a notebook unless it is in JavaScript, and asks an abort signal for one listener at a time", async () => {
    const seen: unknown[] = [],
      { signal } = new AbortController();
    for (const language of ["typescript", "javascript"]) {
      await run([], { signal }, { kernelspec: { name: "any", display_name: "Any", language } });
      seen.push([language, fake.settings.typeCheck]);
    }
    assert.deepEqual(seen, [
      ["typescript", "error"],
      ["javascript", "off"],
    ]);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  describe("parameters", () => {
    const cells: CellSketch[] = [
      {
        code: "const seed = 0;\nconst quick = false, name: string = 'x';\nlet sizes: readonly number[] = [1, 2];\nconst steps = quick ? 10 : 1000;\nconst other = 3",
        tags: ["parameters"],
      },
      { code: "print('run')" },
    ];
    const injected = (result: NotebookRun) => stored(result)[1].source;

    it("are injected behind the parameters cell with their types, and what is computed from them again", async () => {
      const result = await run(cells, { parameters: { seed: 7, name: "5", sizes: "[3]" }, quick: true });
      assert.equal(
        injected(result),
        '// Parameters\nlet seed = 7;\nlet quick = true;\nlet name: string = "5";\nlet sizes: readonly number[] = [3];\nlet steps = quick ? 10 : 1000;',
      );
      assert.deepEqual(
        [stored(result)[1].id, stored(result)[1].metadata.tags, stored(result).length],
        ["injected-parameters", ["injected-parameters"], 3],
      );
      assert.deepEqual(result.parameters, { seed: 7, quick: true, name: "5", other: 3 });
    });

    it("replace those injected before", async () => {
      const first = await run(cells, { parameters: { seed: "-2" } });
      const second = await executeNotebook(first.output!, { evaluator, inPlace: true, parameters: { seed: 1e-3 } });
      assert.equal(injected(second), "// Parameters\nlet seed = 0.001;");
      assert.equal(stored(second).length, 3);
    });

    it("are read from the notebook where none is given", async () => {
      assert.deepEqual((await run(cells)).parameters, { seed: 0, quick: false, name: "x", other: 3 });
      assert.equal(stored(await run(cells)).length, 2);
    });

    it("quick is no error where it is not declared", async () => {
      assert.equal((await run([{ code: "print('a')" }], { quick: true })).status, "ok");
    });

    it("that are unknown or of another type are refused in one sentence", async () => {
      await assert.rejects(
        run(cells, { parameters: { sed: 1 } }),
        /no parameter sed: its parameters cell declares seed, quick, name, sizes, steps, other$/,
      );
      await assert.rejects(
        run([{ code: "1" }], { parameters: { seed: 1 } }),
        /no parameter seed: none of its cells is tagged parameters$/,
      );
      await assert.rejects(
        run(cells, { parameters: { seed: "abc" } }),
        /parameter seed = "abc", expected a number, as in the parameters cell: seed = 0$/,
      );
      await assert.rejects(run(cells, { parameters: { quick: 1 } }), /parameter quick = 1, expected a boolean/);
      await assert.rejects(
        run(cells, { parameters: { sizes: "abc" } }),
        /parameter sizes = "abc", expected JSON \[…\], as in the parameters cell: sizes = \[1, 2\]$/,
      );
      await assert.rejects(
        run(cells, { parameters: { sizes: () => 1 } }),
        /parameter sizes = .*, expected a JSON value/,
      );
    });
  });
});
