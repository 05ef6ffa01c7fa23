import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { executeNotebooks } from "../../src/notebook/batch.js";
import { plotlyMime } from "../../src/kernel/figure.js";
import { claimMime } from "../../src/notebook/claims.js";
import { environment } from "../../src/notebook/environment.js";
import { judge, type Claim } from "../../src/notebook/judgedClaim.js";
import type { Provenance } from "../../src/notebook/provenance.js";
import { writeReport, type Report } from "../../src/notebook/report.js";
import type { RunOptions } from "../../src/notebook/run.js";
import { FakeEvaluator } from "../helpers/fakeEvaluator.js";
import { sketchNotebook, temporaryDirectory } from "../helpers/notebooks.js";

const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL("../../../src/notebook/report.schema.json", import.meta.url)), "utf8"),
);
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const claim = (id: string, rest: Partial<Claim> = {}) => {
  const judged = judge({
    id,
    kind: "replication",
    source: "Karras | et al., arXiv 2206.00364",
    statement: "x < y",
    published: 2,
    bound: { equals: 2, within: 0.1, because: "a < b" },
    measured: { value: 1.98765, standardError: 0.0123, count: 3 },
    ...rest,
  });
  return `show({ '${claimMime}': ${JSON.stringify(judged)} })`;
};

