import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { TestNotebook } from "../../helpers/cells.js";

describe("An evaluator", function () {
  this.timeout(60_000);
  let notebook: TestNotebook;
  before(() => {
    notebook = new TestNotebook({ memoryLimit: 300 });
  });
  after(() => notebook.close());
  const fresh = async (): Promise<void> => assert.equal((await notebook.run("typeof process.pid")).value, "'number'");

  for (const [what, code] of Object.entries({
    "a loop": "for (;;) {}",
    "a loop after an await": "await null;\nfor (;;) {}",
    "a loop in a nested async function":
      "const nested = async () => { await null; for (;;) {} };\nawait (async () => { await nested() })();",
    "a loop inside try and catch": "for (;;) { try { for (;;) {} } catch {} }",
    "an await that never ends": "await new Promise(() => {});",
    "a promise as the last expression": "new Promise(() => {})",
    "an await in a loop": "for (;;) await new Promise((r) => setTimeout(r, 1));",
    "a loop in a timer": "await new Promise(() => setTimeout(() => { for (;;) {} }, 1));",
  })) {
    it(`interrupts ${what} and keeps its variables`, async () => {
      await notebook.run("let state = 7;");
      const begun = Date.now();
      const {
        errors: [error],
        died,
      } = await notebook.run(code, { timeout: 300 });
      assert.equal(error.ename, "Timeout");
      assert.match(error.evalue, /^the cell ran longer than 0\.3 s and was interrupted/);
      assert.equal(died, undefined);
      assert.ok(Date.now() - begun < 3000);
      assert.equal((await notebook.run("state")).value, "7");
    });
  }

  it("gives back the memory that a cell has left, soon after it", async () => {
    const used = async (): Promise<number> =>
      Number((await notebook.run("process.memoryUsage().heapUsed / 1e6")).value);
    const { value } = await notebook.run(
      `let big: unknown = Array.from({ length: 2e6 }, (_, n) => ({ n }));
       const whileHeld = process.memoryUsage().heapUsed / 1e6;
       big = undefined;
       whileHeld`,
    );
    const before = Number(value);
    await new Promise((r) => setTimeout(r, 3000));
    assert.ok((await used()) < before - 40, `${before} MB before`);
  });

  it("keeps a cell that is interrupted while its process starts from running", async () => {
    const starting = new TestNotebook();
    try {
      const ran = starting.run("console.log('ran');");
      await new Promise((r) => setTimeout(r, 20));
      await starting.evaluator.interrupt();
      const {
        errors: [error],
        stdout,
        died,
      } = await ran;
      assert.equal(error.evalue, "the cell was interrupted");
      assert.equal(died, undefined);
      assert.equal(stdout, "");
      assert.equal((await starting.run("1 + 1")).value, "2");
    } finally {
      await starting.close();
    }
  });

  it("lets no code of an interrupted cell run on", async () => {
    await notebook.run(
      "let ticks = 0; setInterval(() => ticks++, 5);\nawait new Promise((r) => setTimeout(r, 5000));\nconsole.log('ran on');",
      { timeout: 200 },
    );
    const { value, stdout } = await notebook.run(
      "const first = ticks; await new Promise((r) => setTimeout(r, 100)); ticks - first",
    );
    assert.equal(value, "0");
    assert.equal(stdout, "");
  });

  describe("with an ensemble in threads", () => {
    /** Runs a cell that says "begun"; then interrupts it. Returns its errors and the time that took. */
    const interrupted = async (code: string): Promise<{ errors: string[]; milliseconds: number }> => {
      const errors: string[] = [];
      let asked = NaN;
      await notebook.evaluator.execute(code, {
        timeout: 60_000,
        onOutput(output) {
          if (output.output_type === "error") errors.push(output.evalue);
          if (output.output_type !== "stream") return;
          asked = performance.now();
          void notebook.evaluator.interrupt();
        },
      });
      return { errors, milliseconds: performance.now() - asked };
    };
    const start = `shared[0] = 0;
      const computed = ensemble(endless, url, [member(1), member(2)], { workers: 2 });
      while (Atomics.load(shared, 0) < 2) await new Promise((r) => setTimeout(r, 5));`;
    before(async () => {
      notebook.write(
        "endless.mjs",
        "export function endless({ shared }) { Atomics.add(shared, 0, 1); for (;;) Atomics.add(shared, 1, 1); }",
      );
      const { errors } = await notebook.run(
        `import { ensemble } from "scorebook/math";
         const url = new URL("endless.mjs", import.meta.url);
         const { endless } = await import(String(url));
         const shared = new Int32Array(new SharedArrayBuffer(8));
         const member = (seed: number) => ({ seed, shared });`,
      );
      assert.deepEqual(errors, []);
    });
    beforeEach(() => (notebook.late.length = 0));
    afterEach(async () => {
      const { value } = await notebook.run(
        "const before = shared[1]; await new Promise((r) => setTimeout(r, 300)); shared[1] - before",
      );
      assert.equal(value, "0", "nothing computes any more");
      assert.deepEqual(notebook.late, []);
    });

    it("stops them with the cell that is interrupted, and keeps its variables", async () => {
      const { errors, milliseconds } = await interrupted(`${start} console.log("begun"); await computed;`);
      assert.deepEqual(errors, ["the cell was interrupted"]);
      assert.ok(milliseconds < 3000, `${milliseconds} ms`);
      assert.equal((await notebook.run("typeof endless")).value, "'function'");
    });

    it("stops them where the cell awaits something else", async () => {
      const { errors } = await interrupted(`${start} console.log("begun"); await new Promise(() => {});`);
      assert.deepEqual(errors, ["the cell was interrupted"]);
    });

    it("stops them with a cell that fails", async () => {
      const { errors } = await notebook.run(`${start} throw new Error("own");`);
      assert.deepEqual(
        errors.map(({ evalue }) => evalue),
        ["own"],
      );
    });

    it("stops a member in the cell's own thread", async () => {
      const { errors, milliseconds } = await interrupted(
        `console.log("begun"); await ensemble(endless, url, [member(1)], { workers: 0 });`,
      );
      assert.deepEqual(errors, ["the cell was interrupted"]);
      assert.ok(milliseconds < 3000, `${milliseconds} ms`);
      assert.equal((await notebook.run("typeof endless")).value, "'function'");
    });
  });

  it("ends a process that does not stop, says so, and starts a fresh one", async () => {
    const {
      errors: [error],
      died,
    } = await notebook.run(`import { execSync } from "node:child_process";\nexecSync("trap '' INT; sleep 10");`, {
      timeout: 200,
    });
    assert.equal(died, true);
    assert.match(error.evalue, /did not stop within 2 s and was ended; its variables are lost/);
    await fresh();
  });

  for (const [where, code] of Object.entries({
    "at once": "for (;;) {}",
    "after an await": "await null; for (;;) {}",
    "from await to await": "for (;;) await null;",
    "after a timer's await": "await new Promise((r) => setTimeout(r, 10)); for (;;) {}",
    "in a timer": "setTimeout(() => { for (;;) {} }, 10); await new Promise(() => {});",
    "in an immediate": "setImmediate(() => { for (;;) {} }); await new Promise(() => {});",
    "in a promise's reaction": "await new Promise(() => Promise.resolve().then(() => { for (;;) {} }));",
    "in microtasks": "const again = () => queueMicrotask(again); again(); await new Promise(() => {});",
    "in a regular expression": "/(a*)*b/.test('a'.repeat(40))",
    "that catches everything": "for (;;) try { for (;;) {} } catch {} finally { for (;;) {} }",
    "of printing": "for (;;) console.log('again');",
    "that waits": "for (;;) { try { await new Promise((r) => setTimeout(r, 1)); throw null; } catch {} }",
    "that reads": "import { readFile } from 'node:fs/promises';\nfor (;;) await readFile('/dev/null');",
  }))
    it(`stops a loop ${where}, and keeps the variables`, async () => {
      await notebook.run("let kept = 1;");
      const begun = performance.now();
      const { errors, died } = await notebook.run(code, { timeout: 300 });
      assert.ok(performance.now() - begun < 3000);
      assert.match(errors[0].evalue, /the cell ran longer than 0\.3 s and was interrupted/);
      assert.equal(died, undefined);
      const { value, stdout } = await notebook.run("await new Promise((r) => setTimeout(r, 30)); kept += 1; kept");
      assert.deepEqual([value, stdout], ["2", ""]);
    });

  it("tells of process.exit as an error of the cell", async () => {
    const { status, errors, stdout, died } = await notebook.run("console.log('before');\nprocess.exit(3);");
    assert.deepEqual([status, died, stdout], ["error", true, "before\n"]);
    assert.match(errors[0].evalue, /^process\.exit\(3\) was called; its variables are lost/);
    assert.match(errors[0].traceback[1], /^ {2}at .*cell \d+:2:9\)?$/);
    await fresh();
  });

  it("tells of a native abort, with what was printed before", async () => {
    const { errors, stdout, stderr } = await notebook.run("console.log('before');\nprocess.abort();");
    assert.equal(stdout, "before\n");
    assert.equal(stderr, "");
    assert.match(errors[0].evalue, /^the cell's process ended by SIGABRT/);
    await fresh();
  });

  it("tells of memory that ran out, and of the limit", async () => {
    const { errors, stderr } = await notebook.run(
      "const hoard: number[][] = [];\nfor (;;) hoard.push(new Array(1000).fill(Math.PI));",
    );
    assert.match(errors[0].evalue, /^the cell needed more than 300 MB of JavaScript heap; raise the limit/);
    assert.equal(stderr, "");
    await fresh();
  });

  it("tells of a crash between cells", async () => {
    await notebook.run("setTimeout(() => process.exit(4), 30);", { executionCount: 50 });
    await new Promise((r) => setTimeout(r, 300));
    assert.deepEqual(
      notebook.late.map(({ count, output }) => [count, (output as { ename?: string }).ename]),
      [[50, "ProcessExit"]],
    );
    await fresh();
  });

  it("takes the processes that cells started along when it closes", async () => {
    const { value } = await notebook.run("import { spawn } from 'node:child_process';\nspawn('sleep', ['100']).pid");
    await notebook.evaluator.close();
    await new Promise((r) => setTimeout(r, 100));
    assert.match(spawnSync("ps", ["-o", "stat=", "-p", value!], { encoding: "utf8" }).stdout, /^$|^Z/);
  });
});
