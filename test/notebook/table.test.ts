import assert from "node:assert/strict";
import { table } from "../../src/notebook/table.js";

const key = Symbol.for("scorebook.display");

describe("table", () => {
  let shown: Record<string, string>[];
  const globals = globalThis as Record<symbol, unknown>;
  beforeEach(() => {
    shown = [];
    globals[key] = { display: (data: Record<string, string>) => shown.push(data) };
  });
  afterEach(() => delete globals[key]);
  const rows = [
    { name: "Gaussian", steps: 20000, share: { value: 0.04123, standardError: 0.0012 }, ratio: 1 / 3, best: true },
    { name: "<delta>", steps: 100, share: { value: 1.2, standardError: 0.05 }, ratio: null, best: undefined },
  ];

  it("shows every field, numbers to four digits and estimates with their errors, as text and as HTML", () => {
    table(rows);
    assert.equal(
      shown[0]["text/plain"],
      [
        "name      steps            share   ratio  best",
        "Gaussian  20000  0.0412 ± 0.0012  0.3333  true",
        "<delta>     100    1.200 ± 0.050",
      ].join("\n"),
    );
    const html = shown[0]["text/html"];
    assert.equal(html.match(/<tr>/g)!.length, 3);
    assert.match(html, /<th style="text-align:left[^>]*>name<\/th><th style="text-align:right[^>]*>steps<\/th>/);
    assert.match(html, /<td style="text-align:right[^>]*>0\.0412 ± 0\.0012<\/td>/);
    assert.match(html, />&lt;delta&gt;</);
  });

  it("shows the columns that are asked for, in their order, under their titles", () => {
    table(rows, { ratio: "ratio to the best", name: "model" });
    assert.equal(
      shown[0]["text/plain"],
      ["ratio to the best  model", "           0.3333  Gaussian", "                   <delta>"].join("\n"),
    );
  });

  it("takes rows of different fields, and other fields of any kind where they are not shown", () => {
    table<{ a?: number; b?: number; points?: number[] }>([{ a: 1 }, { b: 2 }]);
    assert.equal(shown[0]["text/plain"], ["a  b", "1", "   2"].join("\n"));
    table([{ a: 1, points: [1, 2] }], { a: "a" });
    assert.equal(shown[1]["text/plain"], "a\n1");
  });

  it("refuses what is no value of a table, and a table without columns", () => {
    assert.throws(
      () => table([{ a: 1 }, { a: [1, 2] }]),
      /^TypeError: table: row 1, a is an array, expected a number, a text or an estimate \{ value, standardError \}; name/,
    );
    assert.throws(() => table([{ f: () => 1 }]), /row 0, f is a value of type function/);
    assert.throws(() => table([]), /^RangeError: table: no columns, expected at least one field to show/);
    assert.equal(shown.length, 0);
  });
});