describe("report", () => {
  const directory = temporaryDirectory();
  const evaluator: RunOptions["evaluator"] = (settings) => new FakeEvaluator(settings);
  const out = join(directory, "out");
  const good = sketchNotebook(directory, "01 good.ipynb", [
    { code: "const seed = 3, quick = true;", tags: ["parameters"] },
    { code: claim("a", { control: { name: "x", measured: 2 } }), id: "first" },
    {
      code: [
        claim("c", { kind: "theorem", bound: { above: 2, because: "so" } }),
        claim("d", { differs: "Smaller." }),
      ].join("; "),
    },
    {
      code: `${claim("b", { measured: 3, published: null })}; show({ 'image/png': '${pixel}', '${plotlyMime}': { layout: { title: { text: 'A<br><b>b</b>' } } } }); show({ 'image/png': '${pixel}' })`,
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
    const report = JSON.parse(text("report.json")) as Report;
    const validate = new Ajv({ allowUnionTypes: true }).compile<unknown>(schema);
    assert.ok(validate(report), JSON.stringify(validate.errors));
    assert.deepEqual(report.claims[0], {
      id: "a",
      notebook: good,
      cell: "first",
      kind: "replication",
      source: "Karras | et al., arXiv 2206.00364",
      statement: "x < y",
      published: 2,
      bound: { equals: 2, within: 0.1, because: "a < b" },
      measured: 1.98765,
      standardError: 0.0123,
      seeds: 3,
      control: { name: "x", measured: 2, standardError: null, outcome: "holds" },
      discriminates: false,
      differs: null,
      outcome: "holds",
      verdict: "holds",
      seed: 3,
      bySeed: [
        {
          seed: 3,
          bound: { equals: 2, within: 0.1, because: "a < b" },
          measured: 1.98765,
          standardError: 0.0123,
          seeds: 3,
          control: { name: "x", measured: 2, standardError: null, outcome: "holds" },
          outcome: "holds",
          verdict: "holds",
        },
      ],
      missing: [],
      quick: true,
      standing: "reproduced",
    });
    assert.deepEqual(
      report.claims.map(({ id, verdict, outcome }) => [id, verdict, outcome]),
      [
        ["a", "holds", "holds"],
        ["c", "undecided", "undecided"],
        ["d", "not tested as published", "holds"],
        ["b", "does not hold", "does not hold"],
      ],
    );
    assert.deepEqual(
      report.notebooks.map(({ notebook, status, parameters }) => [notebook, status, parameters]),
      [
        [good, "ok", { seed: 3, quick: true }],
        [bad, "error", {}],
        [missing, "error", {}],
      ],
    );
    const [first, ...others] = report.claims;
    const refused: object[] = [
      { ...report, claims: [{ ...first, verdict: "yes" }, ...others] },
      { ...report, claims: [{ ...first, bound: { below: 1, above: 2, because: "so" } }] },
      { ...report, claims: [{ ...first, bound: { below: 1 } }] },
      { ...report, claims: [{ ...first, published: [1] }] },
      { ...report, notebooks: [{ ...report.notebooks[0], status: "?" }] },
      { ...report, environment: {} },
      { ...report, claims: [{ ...first, standing: undefined }] },
      report.claims,
    ];
    for (const wrong of refused) assert.ok(!validate(wrong), `the schema accepts ${JSON.stringify(wrong)}`);
  });

  it("provenance.json says from what, when and where", () => {
    const from = JSON.parse(text("provenance.json")) as Provenance;
    assert.deepEqual(from.environment, environment());
    assert.ok(Math.abs(Date.parse(from.written) - Date.now()) < 60_000, from.written);
    const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
    assert.equal(from.lockFile, sha256(readFileSync("package-lock.json")));
    assert.deepEqual(
      from.notebooks.map(({ notebook, sha256 }) => [notebook, sha256]),
      [
        [good, sha256(readFileSync(good))],
        [bad, sha256(readFileSync(bad))],
        [missing, null],
      ],
    );
    assert.match(from.weights, /^[0-9a-f]{64}$/);
    if (existsSync(".git")) assert.match(from.commit!, /^[0-9a-f]{40}$/);
  });

  it("report.md says how each paper stands, what was not reproduced first, and lists and links all claims", () => {
    const markdown = text("report.md");
    const include = (part: string) => assert.ok(markdown.includes(part), markdown);
    include(
      "4 claims: 1 hold, 1 do not hold, 1 undecided, 1 not tested as published. 3 notebooks: 1 ran, 2 failed. 1 claim does not discriminate, since the control meets the bound too. 4 claims measured with quick = true",
    );
    include(
      [
        "| Paper | Claims | Reproduced | Weaker | Undecided | Not reproduced | Not tested |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| Karras \\| et al., [2206.00364](https://arxiv.org/abs/2206.00364) | 4 | 1 | 0 | 1 | 1 | 1 |",
      ].join("\n"),
    );
    const heads = [...markdown.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    assert.deepEqual(heads, [
      "Not reproduced",
      "Undecided",
      "Not tested as published",
      "Published numbers beside ours",
      "All claims, by notebook",
      "Errors and losses",
      "Figures",
    ]);
    include("| not reproduced | x \\< y |  | 3 | [b](01%20good.ipynb#cell-id=second) |");
    include("| reproduced | x \\< y | 2 | 1.988 ± 0.012 (n = 3) | [a](01%20good.ipynb#cell-id=first) |");
    include("### [01 good.ipynb](01%20good.ipynb) (seed 3, quick)\n\n| Verdict | Claim |");
    include("### [02-bad.ipynb](02-bad.ipynb): failed");
    include("### missing.ipynb: failed");
    include(
      "| ✓ holds | [a](01%20good.ipynb#cell-id=first), replication | x \\< y<br>(Karras \\| et al., arXiv 2206.00364) | 2 | 2 within 0.1<br>a \\< b | 1.988 ± 0.012 (n = 3)<br>Control, x: 2, meets the bound too, so the claim does not discriminate |",
    );
    include(
      "<details><summary>1 theorem: 0 hold, 0 do not hold, 1 undecided, 0 not tested as published</summary>\n\n| Verdict |",
    );
    for (const row of [
      "| ? undecided | [c]",
      "| ≠ not tested as published (here: holds) | [d]",
      "| **✗ does not hold** | [b]",
    ])
      assert.ok(markdown.includes(row), markdown);
    assert.ok(markdown.includes("<br>Differs: Smaller. |"), markdown);
    include('<img src="figures/01%20good-second-2.png" width="360" alt="01 good.ipynb, cell second">');
    include('alt="A b"></a><br>A b ([cell second](01%20good.ipynb#cell-id=second))');
    assert.match(markdown, / {4}.*02-bad\.ipynb, cell 1 \(c1\): TypeError: <no>\n {8}at cell 1:2:7/);
    assert.match(markdown, /missing\.ipynb: there is no such file/);
  });

  it("has no row of a table broken by a line's end within a text", async () => {
    const path = sketchNotebook(directory, "lines.ipynb", [{ code: claim("a", { statement: "x\r\r# y\n\nz" }) }]);
    writeReport(join(directory, "lines"), await executeNotebooks([path], { evaluator, out: join(directory, "lines") }));
    assert.match(readFileSync(join(directory, "lines", "report.md"), "utf8"), /\| x # y z<br>/);
  });

  it("tells whoever prints its files nothing but text", async () => {
    const [own, sequences] = [join(directory, "controls"), "\x1b]52;c;aGk=\x07\x1b[2J\x9b1m\x90q\x9c\x7f\r\r# HEADING"];
    const paths = [
      sketchNotebook(directory, "controls.ipynb", [
        { code: claim("a", { statement: `x${sequences}`, source: `Y${sequences}`, differs: `z${sequences}` }) },
        {
          code: `show({ 'image/png': '${pixel}', '${plotlyMime}': ${JSON.stringify({ layout: { title: { text: `A${sequences}\n\n# B` } } })} })`,
        },
      ]),
      sketchNotebook(directory, "failing.ipynb", [
        { code: `throw new TypeError(${JSON.stringify(`no${sequences}`)})` },
      ]),
    ];
    const files = writeReport(own, await executeNotebooks(paths, { evaluator, out: own }));
    for (const file of [files.markdown, files.html, files.json, files.provenance]) {
      const text = readFileSync(file, "utf8");
      assert.doesNotMatch(text, /[\0-\x08\x0b-\x1f\x7f-\x9f]/, file);
    }
    const markdown = readFileSync(files.markdown, "utf8");
    assert.doesNotMatch(markdown, /^# (?:HEADING|B)/m);
    assert.match(markdown, / {4}.*failing\.ipynb, cell 1 \(c1\): TypeError: no\n/);
    const report = JSON.parse(readFileSync(files.json, "utf8")) as Report;
    assert.equal(report.claims[0].statement, `x${sequences}`, "what programs read is what was claimed");
  });

  it("has no markup of a text's own, whatever sequences for the terminal stand in it", async () => {
    const text = "\x1b[a\x1b](http://x.invalid) \x1b|b\x1b| \x1b<img src=x> \x9d\u2028# c \u202ed";
    const path = sketchNotebook(directory, `markup\n# e.ipynb`, [
      {
        code: `${claim("a", { statement: text })}; show({ 'image/png': '${pixel}', '${plotlyMime}': ${JSON.stringify({ layout: { title: { text: "\x9d" } } })} }); show({ 'image/png': '${pixel}', '${plotlyMime}': { layout: { title: { text: '\\u0007 onload=f()' } } } })`,
      },
    ]);
    const own = join(directory, "markup");
    const files = writeReport(own, await executeNotebooks([path], { evaluator, out: own }));
    const [markdown, html] = [files.markdown, files.html].map((file) => readFileSync(file, "utf8"));
    assert.ok(markdown.includes("| b img src=x\\> <br>(Karras"), markdown);
    assert.doesNotMatch(markdown, /^# (?!Report)/m);
    assert.match(html, /<td[^>]*>b img src=x&gt; <br><small>Karras/);
    assert.equal(html.match(/<figure>/g)!.length, 2);
    assert.equal(html.match(/<figcaption>/g)!.length, 2);
  });

  it("says which output is no claim, and stands without it; a verdict follows from its numbers", async () => {
    const shown = (text: string) => `show({ 'application/vnd.scorebook.claim.v2+json': ${text} })`;
    const path = sketchNotebook(directory, "forged.ipynb", [
      { code: shown("{ id: 'x' }") },
      { code: shown("'a claim'") },
      { code: shown("[]") },
      { code: claim("a", { measured: 7 }).replaceAll('"does not hold"', '"holds"') },
    ]);
    const own = join(directory, "forged");
    const runs = await executeNotebooks([path, good], { evaluator, out: own });
    assert.deepEqual(runs[0].problems, [
      'cell 1: claim "x": source is undefined, expected a text that is not empty',
      "cell 2: claim: id is undefined, expected a text that is not empty",
    ]);
    const report = JSON.parse(readFileSync(writeReport(own, runs).json, "utf8")) as Report;
    assert.deepEqual(report.claims.map(({ id, verdict }) => [id, verdict]).slice(0, 2), [
      ["a", "does not hold"],
      ["a", "holds"],
    ]);
  });

  it("refuses to write through a symbolic link, unless it is asked to", async () => {
    const [own, outside] = [join(directory, "linked"), join(directory, "outside")];
    mkdirSync(outside);
    const [run] = await executeNotebooks([good], { evaluator, out: join(directory, "unlinked") });
    for (const [name, target] of [
      ["report.json", "kept.json"],
      ["report.html", "none.html"],
      ["figures", "."],
    ]) {
      mkdirSync(own);
      writeFileSync(join(outside, "kept.json"), "kept");
      symlinkSync(join(outside, target), join(own, name));
      assert.throws(() => writeReport(own, [run]), {
        name: "NotebookError",
        message: `${join(own, name)} is a symbolic link to ${join(outside, target)}, which is not followed; remove it, or ask for it by --follow-links`,
      });
      assert.deepEqual(readdirSync(outside), ["kept.json"]);
      assert.equal(readFileSync(join(outside, "kept.json"), "utf8"), "kept");
      rmSync(own, { recursive: true });
    }
    mkdirSync(own);
    symlinkSync(join(outside, "kept.json"), join(own, "report.json"));
    writeReport(own, [run], { followLinks: true });
    assert.match(readFileSync(join(outside, "kept.json"), "utf8"), /"claims"/);
    symlinkSync(own, join(directory, "named"));
    rmSync(join(own, "report.json"));
    writeReport(join(directory, "named"), [run]);
    assert.ok(existsSync(join(own, "report.json")), "a folder that is named may be a link");
  });

  it("report.html escapes and links", () => {
    const html = text("report.html");
    assert.ok(html.includes("x &lt; y") && html.includes("TypeError: &lt;no&gt;") && !html.includes("<no>"));
    for (const verdict of ["holds", "does not hold", "undecided", "not tested as published (here: holds)"])
      assert.ok(html.includes(`>${verdict}</span>`), verdict);
    assert.ok(html.includes('<code><a href="01%20good.ipynb#cell-id=first">a</a></code>'), html);
    for (const [, target] of html.matchAll(/(?:href|src)="(?!https:)([^"#]+)/g))
      assert.ok(existsSync(join(out, decodeURIComponent(target))), target);
  });

  it("extracts figures, one file per picture", () => {
    assert.deepEqual(
      files.figures,
      ["01 good-second.png", "01 good-second-2.png"].map((name) => join(out, "figures", name)),
    );
    assert.deepEqual(readFileSync(files.figures[0]), Buffer.from(pixel, "base64"));
  });

  it("is the same for the same outputs, but for its provenance", async () => {
    const names = ["report.md", "report.html", "report.json"];
    const before = names.map(text);
    writeReport(out, await executeNotebooks([good, bad, missing], { evaluator, out, jobs: 3 }));
    assert.deepEqual(names.map(text), before);
  });
});
