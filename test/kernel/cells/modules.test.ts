import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { TestNotebook } from "../../helpers/cells.js";

describe("Modules of a cell", function () {
  this.timeout(60_000);
  let notebook: TestNotebook;
  before(() => {
    notebook = new TestNotebook(
      {},
      mkdtempSync(path.join(mkdtempSync(path.join(tmpdir(), "scorebook-test-")), "notebooks-")),
    );
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
  after(async () => {
    await notebook.close();
    rmSync(path.dirname(notebook.folder), { recursive: true });
  });

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

  it("may lie beside the notebook's folder, whose types are checked too", async () => {
    notebook.write("../beside/good.ts", "export const k: string = 'ok';");
    notebook.write("../beside/bad.ts", "export const n: number = 'x';");
    assert.equal((await notebook.run("import { k } from '../beside/good';\nk")).value, "'ok'");
    assert.equal((await notebook.run("(await import('../beside/good.js')).k")).value, "'ok'");
    const { errors } = await notebook.run("import { n } from '../beside/bad';");
    assert.match(errors[0].evalue, /^\.\.\/beside\/bad\.ts:1:14 - TS2322/);
  });

  it("are found by `require` as by `import`, also TypeScript of either kind", async () => {
    notebook.write("lib.mjs", "export const v = 5;");
    notebook.write("helper.js", "export function add(a, b) { return a + b }");
    notebook.write(
      "equals.ts",
      "import fs = require('fs');\nclass Foo { has = typeof fs.readFileSync }\nexport = Foo;",
    );
    notebook.write("common.cts", "const e: string = 'cts';\nexport = { e };");
    assert.equal(
      (
        await notebook.run(
          "import { v } from './lib.mjs'; import { add } from './helper.js'; import Foo = require('./equals'); import common from './common.cjs';\n[v, (await import('./lib.mjs')).v, add(1, 2), new Foo().has, common.e, typeof require('tslab').newDisplay, new (require('./equals.ts'))().has]",
        )
      ).value,
      "[ 5, 5, 3, 'function', 'cts', 'function', 'function' ]",
    );
  });

  it("without types are `any`, and a hint says so", async () => {
    notebook.write("node_modules/untyped/index.js", "module.exports = { a: 1 };");
    const { value, stderr, errors } = await notebook.run("import untyped from 'untyped';\nuntyped.a");
    assert.deepEqual([value, errors], ["1", []]);
    assert.match(stderr, /^'untyped' has no types: .* npm install @types\/untyped/);
  });

  it("are followed where they assign to what they export, in all forms of import and in later cells", async () => {
    notebook.write("live.ts", "export let n = 0; export function inc() { n++; }");
    notebook.write("live.mjs", "export let m = 0; export function up() { m++; }");
    await notebook.run(
      "import { n, inc } from './live'; import * as all from './live'; import { m, up } from './live.mjs';",
    );
    assert.equal((await notebook.run("inc(); up(); [n, all.n, m]")).value, "[ 1, 1, 1 ]");
    assert.equal(
      (await notebook.run("const sum = (k: number) => k + n; inc(); up(); [sum(10), m]")).value,
      "[ 12, 2 ]",
    );
    assert.match((await notebook.run("n = 5")).errors[0].evalue, /TS2632/);
    assert.equal((await notebook.run("let n = 5; n++; [n, sum(0)]")).value, "[ 6, 6 ]");
  });

  it("of CommonJS give all their names to `import()`", async () => {
    assert.equal(
      (await notebook.run("const { dynamic } = await import('plain-cjs') as any; dynamic")).value,
      "'whole'",
    );
  });
});

describe("Files of declarations", () => {
  it("that a cell refers to, or that tsconfig.json includes, are seen by it and by later cells", async () => {
    const notebook = new TestNotebook();
    notebook.write("plain.d.ts", "declare const given: string;\ninterface Plain { a: number }");
    assert.equal(
      (
        await notebook.run(
          "/// <reference path='./plain.d.ts' />\n(globalThis as any).given = 'x';\nconst p: Plain = { a: 1 };\np.a + given",
        )
      ).value,
      "'1x'",
    );
    assert.equal((await notebook.run("const q: Plain = { a: 2 }; q.a + given")).value, "'2x'");
    assert.equal((await notebook.run("given.length")).value, "1");
    await notebook.close();
  }).timeout(60_000);
});

describe("The `paths` of tsconfig.json", () => {
  it("are where modules are loaded from", async () => {
    const notebook = new TestNotebook();
    notebook.write("tsconfig.json", JSON.stringify({ compilerOptions: { paths: { "@lib/*": ["./src/lib/*"] } } }));
    notebook.write("src/lib/m.ts", "export const m: string = 'm';");
    assert.equal((await notebook.run("import { m } from '@lib/m';\nm")).value, "'m'");
    await notebook.close();
  }).timeout(60_000);
});
