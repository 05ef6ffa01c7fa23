import assert from "node:assert/strict";
import { TestNotebook } from "../../helpers/cells.js";

/** Cells of one notebook in their order, and the value of the last one. */
const notebooks: Readonly<Record<string, readonly [cells: readonly string[], value: string]>> = {
  "the names of a CommonJS module": [
    ["[typeof __dirname, typeof __filename, typeof module.exports, require.main === module]"],
    "[ 'string', 'string', 'object', true ]",
  ],
  "a variable of any name, assigned to by a later cell": [
    ["let v = [0, 0]; const dt = 1", "for (let i = 0; i < 3; i++) v = [v[0] + dt, v[1] + 2 * dt];", "v"],
    "[ 3, 6 ]",
  ],
  "a function declared again, seen by a function of the same cell": [
    ["function g() { return 1 }; function f() { return g() }", "function g() { return 2 }", "[f(), g()]"],
    "[ 2, 2 ]",
  ],
  "a parameter declared again, seen by a function of its cell": [
    ["let seed = 1; function rng() { return seed }", "let seed = 5;", "[seed, rng()]"],
    "[ 5, 5 ]",
  ],
  "a variable of the global object": [
    ["declare global { var hits: number }\nglobalThis.hits = 7;", "hits + 1", "hits = 10; globalThis.hits"],
    "10",
  ],
  "names of globals, which libraries still find": [
    [
      "const { performance } = { performance: { accuracy: 1 } }; let window = 3; function fetch() { return 'mine' } class URL { static own = 2 }",
      "window++; for (window of [4]);",
      "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      "[performance.accuracy, ({ window }).window, fetch(), URL.own, typeof require('fs').readFileSync, typeof globalThis.performance.now, typeof globalThis.fetch, 'window' in globalThis]",
    ],
    "[ 1, 4, 'mine', 2, 'function', 'function', 'function', false ]",
  ],
  "imports whose names are those of globals": [
    [
      "import process, { argv as Event } from 'node:process'; import { Buffer } from 'node:buffer';",
      "[process.argv === Event, Buffer.from('a').length]",
    ],
    "[ true, 1 ]",
  ],
  "`var` in blocks and loops": [
    [
      "for (var i = 0; i < 3; i++) {}\nif (i > 5) { var never = 1 }\nfor (var { x, ...rest } of [{ x: 'q', y: 1 }]);",
      "[i.toFixed(), never, x.length, rest.y]",
    ],
    "[ '3', undefined, 1, 1 ]",
  ],
  "`var` without a value, which keeps what it has": [["var kept = 4;", "var kept: number;", "kept"], "4"],
  "an enum declared again": [["enum E { A = 1 }", "enum E { B = 2 }", "[Object.keys(E), E.B]"], "[ [ '2', 'B' ], 2 ]"],
  "an alias of a namespace": [
    ["namespace Outer { export namespace In { export const z = 5 } }", "import al = Outer.In;", "al.z"],
    "5",
  ],
  "destructuring with defaults, holes and rest": [
    [
      "let [a, , b = 3, ...c] = [1, 2, undefined, 4, 5] as number[]; const { q: { r: deep = 7 } = {} as { r?: number }, ...others } = { z: 1 } as { q?: { r?: number }; z: number };",
      "[a, b, c, deep, others]",
    ],
    "[ 1, 3, [ 4, 5 ], 7, { z: 1 } ]",
  ],
  "standard decorators and accessors": [
    [
      "function twice(method: (n: number) => number, _: ClassMethodDecoratorContext) { return (n: number) => 2 * method(n) }\nfunction seen<T extends object>(value: T, { kind }: ClassAccessorDecoratorContext) { kinds.push(kind); return value }\nconst kinds: string[] = [];\nclass A { @twice go(n: number) { return n } @seen accessor z = 1 }",
      "[new A().go(4), new A().z, kinds]",
    ],
    "[ 8, 1, [ 'accessor' ] ]",
  ],
  "JSX, beside assertions in angle brackets": [
    [
      "declare global { namespace JSX { interface IntrinsicElements { b: object } } }\nconst React = { createElement: (...all: unknown[]) => all };",
      "const element = <b>x</b>;",
      "const cast = <number>(1 as unknown);",
      "[element, cast]",
    ],
    "[ [ 'b', null, 'x' ], 1 ]",
  ],
  "`using` at the top, disposed of with its cell": [
    ["let closed = 0; using resource = { [Symbol.dispose]() { closed++ } };", "closed"],
    "1",
  ],
  "an object between braces, as a value, and a block, as none": [
    ["const q = 1;\n{ q }", "{ q; }", "// seen\n{\n  a: q,\n  b: { c: await 2 },\n  f() { return 3 }\n} // so"],
    "{ a: 1, b: { c: 2 }, f: [Function: f] }",
  ],
  "functions before their declaration in a cell that awaits": [
    [
      "const early = hoisted(), { ...rest } = await Promise.resolve({ x: 2 }); function hoisted() { return 1 }",
      "[early, rest, (await Promise.resolve(3)) * 3]",
    ],
    "[ 1, { x: 2 }, 9 ]",
  ],
  "a shebang": [["#!/usr/bin/env node\n4"], "4"],
  "async functions as they are": [
    ["async function load() {}", "[load, (async () => {}).constructor.name]"],
    "[ [AsyncFunction: load], 'AsyncFunction' ]",
  ],
};

