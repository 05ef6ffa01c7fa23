import assert from "node:assert/strict";
import { TestNotebook } from "../../helpers/cells.js";

describe("A cell with outputs", function () {
  this.timeout(60_000);
  let notebook: TestNotebook;
  before(() => {
    notebook = new TestNotebook();
  });
  after(() => notebook.close());

  it("shows the value of its last expression, and nothing for undefined or for a declaration", async () => {
    assert.equal((await notebook.run("({ a: [1, 2] })")).value, "{ a: [ 1, 2 ] }");
    assert.deepEqual((await notebook.run("undefined")).outputs, []);
    assert.deepEqual((await notebook.run("const nothing = 1;")).outputs, []);
    for (const declaration of [
      "const logged = (method: () => number, _: ClassMethodDecoratorContext) => method;\nclass D { @logged m() { return 1; } }",
      "const sealed = (_: unknown, { kind }: ClassDecoratorContext): void => void kind;\n@sealed class S {}",
      "enum E { One }",
      "namespace N { export const one = 1 }",
    ])
      assert.deepEqual((await notebook.run(declaration)).outputs, [], declaration);
    assert.equal((await notebook.run("[new D().m(), E.One, N.one]")).value, "[ 1, 0, 1 ]");
  });

  it("gets its own stdout and stderr, in order, also from native code and child processes", async () => {
    const { outputs } = await notebook.run("console.log('one'); console.error('two'); console.log('three')");
    assert.deepEqual(
      outputs.map((o) => (o.output_type === "stream" ? [o.name, o.text] : o)),
      [
        ["stdout", "one\n"],
        ["stderr", "two\n"],
        ["stdout", "three\n"],
      ],
    );
    const child = await notebook.run(
      "import { spawnSync } from 'node:child_process';\nimport { writeSync } from 'node:fs';\nspawnSync('sh', ['-c', 'echo child; echo oops >&2'], { stdio: 'inherit' });\nwriteSync(1, 'native\\n');",
    );
    assert.equal(child.stdout, "child\nnative\n");
    assert.equal(child.stderr, "oops\n");
  });

  it("keeps characters whole that come in two pieces, and text in other encodings", async () => {
    const { stdout } = await notebook.run(
      "const bytes = Buffer.from('é\\n'); process.stdout.write(bytes.subarray(0, 1)); process.stdout.write(bytes.subarray(1)); process.stdout.write('68690a', 'hex');",
    );
    assert.equal(stdout, "é\nhi\n");
  });

  it("says a warning once, without the number of its process", async () => {
    const { stderr } = await notebook.run(
      "process.emitWarning('careful'); await new Promise((r) => setTimeout(r, 10));",
    );
    assert.equal(stderr, "Warning: careful\n");
  });

  it("keeps its late output: text and errors of timers go to the cell that started them", async () => {
    await notebook.run(
      "setTimeout(() => console.log('late text'), 60); setTimeout(() => { throw new Error('late error') }, 80);",
      { executionCount: 301 },
    );
    const later = await notebook.run("await new Promise((r) => setTimeout(r, 200)); console.log('mine')", {
      executionCount: 302,
    });
    assert.equal(later.stdout, "mine\n");
    assert.equal(later.status, "ok");
    assert.deepEqual(
      notebook.late.map(({ count, output }) => [count, output.output_type]),
      [
        [301, "stream"],
        [301, "error"],
      ],
    );
    notebook.late.length = 0;
  });

  it("can be waited for until its timers have fired", async () => {
    await notebook.run("setTimeout(() => console.log('settled'), 150);", { executionCount: 320 });
    await notebook.evaluator.settle(2000);
    assert.deepEqual(
      notebook.late.map(({ output }) => (output.output_type === "stream" ? output.text : output)),
      ["settled\n"],
    );
    notebook.late.length = 0;
  });

  it("can be waited for until what it reads, runs or sleeps by promises is done, not for intervals and servers", async () => {
    await notebook.run(
      "import { exec } from 'node:child_process';\nimport { readFile } from 'node:fs/promises';\nimport { createServer } from 'node:http';\nimport { setTimeout as sleep } from 'node:timers/promises';\nconst server = createServer().listen(0), interval = setInterval(() => {}, 50);",
    );
    await notebook.run(
      "void sleep(150).then(() => { console.log('slept'); throw new Error('late'); });\nvoid readFile('/dev/null').then(() => console.log('read'));\nexec('sleep 0.3; echo ran', (_, out) => console.log(out.trim()));\nundefined",
      { executionCount: 330 },
    );
    const begun = Date.now();
    await notebook.evaluator.settle(4000);
    assert.ok(Date.now() - begun < 3000);
    const told = notebook.late
      .map(({ output }) => (output.output_type === "stream" ? output.text : `${output.output_type}\n`))
      .join("");
    assert.deepEqual(told.trim().split("\n").sort(), ["error", "ran", "read", "slept"]);
    notebook.late.length = 0;
    await notebook.run("server.close(); clearInterval(interval);");
  });

  it("loses none of 100,000 lines", async () => {
    const { stdout } = await notebook.run("for (let i = 0; i < 100_000; i++) console.log(`line ${i}`);");
    assert.equal(stdout.split("\n").length - 1, 100_000);
    assert.ok(stdout.endsWith("line 99999\n"));
  });

  it("can display 50 MB", async () => {
    const { outputs } = await notebook.run(
      "import { display as big } from 'tslab';\nbig.text('x'.repeat(50_000_000));",
    );
    assert.equal((outputs[0] as { data: Record<string, string> }).data["text/plain"].length, 50_000_000);
  });
});
