import assert from "node:assert/strict";
import { ESLint } from "eslint";
import { format } from "prettier";
import tseslint from "typescript-eslint";
import { joined } from "../../src/notebook/nbformatLayout.js";
import { TestNotebook } from "../helpers/cells.js";
import { notebookJson, type CellSketch } from "../helpers/notebooks.js";
import { cellModule } from "./cellModule.js";
import { notebookCells } from "./eslintProcessor.js";
import plugin from "./prettierNotebooks.js";

const notebook = (...cells: CellSketch[]) => JSON.stringify(notebookJson(cells));

describe("cellModule", () => {
  it("joins the code cells, and tells where each line comes from", () => {
    const { text, lines } = cellModule(notebook({ markdown: "text" }, { code: "a\n  .b" }, { code: "[c]" }), "n");
    assert.deepEqual(text.split("\n"), ["a", "  .b", ";", "[c]", ";", "export {};", ""]);
    assert.deepEqual(lines, [{ cell: 2, line: 1 }, { cell: 2, line: 2 }, undefined, { cell: 3, line: 1 }, undefined]);
  });

  it("leaves out cells that are never run", () =>
    assert.equal(cellModule(notebook({ code: "%no code", tags: ["skip-execution"] }), "n").text, "export {};\n"));
});

describe("The linter of cells", () => {
  const eslint = new ESLint({
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ["*.ipynb"],
        plugins: { notebooks: { processors: { cells: notebookCells } } },
        processor: "notebooks/cells",
      },
      {
        files: ["*.ipynb/*.ts"],
        languageOptions: { parser: tseslint.parser },
        plugins: { "@typescript-eslint": tseslint.plugin },
        rules: {
          "@typescript-eslint/no-unused-vars": "error",
          "@typescript-eslint/no-unused-expressions": "error",
          "@typescript-eslint/no-redeclare": "error",
        },
      },
    ],
  });
  const messages = async (...cells: CellSketch[]) =>
    (await eslint.lintText(notebook(...cells), { filePath: "n.ipynb" }))[0].messages.map(
      ({ line, column, message }) => `${line}:${column} ${message}`,
    );

  it("names the cell, and the line and column in it", async () =>
    assert.deepEqual(await messages({ code: "const a = 1;" }, { markdown: "" }, { code: "a + 1;\n  a;\na" }), [
      "1:1 cell 3: Expected an assignment or function call and instead saw an expression.",
      "2:3 cell 3: Expected an assignment or function call and instead saw an expression.",
    ]));

  it("sees names of other cells", async () =>
    assert.deepEqual(await messages({ code: "const a = 1;\nconst b = 1;" }, { code: "a" }, { code: "const a = 2;" }), [
      "2:7 cell 1: 'b' is assigned a value but never used.",
      "1:7 cell 3: 'a' is already defined.",
    ]));
});

describe("The formatter of cells", () => {
  const formatted = async (...cells: CellSketch[]) => {
    const text = await format(notebook(...cells), { parser: "notebook", plugins: [plugin], printWidth: 120 });
    assert.equal(await format(text, { parser: "notebook", plugins: [plugin], printWidth: 120 }), text);
    return joined(JSON.parse(text) as Record<string, unknown>).cells;
  };

  it("formats each code cell, and leaves text, outputs and cells that are never run as they are", async () => {
    const outputs = [{ output_type: "stream", name: "stdout", text: "1\n" }];
    const cells = await formatted(
      { markdown: "a  *b*" },
      { code: "const  a = [ 1,2 ]\n\na", outputs },
      { code: "%no code", tags: ["skip-execution"] },
    );
    assert.deepEqual(
      cells.map(({ source }) => source),
      ["a  *b*", "const a = [1, 2];\n\na;", "%no code"],
    );
    assert.deepEqual(cells[1].outputs, outputs);
  });

  it("names the cell that it cannot read", () =>
    assert.rejects(
      formatted({ markdown: "" }, { code: "const = 1" }),
      /cell 2: Variable declaration expected\. \(1:7\)/,
    ));

  it("does not change what a cell shows", async function () {
    this.timeout(60_000);
    const kernel = new TestNotebook();
    try {
      for (const code of ["[1, 2]", "({ a: 1 })", "Promise.resolve('a')", "'text'", "let n = 1\n++n", "1 // one"]) {
        const [{ source }] = await formatted({ code });
        assert.match(source, /;/);
        const { value } = await kernel.run(code);
        assert.ok(value !== undefined, code);
        assert.equal((await kernel.run(source)).value, value, code);
      }
    } finally {
      await kernel.close();
    }
  });
});