describe("A cell may use", function () {
  this.timeout(60_000);
  let notebook: TestNotebook;
  before(() => {
    notebook = new TestNotebook();
  });
  after(() => notebook.close());
  for (const [name, [cells, value]] of Object.entries(notebooks))
    it(name, async () => {
      const results = [];
      for (const cell of cells) results.push(await notebook.run(cell));
      assert.deepEqual(
        results.flatMap(({ errors }) => errors),
        [],
      );
      assert.equal(results.at(-1)?.value, value);
    });
});

describe("A name of a cell", function () {
  this.timeout(60_000);
  let notebook: TestNotebook;
  before(() => {
    notebook = new TestNotebook();
  });
  after(() => notebook.close());

  it("that was never reached is no undefined", async () => {
    await notebook.run("const late = (() => { throw new Error('before') })() as number;");
    assert.match((await notebook.run("late")).errors[0].evalue, /^Cannot access 'late' before initialization/);
    assert.deepEqual((await notebook.run("let late: string | undefined;")).errors, []);
    assert.equal((await notebook.run("late = 'now'; late")).value, "'now'");
  });

  it("that is constant cannot be assigned to, but declared again", async () => {
    await notebook.run("const fixed = 1;");
    assert.match((await notebook.run("fixed = 2")).errors[0].evalue, /TS2588/);
    assert.match((await notebook.run("(0, eval)('\"use strict\"; fixed = 2')")).errors[0].evalue, /read only/);
    assert.equal((await notebook.run("const fixed = 3; fixed")).value, "3");
  });

  it("frees what it held when it is declared again", async () => {
    await notebook.run(
      "const held = { big: 1 }; const ref = new WeakRef(held);\nimport { setFlagsFromString } from 'node:v8'; import { runInNewContext } from 'node:vm';",
    );
    await notebook.run("const held = { big: 2 };");
    await notebook.run("setFlagsFromString('--expose-gc'); runInNewContext('gc')(); held");
    assert.equal(
      (await notebook.run("runInNewContext('gc')(); [ref.deref(), held]")).value,
      "[ undefined, { big: 2 } ]",
    );
  });
});

describe("The language of cells", () => {
  it("has no function that this Node.js lacks", async () => {
    const notebook = new TestNotebook();
    try {
      for (const code of [
        "Object.groupBy([1], (n) => n)",
        "new Set([1]).union(new Set([2]))",
        "Promise.try(() => 1)",
      ]) {
        const { errors } = await notebook.run(code);
        const present =
          (0, eval)(`typeof ${code.split("(", 1)[0].replace("new Set", "Set.prototype.union")}`) === "function";
        assert.deepEqual(
          errors.map(({ evalue }) => /TS\d+/.exec(evalue)?.[0] ?? evalue).slice(0, 1),
          present ? [] : ["TS2550"],
        );
      }
    } finally {
      await notebook.close();
    }
  }).timeout(60_000);
});
