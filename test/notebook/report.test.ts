import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { executeNotebooks } from "../../src/notebook/batch.js";
import { writeReport } from "../../src/notebook/report.js";
import type { RunOptions } from "../../src/notebook/run.js";
import { FakeEvaluator } from "../helpers/fakeEvaluator.js";
import { sketchNotebook, temporaryDirectory } from "../helpers/notebooks.js";

const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL("../../../src/notebook/report.schema.json", import.meta.url)), "utf8"),
);
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const claim = (id: string, holds: boolean, rest: object = {}) =>
  `show({ 'application/vnd.scorebook.claim.v1+json': ${JSON.stringify({ id, source: "Karras | et al.", statement: "x < y", expected: 2, measured: 1.98765, uncertainty: 0.0123, holds, ...rest })} })`;

describe("report", () => {
  const directory = temporaryDirectory();
  const evaluator: RunOptions["evaluator"] = (settings) => new FakeEvaluator(settings);
  const out = join(directory, "out");
  const good = sketchNotebook(directory, "01 good.ipynb", [
    { code: "const seed = 3, quick = true;", tags: ["parameters"] },
    { code: claim("a", true), id: "first" },
    {
      code: `${claim("b", false, { measured: "blue", uncertainty: null })}; show({ 'image/png': '${pixel}' }); show({ 'image/png': '${pixel}' })`,
      id: "second",
    },
  ]);
  const bad = sketchNotebook(directory, "02-bad.ipynb", [{ code: "throw new TypeError('<no>')" }]);
  const missing = join(directory, "missing.ipynb");
  const text = (name: string) => readFileSync(join(out, name), "utf8");
  let files: ReturnType<typeof writeReport>;
  before(async () => {
    files = writeReport(out, await executeNotebooks([good, bad, missing], { evaluator, out }));
  });

  it("report.json keeps to its schema, with every claim and every notebook", () => {
    const entries = JSON.parse(text("report.json")) as Record<string, unknown>[];
    const validate = new Ajv({ allowUnionTypes: true }).compile<unknown>(schema);
    assert.ok(validate(entries), JSON.stringify(validate.errors));
    assert.deepEqual(entries[0], {
      id: "a",
      notebook: good,
      cell: "first",
      source: "Karras | et al.",
      statement: "x < y",
      expected: 2,
      measured: 1.98765,
      uncertainty: 0.0123,
      holds: true,
      seed: 3,
      quick: true,
    });
    assert.deepEqual(
      entries.map(({ id, notebook, status }) => id ?? [notebook, status]),
      ["a", "b", [good, "ok"], [bad, "error"], [missing, "error"]],
    );
    assert.ok(
      !validate([{ ...entries[0], holds: "yes" }]) && !validate([{ ...entries[2], status: "?" }]),
      "the schema accepts anything",
    );
  });

  it("report.md counts, lists and links", () => {
    const markdown = text("report.md");
    assert.match(
      markdown,
      /2 claims: 1 hold, 1 do not\. 3 notebooks: 1 ran, 2 failed\. 2 claims measured with quick = true/,
    );
    assert.ok(
      markdown.includes(
        "| Karras \\| et al. | x \\< y | 2 | 1.988 ± 0.012 | holds | [01 good.ipynb](01%20good.ipynb) | 3 (quick) |",
      ),
      markdown,
    );
    assert.ok(markdown.includes("| blue | **does not hold** |"));
    assert.ok(markdown.includes("![01 good.ipynb, cell second](figures/01%20good-second-2.png)"));
    assert.match(markdown, / {4}.*02-bad\.ipynb, cell 1 \(c1\): TypeError: <no>\n {8}at cell 1:2:7/);
    assert.match(markdown, /missing\.ipynb: there is no such file/);
  });

  it("report.html escapes and links", () => {
    const html = text("report.html");
    assert.ok(html.includes("x &lt; y") && html.includes("TypeError: &lt;no&gt;") && !html.includes("<no>"));
    for (const [, target] of html.matchAll(/(?:href|src)="([^"]+)"/g))
      assert.ok(existsSync(join(out, decodeURIComponent(target))), target);
  });

  it("extracts figures, one file per picture", () => {
    assert.deepEqual(
      files.figures,
      ["01 good-second.png", "01 good-second-2.png"].map((name) => join(out, "figures", name)),
    );
    assert.deepEqual(readFileSync(files.figures[0]), Buffer.from(pixel, "base64"));
  });

  it("is the same for the same outputs, but for the seconds in report.json", async () => {
    const before = ["report.md", "report.html"].map(text);
    writeReport(out, await executeNotebooks([good, bad, missing], { evaluator, out, jobs: 3 }));
    assert.deepEqual(["report.md", "report.html"].map(text), before);
  });
});
