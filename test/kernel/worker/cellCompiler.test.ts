import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/files/packageRoot.js";
import { cellCompiler, compileModule, type CompiledCell } from "../../../src/kernel/worker/cellCompiler.js";

/** Cells of one notebook in their order, by what is to be seen in their JavaScript. */
const cells: Readonly<Record<string, string>> = {
  "a plain cell, and its last expression": "const a: number = 1;\nlet b = a as number;\nb + 1",
  "names of earlier cells": "b += a;\nconst object = { a, b };\n[object.a, b]",
  "functions of earlier cells are called without a receiver": "function f(...all: unknown[]) { return all.length; }",
  "…": "f(a) + Number(f`${1}`)",
  destructuring: "const { a: renamed, ...others } = { a: 1, c: 2 }, [first, , ...rest] = [1, 2, 3];",
  "types alone": "interface Box { size: number }\ntype Boxes = readonly Box[];",
  "classes, enums and namespaces":
    "class P { #secret = 4; declare typed: number; field?: string; static one = 1 }\nenum E { One = 1, Two }\nnamespace N { export const inner = 1 }",
  export:
    "export const exported = 1;\nexport default function named() { return exported; }\nexport { exported as other };",
  "static imports":
    "import { readFileSync, type PathLike } from 'node:fs';\nimport * as path from 'node:path';\nreadFileSync(path.sep as PathLike)",
  "dynamic imports and import.meta": "const os = await import('node:os');\nimport.meta.url",
  awaits:
    "const waited = await Promise.resolve(1);\nfor await (const x of [1]) console.log(x);\nasync function later() { await null; return waited; }",
  generators: "async function* count() { yield 1; await null; yield 2; }",
  using: "{ using r = { [Symbol.dispose]() {} }; void r; }",
  decorators:
    "const logged = (method: () => number, _: ClassMethodDecoratorContext) => method;\nclass D { @logged m() { return 1; } }",
};

const file = join(packageRoot, "test", "kernel", "worker", "cellCompiler.golden.txt");

