import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { typeCheckNotebook } from "../../src/notebook/typeCheck.js";
import { sketchNotebook, temporaryDirectory, type CellSketch } from "../helpers/notebooks.js";

describe("typeCheckNotebook", function () {
  this.timeout(60_000);
  const directory = temporaryDirectory();
  let count = 0;
  const errors = (...cells: CellSketch[]) => {
    const path = sketchNotebook(directory, `n${++count}.ipynb`, cells);
    return typeCheckNotebook(path).map((error) => error.replace(`${path}, `, ""));
  };

  it("accepts what the kernel accepts: names shared and declared again, awaits, a last expression", () =>
    assert.deepEqual(
      errors(
        { code: "const n = 1;" },
        { markdown: "text" },
        { code: "const n = await Promise.resolve('a');" },
        { code: "n.length" },
      ),
      [],
    ));

  it("runs nothing", () => {
    const mark = Symbol.for("scorebook.test.typeCheck");
    errors({
      code: "(globalThis as Record<symbol, unknown>)[Symbol.for('scorebook.test.typeCheck')] = 1; process.exit()",
    });
    assert.ok(!(mark in globalThis));
  });

  it("names cell, line and column of every error, also behind a cell that has one", () =>
    assert.deepEqual(
      errors(
        { markdown: "text" },
        { code: "let a = 1;\nconst n: number = 'a';" },
        { code: "n.foo; a.foo;", id: "end" },
      ),
      [
        "cell 2 (c2): 2:7 - TS2322: Type 'string' is not assignable to type 'number'.",
        "cell 3 (end): 1:3 - TS2339: Property 'foo' does not exist on type 'number'.",
        "cell 3 (end): 1:10 - TS2339: Property 'foo' does not exist on type 'number'.",
      ],
    ));

  it("ends at a syntax error, whose cell declares nothing", () =>
    assert.deepEqual(errors({ code: "const const" }, { code: "unknown" }), [
      "cell 1 (c1): 1:7 - TS1389: 'const' is not allowed as a variable declaration name.",
    ]));

  it("heeds the tags skip-execution and raises-exception", () =>
    assert.deepEqual(
      errors(
        { code: "const a = 1; a.foo", tags: ["raises-exception"] },
        { code: "const = 1", tags: ["skip-execution"] },
        { code: "a + 1" },
      ),
      [],
    ));

  it("names a local file with an error once, and resolves it from the notebook's directory", () => {
    const before = process.cwd();
    for (const name of ["a", "b"]) {
      mkdirSync(join(directory, name));
      writeFileSync(join(directory, name, `${name}.ts`), "export const z: string = 1;\n");
      const cells = [{ code: `import { z } from './${name}.ts';` }, { code: "z" }];
      const path = sketchNotebook(join(directory, name), "n.ipynb", cells);
      assert.deepEqual(typeCheckNotebook(path), [
        `${path}, ${name}.ts:1:14 - TS2322: Type 'number' is not assignable to type 'string'.`,
      ]);
    }
    assert.equal(process.cwd(), before);
  });

  it("refuses a notebook in another language", () => {
    const path = sketchNotebook(directory, "python.ipynb", [], { language_info: { name: "python" } });
    assert.throws(() => typeCheckNotebook(path), /python\.ipynb: a notebook in python, expected TypeScript/);
  });
});
