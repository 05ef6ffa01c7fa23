import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { TestNotebook, type Ran } from "../../helpers/cells.js";
import { plotlyMime, type Figure } from "../../../src/kernel/figure.js";
import type { FigureRenderer } from "../../../src/kernel/host/renderer.js";

/** Says how long something takes, which is to be 3 s at the most. */
async function soon<T>(what: Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await what;
  const seconds = (performance.now() - begun) / 1000;
  assert.ok(seconds < 3, `${seconds.toFixed(1)} s`);
  return result;
}

const told = ({ errors }: Ran): string[] => errors.map(({ ename, evalue }) => `${ename}: ${evalue}`);

describe("There is an end within 3 s", function () {
  this.timeout(60_000);
  let notebook: TestNotebook;
  after(() => notebook.close());

  describe("while figures are drawn", () => {
    const warnings: string[] = [];
    let drawn = 0;
    /** draws figures that say so, and no other, ever */
    const renderer: FigureRenderer = {
      async png({ layout }: Figure) {
        if ((layout as { title?: unknown } | undefined)?.title === undefined) await new Promise(() => {});
        drawn++;
        return { png: "AAAA", width: 7, height: 5 };
      },
      svg: async () => "",
      close: async () => {},
    };
    const figures = `for (let i = 0; i < 50; i++) show({ data: [{ type: "scatter", y: [1, i] }], layout: {} });`;
    const shown = ({ outputs }: Ran): number => outputs.filter((o) => "data" in o && plotlyMime in o.data).length;
    before(async () => {
      notebook = new TestNotebook({ renderer, onWarning: (text) => warnings.push(text) });
      assert.deepEqual(told(await notebook.run(`import { show } from "scorebook/notebook"; let kept = 7;`)), []);
    });
    beforeEach(() => (warnings.length = 0));
    after(() => notebook.close());
    const lives = async (): Promise<void> => {
      const before = drawn;
      const { value } = await notebook.run(`show({ data: [], layout: { title: { text: "drawn" } } }); kept`);
      assert.deepEqual([value, drawn - before], ["7", 1]);
    };

    it("after an interrupt", async () => {
      const running = notebook.run(figures);
      await sleep(1000);
      await notebook.evaluator.interrupt();
      const ran = await soon(running);
      assert.deepEqual(told(ran), ["Interrupted: the cell was interrupted while its figures were drawn"]);
      assert.deepEqual([shown(ran), ran.died], [50, undefined]);
      assert.deepEqual(warnings, [
        "50 figures go out without a picture: the cell was interrupted while figures were drawn",
      ]);
      await lives();
    });

    it("after the cell's limit, which fails no code that has come to its end", async () => {
      const ran = await soon(notebook.run(figures, { timeout: 700 }));
      assert.deepEqual([ran.status, shown(ran)], ["ok", 50]);
      assert.deepEqual(warnings, [
        "50 figures go out without a picture: the cell's limit of 0.7 s passed while figures were drawn",
      ]);
      await lives();
    });

    it("after the limit of a cell that loops behind its figures", async () => {
      const ran = await soon(notebook.run(`${figures} while (true) {}`, { timeout: 700 }));
      assert.match(told(ran).join(), /^Timeout: the cell ran longer than 0\.7 s and was interrupted/);
      assert.deepEqual([shown(ran), ran.died, warnings.length], [50, undefined, 1]);
      await lives();
    });

    it("after a shutdown, and what is left goes out", async () => {
      const running = notebook.run(figures);
      await sleep(1000);
      await soon(notebook.evaluator.close());
      assert.equal(shown(await running), 50);
      assert.deepEqual(warnings, [
        "50 figures go out without a picture: the kernel was shut down while figures were drawn",
      ]);
    });
  });

  describe("while a callback loops after its cell", () => {
    before(async () => {
      notebook = new TestNotebook();
      await notebook.run("let kept = 7;");
    });
    after(() => notebook.close());
    const loop = async (start = "setTimeout"): Promise<void> => {
      await calledBack(`${start}(() => { console.log("begun"); while (true) {} }, 20);`);
    };
    const calledBack = async (code: string): Promise<void> => {
      notebook.late.length = 0;
      const { stdout } = await notebook.run(code);
      while (stdout === "" && notebook.late.length === 0) await sleep(20);
      notebook.late.length = 0;
    };
    const lives = async (): Promise<void> => assert.equal((await soon(notebook.run("kept"))).value, "7");

    it("after an interrupt of the next cell", async () => {
      await loop();
      const running = notebook.run("2");
      await sleep(100);
      await notebook.evaluator.interrupt();
      assert.deepEqual(told(await soon(running)), ["Interrupted: the cell was interrupted"]);
      await lives();
    });

    it("after the limit of the next cell", async () => {
      await loop();
      const ran = await soon(notebook.run("2", { timeout: 500 }));
      assert.match(told(ran).join(), /^Timeout: /);
      assert.equal(ran.died, undefined);
      await lives();
    });

    it("after an interrupt without a cell, also of a callback that comes again and again", async () => {
      await loop("setInterval");
      await notebook.evaluator.interrupt();
      await lives();
    });

    it("after an interrupt without a cell, which stops nothing of the next", async () => {
      for (let i = 0; i < 20; i++) {
        await notebook.evaluator.interrupt();
        const { errors, status } = await notebook.run(
          `for (const until = performance.now() + 150; performance.now() < until;);`,
          { timeout: 5000 },
        );
        assert.deepEqual([errors, status], [[], "ok"]);
      }
      await lives();
    });

    it("after an interrupt for whoever asks for a completion", async () => {
      await loop();
      const completed = notebook.evaluator.complete("kep", 3);
      await notebook.evaluator.interrupt();
      assert.deepEqual((await soon(completed))?.matches, ["kept"]);
    });

    it("where nothing stops it but the end of its process, which is said", async () => {
      await calledBack(
        "import { execSync } from 'node:child_process';\nsetTimeout(() => { console.log('begun'); execSync(\"trap '' INT; sleep 20\"); }, 10);",
      );
      await notebook.evaluator.interrupt();
      assert.equal((await soon(notebook.evaluator.isComplete("1"))) ?? null, null);
      assert.deepEqual(
        notebook.late.map(({ output }) => "evalue" in output && output.evalue),
        [
          "code of an earlier cell was interrupted and did not stop within 2 s, so its process was ended; its variables are lost; the next cell starts in a fresh process",
        ],
      );
    });

    for (const code of [
      `import { spawnSync } from "node:child_process";\nspawnSync("sleep", ["20"]);`,
      `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`,
    ])
      it(`after an interrupt of ${code.split("\n").at(-1)}`, async () => {
        await notebook.run("let kept = 7;");
        const running = notebook.run(code);
        await sleep(800);
        await notebook.evaluator.interrupt();
        assert.deepEqual(told(await soon(running)), ["Interrupted: the cell was interrupted"]);
        await lives();
      });

    it("and not before its limit, however long that is", async () => {
      assert.equal(
        (await notebook.run("await new Promise((done) => setTimeout(done, 20)); 1", { timeout: 3e9 })).value,
        "1",
      );
    });

    it("of settling beyond its limit, which is said", async () => {
      await loop();
      await soon(notebook.evaluator.settle(100));
      assert.match(
        notebook.late.map(({ output }) => "evalue" in output && output.evalue).join(),
        /^code of an earlier cell still ran and did not stop within 2\.1 s, so its process was ended;/,
      );
    });
  });

  describe("of the programs that an interrupted cell has started", () => {
    before(async function () {
      if (process.platform === "win32") this.skip(); // no SIGINT
      notebook = new TestNotebook();
      await notebook.run(`
        import { exec, execFile, fork, spawn } from "node:child_process";
        import { promisify } from "node:util";
        const server = spawn("sleep", ["333"]);
        const apart = spawn("sleep", ["333"], { detached: true });`);
    });
    after(async () => {
      await notebook.run("for (const { pid } of [apart, further]) process.kill(pid!, 'SIGKILL');");
      await notebook.close();
    });
    /** the seconds that programs named `sleep` of this notebook's folder were told to sleep */
    const asleep = (): string[] =>
      execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" })
        .split("\n")
        .flatMap((line) => /^sleep (333|444|555)$/.exec(line.trim())?.[1] ?? []);

    for (const code of [
      `await promisify(execFile)("sleep", ["444"]);`,
      `await promisify(exec)("sleep 444; echo after");`,
      `await promisify(exec)("(sleep 444; echo after); echo after");`,
      `spawn("sleep", ["444"], { stdio: "inherit" }); await new Promise(() => {});`,
      `spawn("sleep", ["444"]); for (;;) {}`,
      `await new Promise((end) => fork("child.cjs").on("exit", end));`,
    ])
      it(`: ${code}`, async () => {
        notebook.write("child.cjs", 'require("child_process").spawn("sleep", ["444"]); setInterval(() => {}, 1000);');
        const running = notebook.run(code);
        while (!asleep().includes("444")) await sleep(20);
        await notebook.evaluator.interrupt();
        assert.deepEqual(told(await soon(running)), ["Interrupted: the cell was interrupted"]);
        for (const until = performance.now() + 3000; asleep().includes("444") && performance.now() < until;)
          await sleep(20);
        assert.deepEqual(asleep(), ["333", "333"]);
        assert.deepEqual(notebook.late, []);
        assert.equal((await notebook.run("[server.exitCode, server.signalCode]")).value, "[ null, null ]");
      });

    it(", also where the cell waits for one and does nothing else", async () => {
      const running = notebook.run(`import { spawnSync } from "node:child_process"; spawnSync("sleep", ["444"]);`);
      while (!asleep().includes("444")) await sleep(20);
      await notebook.evaluator.interrupt();
      assert.deepEqual(told(await soon(running)), ["Interrupted: the cell was interrupted"]);
      assert.deepEqual(asleep(), ["333", "333"]);
    });

    it(", and not of one in a session of its own", async () => {
      const running = notebook.run(
        `const further = spawn("sleep", ["555"], { detached: true }); await new Promise(() => {});`,
      );
      while (!asleep().includes("555")) await sleep(20);
      await notebook.evaluator.interrupt();
      await soon(running);
      await sleep(300);
      assert.deepEqual(asleep().sort(), ["333", "333", "555"]);
    });
  });

  describe("whatever a cell does to its process", () => {
    beforeEach(() => (notebook = new TestNotebook()));
    afterEach(() => notebook.close());
    const fs = `import fs from "node:fs";\n`;

    for (const [code, reason] of [
      [`${fs}fs.writeSync(4, "junk\\n"); await null; 1`, 'wrote "junk" where its kernel reads messages'],
      [`${fs}fs.writeSync(4, '{"type":"output"}\\n'); 1`, String.raw`wrote "{\"type\":\"output\"}" where`],
      [`${fs}fs.closeSync(4); 1`, "closed its line to the kernel"],
      [`${fs}fs.closeSync(3); await new Promise(() => {});`, "closed its line to the kernel"],
      [`${fs}fs.closeSync(5); await new Promise(() => {});`, "closed its line to the kernel"],
      [
        `process.kill(process.pid, "SIGKILL"); await null;`,
        "was ended by the system (SIGKILL), as it does when memory",
      ],
    ])
      it(`: ${code.split("\n").at(-1)}`, async () => {
        await notebook.run("0");
        const ran = await soon(notebook.run(code, { timeout: 10_000 }));
        assert.equal(ran.died, true);
        assert.ok(told(ran).join().startsWith(`ProcessDied: the cell's process ${reason}`), told(ran).join());
        assert.equal((await notebook.run("[1, 2].map((x) => x + 1)")).value, "[ 2, 3 ]");
      });

    for (const code of [
      'JSON.stringify = () => "";',
      "(Object.prototype as any).toJSON = () => 1;",
      "(Array.prototype as any).toJSON = () => 1;",
      "JSON.parse = null as any;",
    ])
      it(`: ${code}`, async () => {
        assert.equal((await notebook.run(`${code} 1`)).value, "1");
        const { value, errors } = await notebook.run("console.error('told'); [1, 2].map((x) => x + 1)");
        assert.deepEqual([value, errors], ["[ 2, 3 ]", []]);
      });

    for (const name of [
      "Array.prototype.map",
      "Array.prototype.push",
      "Array.prototype[Symbol.iterator]",
      "String.prototype.split",
      "RegExp.prototype.exec",
      "Map.prototype.get",
      "Function.prototype.call",
      "Function.prototype.apply",
      "Promise.prototype.then",
      "Promise.prototype.finally",
      "Object.defineProperty",
      "Object.entries",
      "Math.max",
      "Array",
      "Object",
      "Error",
      "Promise",
      "Map",
      "Buffer",
      "setTimeout",
      "setImmediate",
    ])
      it(`: ${name} = null`, async () => {
        const change = name.includes(".") ? `(${name} as any) = null;` : `(globalThis as any).${name} = null;`;
        const { value, errors, stderr } = await notebook.run(`${change} 1`, { timeout: 5000 });
        assert.deepEqual([value, errors], ["1", []]);
        assert.equal(stderr, `scorebook: a cell has changed ${name}, without which no cell runs; it is as it was\n`);
        const again = await notebook.run(`await null; ${change} await null; throw new RangeError("own");`, {
          timeout: 5000,
        });
        assert.deepEqual(told(again), ["RangeError: own"]);
        assert.deepEqual((await notebook.run("[1, 2].map((x) => x + 1)", { timeout: 5000 })).value, "[ 2, 3 ]");
      });

    for (const [change, seen, expected] of [
      ["(Object.prototype as any).x = 5;", "({} as any).x", "5"],
      ["(Object.prototype as any).type = 'exit';", "({} as any).type", "'exit'"],
      ["JSON.stringify = () => 'x';", "JSON.stringify(1)", "'x'"],
      ["Math.max = () => NaN;", "Math.max(1)", "NaN"],
      ["Array.from = () => [];", "Array.from('a')", "[]"],
      ["const Map = 5;", "Map", "5"],
    ])
      it(`: ${change}, which stays`, async () => {
        assert.deepEqual((await notebook.run(`${change} 1`)).value, "1");
        assert.deepEqual(told(await notebook.run(`throw new RangeError("own")`)), ["RangeError: own"]);
        assert.match(told(await notebook.run(`const s: string = 5;`)).join(), /^TypeScriptError: .*TS2322/);
        const { value, stderr } = await notebook.run(seen);
        assert.deepEqual([value, stderr], [expected, ""]);
      });

    it(": Object.prototype.get = 5, by which no property could be defined", async () => {
      const { stderr } = await notebook.run("(Object.prototype as any).get = 5; 1");
      assert.match(stderr, /^scorebook: a cell has changed Object\.prototype\.get, without which/);
      assert.equal((await notebook.run("let fresh = [1]; fresh")).value, "[ 1 ]");
    });

    it(": an end of its own after an interrupt, which is said as it is", async () => {
      const running = notebook.run(
        `(globalThis as any)[Symbol.for("scorebook.cellSignal")]().onabort = () => process.kill(process.pid, "SIGABRT");\nawait new Promise(() => {});`,
      );
      await sleep(800);
      await notebook.evaluator.interrupt();
      assert.match(told(await soon(running)).join(), /^ProcessDied: the cell's process ended by SIGABRT/);
    });

    it(": an answer to a question of a process that is gone, which is none to the next one's", async () => {
      const answers: ((text: string) => void)[] = [];
      const onInput = () => new Promise<string>((resolve) => answers.push(resolve));
      const ask = 'import { input } from "scorebook/notebook"; const asked = input("?");';
      await notebook.run(`${ask} process.kill(process.pid, "SIGKILL"); await asked;`, { onInput });
      const second = notebook.run(`${ask} await asked`, { onInput });
      while (answers.length < 2) await sleep(20);
      answers[0]("first");
      await sleep(200);
      answers[1]("second");
      assert.equal((await second).value, "'second'");
    });

    it(": a process that is stopped", async () => {
      await notebook.run("0");
      const ran = await soon(notebook.run('process.kill(process.pid, "SIGSTOP"); 1', { timeout: 500 }));
      assert.match(told(ran).join(), /^Timeout: .* did not stop within 2 s and was ended/);
    });

    it(": a process of its own that keeps its pipes", async () => {
      const { value } = await notebook.run(
        `import { spawn } from "node:child_process";\nspawn("sleep", ["20"], { detached: true, stdio: "inherit" }).pid`,
      );
      try {
        await soon(notebook.evaluator.close());
      } finally {
        process.kill(Number(value), "SIGKILL");
      }
    });

    it(": text as V8 writes it when it breaks, which is shown", async () => {
      const say = (text: string) => `spawnSync("sh", ["-c", "echo '${text}' >&2"], { stdio: "inherit" }); 1`;
      const first = await notebook.run(
        `import { spawnSync } from "node:child_process";\n${say("FATAL ERROR: the tool failed")}`,
      );
      const second = await notebook.run(say("later"));
      assert.deepEqual([first.stderr, second.stderr], ["FATAL ERROR: the tool failed\n", "later\n"]);
      const third = await notebook.run(`${say("FATAL ERROR: a tool")}; process.exit(3);`);
      assert.equal(third.stderr, "FATAL ERROR: a tool\n");
    });
  });
});
