import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { TestNotebook } from "../../helpers/cells.js";

describe("A cell", function () {
  this.timeout(60_000);
  let notebook: TestNotebook;
  before(() => {
    notebook = new TestNotebook();
  });
  after(() => notebook.close());

  it("shares its variables by live bindings: closures of earlier cells see later assignments", async () => {
    await notebook.run("let counter = 0; const incr = () => { counter++ };");
    assert.equal((await notebook.run("counter = 100; incr(); counter")).value, "101");
    assert.equal((await notebook.run("incr(); counter += 2; ({ counter })")).value, "{ counter: 104 }");
  });

  it("gives a name that is declared again to later cells and to functions of other cells; its own cell keeps what it had", async () => {
    await notebook.run("function inner() { return 1 }\nfunction outer() { return inner() }");
    await notebook.run("const across = () => inner()");
    await notebook.run("function inner() { return 2 }");
    assert.equal((await notebook.run("[inner(), across(), outer()]")).value, "[ 2, 2, 1 ]");
  });

  it("may declare const, let, class, function and enum again", async () => {
    await notebook.run("const a = 1; let b = 1; class C { x = 1 }; enum E { P = 1 }");
    assert.equal(
      (
        await notebook.run(
          "const a = 2; let b = 'two'; class C { y = 2 }; enum E { P = 2 }; [a, b, new C().y, E.P].join()",
        )
      ).value,
      "'2,two,2,2'",
    );
  });

  it("destructures, also with defaults and rest", async () => {
    assert.equal(
      (
        await notebook.run(
          "const { p, ...others } = { p: 1, q: 2, r: 3 }, [x = 7, , ...tail] = [undefined, 8, 9] as (number | undefined)[]; others",
        )
      ).value,
      "{ q: 2, r: 3 }",
    );
    assert.equal((await notebook.run("[p, x, tail]")).value, "[ 1, 7, [ 9 ] ]");
    await notebook.run("const made = () => ({ field: 1, inner: { deep: 2 } })");
    assert.equal(
      (
        await notebook.run(
          "const { field: renamed, inner: { deep: deeper } } = made(); [renamed, deeper, (({ field: own }) => own)(made())]",
        )
      ).value,
      "[ 1, 2, 1 ]",
    );
  });

  it("awaits at the top level, also in `for await` and `await using`", async () => {
    assert.equal((await notebook.run("const v = await Promise.resolve(3); v")).value, "3");
    assert.equal(
      (
        await notebook.run(
          "let sum = 0; async function* g() { yield 1; yield 2 }\nfor await (const n of g()) sum += n;\nsum",
        )
      ).value,
      "3",
    );
    assert.equal(
      (
        await notebook.run(
          "let closed = false; { await using r = { async [Symbol.asyncDispose]() { closed = true } }; }\nclosed",
        )
      ).value,
      "true",
    );
  });

  it("may use `export`, which changes nothing", async () => {
    await notebook.run(
      "export const exported = 5; export default function seen() { return exported }\nexport { exported as other };",
    );
    assert.equal((await notebook.run("seen()")).value, "5");
  });

  it("keeps namespaces and what it declares globally for all later cells", async () => {
    await notebook.run(
      "namespace Space { export const one = 1 }\ndeclare global { interface Array<T> { second(): T } }\nArray.prototype.second = function () { return this[1] };",
    );
    await notebook.run("const between = 1;");
    await notebook.run("between + 1");
    assert.equal((await notebook.run("Space.one + [1, 2].second()")).value, "3");
    await notebook.run("namespace Space { export const two = 2 }");
    await notebook.run("between + 2");
    assert.equal((await notebook.run("Space.two")).value, "2");
    assert.match((await notebook.run("Space.one")).errors[0].evalue, /TS2339|TS2551/);
  });

  it("defines the fields of classes alike, whether it awaits or not", async () => {
    const fields = "class Fields { a?: number; b = 1 }\nObject.keys(new Fields()).join()";
    assert.deepEqual(
      [(await notebook.run(fields)).value, (await notebook.run(`await null;\n${fields}`)).value],
      ["'a,b'", "'a,b'"],
    );
  });

  it("that fails to type-check is one error per message, which shows of a long line what is around the column", async () => {
    const {
      errors: [error],
    } = await notebook.run(`const long = "${"x".repeat(10_000)}"; const f: (x: number) => void = (x: string) => {};`);
    assert.match(
      error.evalue,
      /^1:10024 - TS2322: Type '\(x: string\) => void' [^]*\n {2}Types of parameters 'x' and 'x' are incompatible\.\n {4}Type 'number'/,
    );
    assert.equal(error.traceback.length, 3);
    assert.equal(
      error.traceback[1].slice(error.traceback[2].indexOf("^")),
      "f: (x: number) => void = (x: string) => {};",
    );
    assert.ok(error.traceback[1].length < 200);
  });

  it("has private fields, generators, TypeScript 6 and the newest library", async () => {
    assert.equal(
      (
        await notebook.run(
          "class P { #secret = 4; get value() { return this.#secret } }\nfunction* twice(n: number) { yield n; yield n }\n[new P().value, ...twice(1), ...[3, 1].toSorted()]",
        )
      ).value,
      "[ 4, 1, 1, 1, 3 ]",
    );
  });

  it("runs in strict mode", async () => {
    assert.match(
      (await notebook.run("Object.freeze([1]).push(2 as never)", {})).errors[0].ename,
      /TypeScriptError|TypeError/,
    );
  });

  it("stops before it runs if its types are wrong, and says where", async () => {
    const { status, errors, stdout } = await notebook.run("console.log('ran');\nconst n: number = 'text';");
    assert.equal(status, "error");
    assert.equal(stdout, "");
    assert.equal(errors[0].ename, "TypeScriptError");
    assert.equal(errors[0].evalue, "2:7 - TS2322: Type 'string' is not assignable to type 'number'.");
  });

  it("is checked strictly: a value that may be null is not used unchecked", async () => {
    assert.match(
      (await notebook.run("const m = /a/.exec('b'); m.index")).errors[0].evalue,
      /TS18047: 'm' is possibly 'null'/,
    );
  });

  it("that fails leaves the earlier values of the names it never reached", async () => {
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

  it("shows the value of its last expression, and nothing for undefined", async () => {
    assert.equal((await notebook.run("({ a: [1, 2] })")).value, "{ a: [ 1, 2 ] }");
    assert.deepEqual((await notebook.run("undefined")).outputs, []);
    assert.deepEqual((await notebook.run("const nothing = 1;")).outputs, []);
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

describe("Modules of a cell", function () {
  this.timeout(60_000);
  let notebook: TestNotebook;
  before(() => {
    notebook = new TestNotebook();
    const pack = (name: string, manifest: object, files: Record<string, string>): void => {
      notebook.write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", ...manifest }));
      for (const [file, text] of Object.entries(files)) notebook.write(`node_modules/${name}/${file}`, text);
    };
    pack(
      "only-esm",
      { type: "module", exports: { import: { types: "./index.d.ts", default: "./index.js" } } },
      {
        "index.js":
          "export const kind = 'esm'; export default 1; export const slow = await new Promise((r) => setTimeout(() => r('awaited'), 20));",
        "index.d.ts":
          "export const kind: string; export const slow: string; declare const one: number; export default one;",
      },
    );
    pack(
      "deep-exports",
      { exports: { "./deep": { types: "./lib/deep.d.ts", default: "./lib/deep.cjs" } } },
      {
        "lib/deep.cjs": "exports.depth = 3;",
        "lib/deep.d.ts": "export const depth: number;",
      },
    );
    pack(
      "plain-cjs",
      {},
      {
        "index.js": "module.exports = { ['dyn' + 'amic']: 'whole' };",
        "index.d.ts": "declare const all: { dynamic: string }; export = all;",
      },
    );
  });
  after(() => notebook.close());

  it("may be ESM only, with top-level await in them", async () => {
    assert.equal(
      (await notebook.run("import one, { kind, slow } from 'only-esm';\n[one, kind, slow].join()")).value,
      "'1,esm,awaited'",
    );
  });

  it("may have nothing but an exports map", async () => {
    assert.equal((await notebook.run("import { depth } from 'deep-exports/deep';\ndepth")).value, "3");
  });

  it("of CommonJS are taken whole, names that static analysis misses included", async () => {
    assert.equal(
      (await notebook.run("import { dynamic } from 'plain-cjs';\nimport all from 'plain-cjs';\n[dynamic, all.dynamic]"))
        .value,
      "[ 'whole', 'whole' ]",
    );
  });

  it("can be imported dynamically, and stay in later cells", async () => {
    await notebook.run("import * as path from 'node:path';\nconst fs = await import('node:fs');");
    assert.equal(
      (await notebook.run("[typeof path.join, typeof fs.readFileSync].join()")).value,
      "'function,function'",
    );
  });

  it("that are local TypeScript are read again when they change", async () => {
    notebook.write("lib/tool.ts", "import { base } from './base.js';\nexport const answer = (): number => base + 1;");
    notebook.write("lib/base.ts", "export const base: number = 1;");
    assert.equal((await notebook.run("import { answer } from './lib/tool';\nanswer()")).value, "2");
    await new Promise((r) => setTimeout(r, 20));
    notebook.write("lib/base.ts", "export const base: number = 41;");
    assert.equal((await notebook.run("import { answer } from './lib/tool';\nanswer()")).value, "42");
    await new Promise((r) => setTimeout(r, 20));
    notebook.write("lib/tool.ts", "export const answer = (): string => 'changed';");
    assert.equal(
      (await notebook.run("import { answer } from './lib/tool';\nconst text: string = answer();\ntext")).value,
      "'changed'",
    );
  });

  it("that are local JSON are read again when they change, also by local modules", async () => {
    notebook.write("data.json", '{ "n": 1 }');
    notebook.write("double.ts", "import data from './data.json';\nexport const double = 2 * data.n;");
    const code =
      "import data from './data.json' with { type: 'json' };\nimport { double } from './double';\nconst later = await import('./data.json', { with: { type: 'json' } });\n[data.n, double, later.default.n].join()";
    assert.equal((await notebook.run(code)).value, "'1,2,1'");
    await new Promise((r) => setTimeout(r, 20));
    notebook.write("data.json", '{ "n": 5 }');
    assert.equal((await notebook.run(code)).value, "'5,10,5'");
  });

  it("that are local TypeScript may await at their top level, and have `import.meta` as cells do", async () => {
    notebook.write(
      "slow.ts",
      "export const slow: number = await Promise.resolve(3);\nexport const here = import.meta.dirname;",
    );
    assert.equal(
      (
        await notebook.run(
          "import { here, slow } from './slow';\nimport { createRequire } from 'node:module';\n[slow, here === import.meta.dirname, typeof createRequire(import.meta.url)('node:fs').readFileSync].join()",
        )
      ).value,
      "'3,true,function'",
    );
  });

  it("that are local TypeScript tell of wrong syntax and types where they are, not in the cell", async () => {
    notebook.write("syntax.ts", "export const a = 1;\nexport const b = ;");
    assert.equal(
      (await notebook.run("import { a as fromSyntax } from './syntax';")).errors[0].evalue,
      "syntax.ts:2:18 - TS1109: Expression expected.",
    );
    notebook.write("types.ts", "\nexport const f: (x: number) => void = (x: string) => {};");
    const {
      errors: [error],
    } = await notebook.run("import { f as fromTypes } from './types';");
    assert.match(error.evalue, /^types\.ts:2:14 - TS2322: [^]*Type 'number' is not assignable to type 'string'\.$/);
    assert.doesNotMatch([error.evalue, ...error.traceback].join("\n"), /^(cell:)?\d+:/m);
  });

  it("that are local TypeScript report errors at their own lines", async () => {
    notebook.write(
      "broken.ts",
      "interface T { a: number }\n\nexport function fail(): never {\n  throw new Error('in a file');\n}",
    );
    const {
      errors: [error],
    } = await notebook.run("import { fail } from './broken';\nfail();");
    assert.match(error.traceback.join("\n"), /fail \(broken\.ts:4:9\)/);
  });

  it("that do not exist are one clear error", async () => {
    assert.match(
      (await notebook.run("import x from 'no-such-package';")).errors[0].evalue,
      /Cannot find module 'no-such-package'/,
    );
    assert.match(
      (await notebook.run("await import('no-such-' + 'package')")).errors[0].evalue,
      /Cannot find package 'no-such-package'; install it beside the notebook: npm install no-such-package/,
    );
  });

  it("include scorebook from any working directory, with its types", async () => {
    const { outputs, errors } = await notebook.run(
      "import { show } from 'scorebook';\nshow({ rows: 1, cols: 2, values: Float64Array.of(1, 2) });",
    );
    assert.deepEqual(errors, []);
    assert.deepEqual(outputs[0], {
      output_type: "display_data",
      data: { "text/plain": "Matrix float64 [1, 2]\n1  2" },
      metadata: {},
    });
    assert.match(
      (await notebook.run("import { noSuchThing } from 'scorebook';")).errors[0].evalue,
      /has no exported member 'noSuchThing'/,
    );
  });

  it("include tslab's display functions", async () => {
    const { outputs } = await notebook.run(
      "import { display, newDisplay } from 'tslab';\ndisplay.html('<b>x</b>'); display.png(Uint8Array.of(1, 2, 3));\nconst d = newDisplay(); d.text('a'); d.text('b');",
    );
    assert.deepEqual(
      outputs.map((o) => ("data" in o ? [o.output_type, o.data] : o)),
      [
        ["display_data", { "text/html": "<b>x</b>" }],
        ["display_data", { "image/png": "AQID" }],
        ["display_data", { "text/plain": "a" }],
        ["update_display_data", { "text/plain": "b" }],
      ],
    );
  });
});

describe("The type check", function () {
  this.timeout(60_000);
  for (const [typeCheck, stderr] of [
    ["warn", /1:7 - TS2322/],
    ["off", /^$/],
  ] as const) {
    it(`set to ${typeCheck} lets the cell run`, async () => {
      const notebook = new TestNotebook({ typeCheck });
      try {
        const ran = await notebook.run("const n: number = 'text' as unknown as string;\nn");
        assert.equal(ran.value, "'text'");
        assert.match(ran.stderr, stderr);
        assert.match((await notebook.run("const = 1")).errors[0].evalue, /TS1134|TS1123/);
      } finally {
        await notebook.close();
      }
    });
  }

  it("honours the strictness that the nearest tsconfig.json asks for", async () => {
    const notebook = new TestNotebook();
    try {
      notebook.write(
        "tsconfig.json",
        JSON.stringify({ compilerOptions: { noUncheckedIndexedAccess: true, paths: { "@lib/*": ["./lib/*"] } } }),
      );
      assert.match(
        (await notebook.run("const list = [1]; list[3].toFixed()")).errors[0].evalue,
        /TS2532: Object is possibly 'undefined'/,
      );
    } finally {
      await notebook.close();
    }
  });
});

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

  it("ends a process that does not stop, says so, and starts a fresh one", async () => {
    const {
      errors: [error],
      died,
    } = await notebook.run("await new Promise(() => Promise.resolve().then(() => { for (;;) {} }));", { timeout: 200 });
    assert.equal(died, true);
    assert.match(error.evalue, /did not stop within 2 s and was ended; its variables are lost/);
    await fresh();
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
