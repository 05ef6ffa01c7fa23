import assert from "node:assert/strict";
import { TestNotebook } from "../../helpers/cells.js";

describe("A cell with errors", function () {
  this.timeout(60_000);
  let notebook: TestNotebook;
  before(() => {
    notebook = new TestNotebook();
  });
  after(() => notebook.close());

  it("leaves the earlier values of the names it never reached", async () => {
    await notebook.run("const kept = 'old';");
    const failed = await notebook.run(
      "const before = 1;\nif (before > 0) throw new RangeError('stop');\nconst kept = 'new';",
    );
    assert.equal(failed.status, "error");
    assert.equal((await notebook.run("kept")).value, "'old'");
  });

  it("reports an error of an awaited function at its TypeScript line and column, without frames of the kernel", async () => {
    await notebook.run(
      "interface Box { size: { width: number } }\n\nasync function width(box: Box): Promise<number> {\n  await null;\n  return box.size.width;\n}",
    );
    const {
      errors: [error],
    } = await notebook.run("type Any = any;\nawait width({} as Any)");
    assert.equal(error.ename, "TypeError");
    const trace = error.traceback.join("\n");
    assert.match(trace, /cell \d+:5:19/);
    assert.match(trace, /5 \| {3}return box\.size\.width;/);
    assert.doesNotMatch(trace, /node:internal|dist\/src|tslib|evalmachine/);
  });

  it("maps every frame of a call through several cells", async () => {
    await notebook.run("\n\nfunction thrower(): never { throw new Error('deep') }", { executionCount: 201 });
    await notebook.run("const through = () => {\n  thrower();\n}", { executionCount: 202 });
    const {
      errors: [error],
    } = await notebook.run("// one\nthrough();", { executionCount: 203 });
    assert.deepEqual(
      error.traceback.filter((l) => l.startsWith("  at ")),
      ["  at thrower (cell 201:3:35)", "  at through (cell 202:2:3)", "  at cell 203:2:1"],
    );
  });

  it("reports errors with their causes, and thrown values that are no errors", async () => {
    const {
      errors: [error],
    } = await notebook.run("throw new Error('outer', { cause: new RangeError('inner') })");
    assert.match(error.traceback.join("\n"), /outer[\s\S]*Caused by:[\s\S]*RangeError: inner/);
    assert.deepEqual((await notebook.run("throw 'text'")).errors[0].evalue, "'text'");
  });

  it("reports an error however many others it contains, the first of them", async () => {
    for (const around of ["new Error('around', { cause: e })", "new AggregateError([e], 'around')"]) {
      const {
        errors: [{ evalue, traceback }],
      } = await notebook.run(
        `{ let e: Error = new Error("inner"); for (let i = 0; i < 5000; i++) e = ${around}; throw e; }`,
      );
      assert.equal(evalue, "around");
      assert.ok(traceback.length < 100 && traceback.includes("(and so on)"), traceback.join("\n"));
    }
  });

  it("reports errors that contain themselves, or that throw when they are shown", async () => {
    const {
      errors: [circular],
    } = await notebook.run("const own = new Error('own'); own.cause = new Error('inner', { cause: own }); throw own;");
    assert.match(
      circular.traceback.join("\n"),
      /Error: own[^]*Caused by:[^]*Error: inner[^]*Caused by:[^]*\[Circular\]/,
    );
    for (const value of [
      "new (class extends Error { override get message(): string { throw new Error('trap') } })()",
      "{ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('trap') } }",
    ]) {
      const {
        errors: [error],
        died,
      } = await notebook.run(`throw ${value}`, { timeout: 5000 });
      assert.deepEqual(
        [error.evalue, died],
        ["a value that cannot be shown: showing it throws Error: trap", undefined],
      );
    }
  });

  it("shows what an error carries, and errors of asynchronous functions without anything of the kernel's", async () => {
    const { errors } = await notebook.run("throw Object.assign(new Error('m'), { response: { status: 404 } })");
    assert.equal(errors[0].traceback.at(-1), "{ response: { status: 404 } }");
    const { stderr } = await notebook.run(
      "async function load() { await null; throw new Error('no') }\ntry { await load() } catch (e) { console.error(e) }",
      { executionCount: 250 },
    );
    assert.equal(stderr, "Error: no\n    at load (cell 250:1:43)\n    at cell 250:2:7\n");
  });

  it("leaves rejections to the reader's own handler", async () => {
    const { value, errors } = await notebook.run(
      "const heard: unknown[] = []; const hear = (e: unknown) => heard.push(e); process.on('unhandledRejection', hear);\nvoid Promise.reject(7); await new Promise((r) => setTimeout(r, 20)); process.off('unhandledRejection', hear); heard",
    );
    assert.deepEqual([value, errors], ["[ 7 ]", []]);
  });

  it("fails by a promise that nobody handles", async () => {
    const { status, errors } = await notebook.run("void Promise.reject(new Error('unheard')); 1");
    assert.equal(status, "error");
    assert.match(errors[0].evalue, /unheard/);
    const late = await notebook.run("setTimeout(() => { void Promise.reject(new Error('late and unheard')) }, 30);", {
      executionCount: 310,
    });
    assert.equal(late.status, "ok");
    await notebook.run("await new Promise((r) => setTimeout(r, 100));");
    assert.deepEqual(
      notebook.late.map((l) => l.count),
      [310],
    );
    notebook.late.length = 0;
  });
});