describe("The compiler of cells", function () {
  this.timeout(60_000);
  const compiled = new Map<string, CompiledCell>();
  before(() => {
    const compiler = cellCompiler();
    for (const [name, code] of Object.entries(cells)) {
      compiled.set(name, compiler.compile(code));
      compiler.commit();
    }
    compiler.close();
  });

  // After a wanted change: SCOREBOOK_UPDATE_GOLDEN=1 npx mocha --no-package
  // dist/test/kernel/worker/cellCompiler.test.js
  it("gives the JavaScript that is stored", () => {
    const text = Object.entries(cells)
      .map(([name, code]) => {
        const { script, imports, names, variables, constants } = compiled.get(name)!;
        const also = Object.fromEntries(
          Object.entries({ imports, names, variables, constants }).filter(([, list]) => list.length > 0),
        );
        return `##### ${name}\n${code}\n##### ${JSON.stringify(also)}\n${script}`;
      })
      .join("\n");
    if (process.env.SCOREBOOK_UPDATE_GOLDEN) writeFileSync(file, text);
    const [now, stored] = [text, readFileSync(file, "utf8")].map((all) => all.split(/^(?=##### [^{])/m));
    now.forEach((section, i) => assert.equal(section, stored[i]));
    assert.equal(now.length, stored.length);
  });

  it("keeps the lines and columns of names", () => {
    for (const [name, word] of [
      ["a plain cell, and its last expression", "b"],
      ["names of earlier cells", "object"],
      ["awaits", "waited"],
      ["dynamic imports and import.meta", "os"],
      ["decorators", "logged"],
    ]) {
      const { script, original } = compiled.get(name)!;
      const code = cells[name].split("\n");
      const places = script
        .split("\n")
        .flatMap((line, i) =>
          [...line.matchAll(new RegExp(`\\b${word}\\b`, "g"))].flatMap(
            ({ index }) => original({ line: i + 1, column: index + 1 }) ?? [],
          ),
        );
      const right = places.filter(({ line, column }) => code[line - 1].startsWith(word, column - 1));
      assert.ok(right.length > 0, `${name}: no ${word} among ${JSON.stringify(places)}`);
    }
  });

  it("tells of a cell that is being written whether it can run", () => {
    const { isComplete, close } = cellCompiler();
    assert.deepEqual(isComplete("const a = 1;"), { status: "complete" });
    assert.equal(isComplete("function f() {").status, "incomplete");
    for (const code of [
      "`abc",
      "const s = `line ",
      "`a ${`b",
      "if (1)\n",
      "/* begun",
      "f(1,",
      "const e = <b>",
      "const e = <b>x</b",
      "<div\n  id='1'",
      "function f(text: string): string {\n  return text.replace(/a/, 'b');",
      "function f(): void",
    ])
      assert.equal(isComplete(code).status, "incomplete", code);
    for (const code of ["const = 1", "const s = 'line", "f(1))", "const r = /a(b", "else"])
      assert.equal(isComplete(code).status, "invalid", code);
    assert.equal(isComplete("const e = <b>x</b>").status, "complete");
    close();
  });
});

describe("Completion", function () {
  this.timeout(60_000);
  const compiler = cellCompiler();
  /** Returns the texts of a cell with a bar at the cursor after each of its completions. */
  const completed = (code: string): string[] => {
    const at = code.indexOf("|"),
      text = code.slice(0, at) + code.slice(at + 1);
    const { start, end, matches } = compiler.complete(text, at);
    return matches.map((match) => text.slice(0, start) + match + text.slice(end));
  };
  before(() => {
    compiler.compile(
      "const user = { name: 'a', address: {} as { street: string } | undefined }, ünïcode = { wert: 1 };\ntype Way = 'left' | 'right' | 'up-down';\nfunction go(way: Way, how: { speed: number; loud?: boolean }) {}\nlet again = 1;",
    );
    compiler.commit();
    compiler.compile("let again = 'text';");
    compiler.commit();
  });
  after(() => compiler.close());

  for (const [code, ...expected] of [
    ["user.address?.|", "user.address?.street"],
    ["`${user.na|}`", "`${user.name}`"],
    ["`${user.na|", "`${user.name"],
    ["'😀'; user.na|;", "'😀'; user.name;"],
    ["ünï|", "ünïcode"],
    ["again.toUpperC|", "again.toUpperCase"],
    ["go('|')", "go('left')", "go('right')", "go('up-down')"],
    ["go('up-|')", "go('up-down')"],
    ['go("le|', 'go("left'],
    ["go('left', { sp|", "go('left', { speed"],
    ["user['na|']", "user['name']"],
    ["const { na| } = user", "const { name } = user"],
    ["import fs from 'node:f|'", "import fs from 'node:fs'", "import fs from 'node:fs/promises'"],
    ["import { readFileS| } from 'node:fs'", "import { readFileSync } from 'node:fs'"],
    ["import data from './packa|'", "import data from './package-lock.json'", "import data from './package.json'"],
    ["// us|"],
  ])
    it(`of ${JSON.stringify(code)}`, () => assert.deepEqual(completed(code), expected));
});

describe("Inspection", function () {
  this.timeout(60_000);
  const compiler = cellCompiler();
  before(() => {
    compiler.compile(
      "/**\n * Adds.\n * @param a first\n * @returns the sum\n * @deprecated\n */\nfunction add(a: number, b: number): number { return a + b }\ninterface User {\n  /** the name */\n  name: string;\n}\nconst user: User = { name: 'a' };",
    );
    compiler.commit();
  });
  after(() => compiler.close());

  const signature =
    "function add(a: number, b: number): number\n\nAdds.\n@param a first\n@returns the sum\n@deprecated";
  for (const [code, expected] of [
    ["ad|d", signature],
    ["add(|", signature],
    ["add(1, 2|)", signature],
    ["user.na|me", "(property) User.name: string\n\nthe name"],
    ["console.log(user.na|me)", "(property) User.name: string\n\nthe name"],
    ["12|3", undefined],
  ] as const)
    it(`of ${JSON.stringify(code)}`, () => {
      const at = code.indexOf("|");
      assert.equal(compiler.inspect(code.slice(0, at) + code.slice(at + 1), at), expected);
    });
});

describe("A local module", () => {
  it("says whether it awaits at its top level, and maps its lines", () => {
    assert.equal(compileModule("const f = async () => { await null; };", "a.ts").isAsync, false);
    const { isAsync, script, original } = compileModule(
      "interface I { a: number }\n\nexport const late = await null;",
      "a.ts",
    );
    assert.equal(isAsync, true);
    const line = script.split("\n").findIndex((text) => text.startsWith("exports.late = resume"));
    assert.equal(original({ line: line + 1, column: 1 })?.line, 3);
  });

  for (const file of ["a.ts", "a.mts", "a.cts", "a.mjs", "a.jsx", "a.tsx"])
    it(`is CommonJS, also of ${file}`, () => {
      const { script } = compileModule("import fs from 'node:fs';\nexport const a = fs;", file);
      assert.match(script, /require\("node:fs"\)[^]*exports\.a = /);
      assert.doesNotMatch(script, /^(import|export)\b(?!\u200c)/m);
    });
});
