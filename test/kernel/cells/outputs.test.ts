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

  it("shows promises as they are, without what Node.js notes at them", async () => {
    const { stdout, value } = await notebook.run(
      "console.log(Promise.resolve(1), [Promise.resolve(2)]); ({ p: Promise.resolve(3) })",
    );
    assert.deepEqual([stdout, value], ["Promise { 1 } [ Promise { 2 } ]\n", "{ p: Promise { 3 } }"]);
  });

  it("shows what has a form in HTML in it", async () => {
    const { outputs } = await notebook.run("({ toHTML: () => '<table></table>' })");
    assert.equal((outputs[0] as { data: Record<string, unknown> }).data["text/html"], "<table></table>");
  });

  it("shows what has a method for it, also of functions, of classes and asynchronously", async () => {
    const method = "[Symbol.for('Jupyter.display')]";
    for (const [code, text] of [
      [`class Colour { ${method}() { return { 'text/plain': 'red' } } }\nnew Colour()`, "red"],
      [`class Kind { static ${method}() { return { 'text/plain': 'kind' } } }\nKind`, "kind"],
      [`Object.assign(() => 1, { ${method}() { return { 'text/plain': 'called' } } })`, "called"],
      [`({ async ${method}() { await null; return { 'text/plain': 'later' } } })`, "later"],
      ["new Proxy({}, { get: (_, key) => (key === 'then' ? undefined : () => 1) })", "{}"],
      ["({ get data() { throw new Error('getter') } })", "{ data: [Getter] }"],
    ])
      assert.equal((await notebook.run(code)).value, text, code);
    const { outputs, errors } = await notebook.run(
      `import { display as whole, show } from 'scorebook/notebook';\nshow({ async ${method}() { return { 'text/plain': 'one' } } }); whole({ async ${method}() { throw new Error('two') } });\nawait new Promise((r) => setTimeout(r, 20));`,
    );
    assert.deepEqual((outputs[0] as { data: unknown }).data, { "text/plain": "one" });
    assert.equal(errors[0].evalue, "two");
  });

  it("gets what its worker threads print, however late", async () => {
    await notebook.run(
      "import { Worker } from 'node:worker_threads';\nnew Worker(\"console.log('first'); setTimeout(() => console.log('later'), 50)\", { eval: true });",
      { executionCount: 340 },
    );
    const { stdout } = await notebook.run("await new Promise((r) => setTimeout(r, 2000)); console.log('mine')");
    const late = notebook.late.splice(0);
    const text = late.map(({ output }) => ("text" in output ? output.text : "")).join("");
    assert.deepEqual([stdout, text, ...new Set(late.map(({ count }) => count))], ["mine\n", "first\nlater\n", 340]);
  });

  it("shows the global object as Node.js has it, and data with types of their own as data", async () => {
    const { value } = await notebook.run("globalThis");
    assert.match(value!, /^<ref \*1> Object \[global\] \{[^]*fetch: /);
    assert.doesNotMatch(value!, /scorebook|__|SourceFile/);
    assert.equal(
      (await notebook.run("({ data: [{ type: 'articles', id: '1' }] })")).value,
      "{ data: [ { type: 'articles', id: '1' } ] }",
    );
    assert.equal((await notebook.run("({ data: [{ type: 'bar', y: [1] }] })")).value, "Figure: 1 trace (bar)");
  });

  it("has all of the console", async () => {
    assert.equal(
      (await notebook.run("new console.Console(process.stdout).log('own'); console.table([{ a: 1 }])")).stdout.split(
        "\n",
      )[0],
      "own",
    );
  });

  it("never rounds a number to another whole one", async () => {
    const { value } = await notebook.run(
      "({ dtypes: [], index: [0], shape: [1, 5], $data: [], columns: ['a', 'b', 'c', 'd', 'e'], values: [[1234567.89, 10000001.5, 1000000.4, 1700000000123.25, 1 / 3]] })",
    );
    assert.match(value!, /^0\s+1234567\.89\s+10000001\.5\s+1000000\.4\s+1700000000123\.25\s+0\.333333$/m);
  });

  it("refuses what is nested deeper than readers go, in one sentence, and loses nothing else", async () => {
    const { outputs, errors: first } = await notebook.run(
      "import { display as show1 } from 'scorebook/notebook'; const nested = (n: number) => { let a: object = {}; while (--n) a = { a }; return a; }; show1('before'); show1({ 'application/json': nested(200) });",
    );
    assert.deepEqual([outputs.length, first], [2, []]);
    for (const levels of [201, 5000, 100_000])
      for (const [code, what] of [
        [`show1({ "application/json": nested(${levels}) })`, "TypeError: display: the data of application/json are"],
        [
          `show1({ "application/vnd.plotly.v1+json": { data: [], layout: nested(${levels}) } })`,
          "TypeError: display: ",
        ],
        [`({ [Symbol.for("Jupyter.display")]: () => ({ "application/json": nested(${levels}) }) })`, "T"],
        [`({ data: [{ type: "scatter", y: [1] }], layout: nested(${levels}) })`, "FigureError: figure.layout.a.a.a"],
      ]) {
        const ran = await notebook.run(`show1("before"); ${code}`, { timeout: 5000 });
        const [{ ename, evalue }] = ran.errors;
        assert.ok(`${ename}: ${evalue}`.startsWith(what), evalue);
        assert.match(
          evalue,
          /nested deeper than 200 levels, which no notebook's reader goes through; make (?:it|them) fl/,
        );
        assert.deepEqual([ran.outputs.length, ran.died], [2, undefined]);
      }
  });

  it("refuses MIME data that no notebook can store, and stores bytes as base64", async () => {
    const { errors, outputs } = await notebook.run(
      "import { display as raw } from 'tslab'; raw.raw('image/png', Buffer.from('abc') as any); raw.raw('text/html', 5 as any);",
    );
    assert.deepEqual((outputs[0] as { data: unknown }).data, { "image/png": "YWJj" });
    assert.match(errors[0].evalue, /^display: the data of text\/html are 5; expected text/);
  });

  it("replaces halves of characters, which no front end can store", async () => {
    assert.equal((await notebook.run("console.log('Zoë 😀'.slice(0, 5), '\\\\ud83d')")).stdout, "Zoë \ufffd \\ud83d\n");
  });

  it("has no input but `input`, and says so where its own is asked for", async () => {
    const { errors } = await notebook.run(
      "import readline from 'node:readline/promises';\nawait readline.createInterface({ input: process.stdin, output: process.stdout }).question('name? ')",
    );
    assert.match(errors[0].evalue, /^process\.stdin: a notebook has none; ask with `await input/);
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
