import assert from "node:assert/strict";
import { declaresParameter, injectParameters, literalParameters } from "../../src/notebook/parameters.js";
import type { Cell, CodeCell, Notebook } from "../../src/notebook/nbformatTypes.js";

const code = (id: string, source: string, ...tags: string[]): CodeCell => ({
  cell_type: "code",
  id,
  source,
  metadata: { tags },
  outputs: [],
  execution_count: null,
});
const notebook = (...cells: Cell[]): Notebook => ({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
const declared = `const seed = 1, quick = false;
let name: string | undefined = "ring";
const sizes = [10, 20];
const steps: number = quick ? 10 : 1000;
const total = steps * sizes.length, label = \`\${name} \${total}\`;
const rate = -0.5;
function helper() { return seed; }
const { rows } = { rows: 3 };`;
const sample = (source = declared): Notebook =>
  notebook(code("first", "import 'scorebook';"), code("settings", source, "parameters"), code("last", "seed"));

/** The lines of the cell that is injected behind the parameters. */
function injected(values: Readonly<Record<string, unknown>>, source = declared): string[] {
  const book = sample(source);
  injectParameters(book, values, "n.ipynb");
  assert.deepEqual(
    book.cells.map(({ id }) => id),
    ["first", "settings", "injected-parameters", "last"],
  );
  const [opening, ...lines] = book.cells[2].source.split("\n");
  assert.equal(opening, "// Parameters");
  assert.equal(book.cells[1].source, source);
  return lines;
}

describe("Parameters", () => {
  it("are declared again by let, with their annotation, in the order of the parameters cell", () =>
    assert.deepEqual(injected({ steps: 5, seed: 7 }), [
      "let seed = 7;",
      "let steps: number = 5;",
      "let total = steps * sizes.length;",
      "let label = `${name} ${total}`;",
    ]));

  it("bring what is computed from them, however far, and nothing else", () => {
    assert.deepEqual(injected({ quick: true }), [
      "let quick = true;",
      "let steps: number = quick ? 10 : 1000;",
      "let total = steps * sizes.length;",
      "let label = `${name} ${total}`;",
    ]);
    assert.deepEqual(injected({ rate: 2 }), ["let rate = 2;"]);
  });

  it("given as text are read as JSON, unless they are texts", () => {
    assert.deepEqual(injected({ seed: "42" }), ["let seed = 42;"]);
    assert.deepEqual(injected({ rate: "1e-3" }), ["let rate = 0.001;"]);
    assert.equal(injected({ sizes: "[1, 2]" })[0], "let sizes = [1,2];");
    assert.equal(injected({ name: "3" })[0], "let name: string | undefined = 3;");
    assert.equal(injected({ name: "a ring" })[0], 'let name: string | undefined = "a ring";');
    assert.deepEqual(injected({ text: "3" }, 'const text = "x";'), ['let text = "3";']);
  });

  it("of another name or type are refused, naming what is declared", () => {
    const refused = (values: object, message: RegExp): void =>
      assert.throws(() => injectParameters(sample(), { ...values }, "n.ipynb"), { name: "NotebookError", message });
    refused(
      { sed: 1 },
      /^n\.ipynb: no parameter sed: its parameters cell declares seed, quick, name, sizes, steps, total, label, rate$/,
    );
    refused({ helper: 1 }, /no parameter helper/);
    refused({ rows: 1 }, /no parameter rows/);
    refused(
      { seed: "many" },
      /^n\.ipynb: parameter seed = "many", expected a number, as in the parameters cell: seed = 1$/,
    );
    refused({ seed: true }, /parameter seed = true, expected a number/);
    refused({ quick: 1 }, /parameter quick = 1, expected a boolean/);
    refused(
      { sizes: "ten" },
      /parameter sizes = "ten", expected JSON \[…\], as in the parameters cell: sizes = \[10, 20\]$/,
    );
    refused({ sizes: undefined }, /parameter sizes = undefined, expected a JSON value/);
    assert.throws(
      () => injectParameters(notebook(code("a", "1")), { seed: 1 }, "n.ipynb"),
      /none of its cells is tagged parameters$/,
    );
  });

  it("take the place of those injected before, under the same id, and of none if none is given", () => {
    const book = sample();
    injectParameters(book, { seed: 2 }, "n.ipynb");
    injectParameters(book, { rate: 3 }, "n.ipynb");
    assert.equal(book.cells.length, 4);
    assert.deepEqual([book.cells[2].id, book.cells[2].source], ["injected-parameters", "// Parameters\nlet rate = 3;"]);
    const before = structuredClone(book);
    injectParameters(book, {}, "n.ipynb");
    assert.deepEqual(book, before);
  });

  it("get an id of their own where theirs is taken", () => {
    const book = notebook(code("settings", "const a = 1;", "parameters"), code("injected-parameters", "a"));
    injectParameters(book, { a: 2 }, "n.ipynb");
    assert.deepEqual(
      book.cells.map(({ id }) => id),
      ["settings", "injected-parameters-", "injected-parameters"],
    );
  });

  it("are known by name, and by value where the last declaration is a literal", () => {
    const book = sample();
    assert.deepEqual(
      [declaresParameter(book, "quick"), declaresParameter(book, "rows"), declaresParameter(notebook(), "quick")],
      [true, false, false],
    );
    assert.deepEqual(literalParameters(book), { seed: 1, quick: false, name: "ring", rate: -0.5 });
    injectParameters(book, { quick: true, name: ["a"] }, "n.ipynb");
    assert.deepEqual(literalParameters(book), { seed: 1, quick: true, rate: -0.5 });
    assert.deepEqual(literalParameters(notebook()), {});
  });
});
