import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/files/packageRoot.js";
import { entryPoints } from "../../../src/kernel/worker/entryPoints.js";
import { TestNotebook } from "../../helpers/cells.js";

const manifest = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { exports: object };
const unknown =
  /^(?:\d+:\d+ - TS2307: )?'scorebook\/nope' is no part of scorebook; import from 'scorebook', 'scorebook\/math', .*'scorebook\/mocha'$/;

describe("The package's entry points", function () {
  this.timeout(60_000);
  let notebook: TestNotebook;
  before(() => {
    notebook = new TestNotebook();
    const other = { name: "scorebook", version: "0.0.1", exports: { ".": "./index.js", "./math": "./index.js" } };
    notebook.write("node_modules/scorebook/package.json", JSON.stringify(other));
    notebook.write("node_modules/scorebook/index.js", "exports.takeRows = 'of another copy';");
  });
  after(() => notebook.close());

  const complete = async (code: string): Promise<Map<string, string>> => {
    const offset = code.indexOf("|");
    const found = await notebook.evaluator.complete(code.replace("|", ""), offset);
    return new Map(found?.matches.map((match, i) => [match, found.kinds[i]]));
  };
  const inspect = (code: string): Promise<string | null> =>
    notebook.evaluator.inspect(code.replace("|", ""), code.indexOf("|"));

  it("are those of its exports map, each with its file and its types", () => {
    const names = Object.keys(manifest.exports).filter((path) => path !== "./package.json");
    assert.deepEqual(
      [...entryPoints.keys()],
      names.map((path) => `scorebook${path.slice(1)}`),
    );
    for (const [name, { file, types }] of entryPoints) assert.ok(existsSync(file) && existsSync(types), name);
  });

  for (const specifier of entryPoints.keys())
    it(`give of ${specifier} one instance to cells, local modules, import() and require()`, async () => {
      const local = `local${specifier.replace(/\W/g, "_")}`;
      notebook.write(
        `deep/${local}.ts`,
        `import * as all from "${specifier}";\nexport const later = () => import("${specifier}");\nexport { all };`,
      );
      const { value, errors } = await notebook.run(
        `import * as own from "${specifier}";
import { all, later } from "./deep/${local}";
const others: object[] = [all, await later(), await import("${specifier}"), require("${specifier}")];
[Object.keys(own).length > 0, ...others.map((other) => Object.entries(own).every(([name, value]) => Object.is(value, (other as Record<string, unknown>)[name])))]`,
      );
      assert.deepEqual(errors, []);
      assert.equal(value, "[ true, true, true, true, true ]");
    });

  it("are this copy's, also where the notebook's folder has another", async () => {
    assert.equal(
      (
        await notebook.run(
          "import { takeRows } from 'scorebook/math';\nimport { takeRows as other } from 'scorebook';\n[typeof takeRows, takeRows === other]",
        )
      ).value,
      "[ 'function', true ]",
    );
    assert.equal(
      (await notebook.run("import.meta.resolve('scorebook/math')")).value,
      `'file://${entryPoints.get("scorebook/math")!.file}'`,
    );
  });

  it("are type-checked", async () => {
    assert.match(
      (await notebook.run("import { multiply } from 'scorebook/math';\nmultiply('text', 1);")).errors[0].evalue,
      /^2:10 - TS2345: Argument of type 'string' is not assignable to parameter of type 'Matrix'/,
    );
    assert.match(
      (await notebook.run("import { gauge } from 'scorebook/analysis';\ngauge.noSuchThing")).errors[0].evalue,
      /^2:7 - TS2339: Property 'noSuchThing' does not exist/,
    );
  });

  it("complete between braces, after a namespace, and say what each name is", async () => {
    const names = await complete('import { | } from "scorebook/math";');
    assert.equal(names.get("multiply"), "function");
    assert.equal(names.get("Matrix"), "interface");
    assert.deepEqual([...(await complete('import { multipl| } from "scorebook/math";')).keys()], ["multiply"]);
    assert.equal((await complete('import { | } from "scorebook/analysis";')).get("gauge"), "module");
    const ofGauge = await complete('import { gauge } from "scorebook/analysis";\ngauge.|');
    assert.equal(ofGauge.get("gaugeField"), "function");
    await notebook.run("import { gauge, dimension } from 'scorebook/analysis';");
    assert.deepEqual(await complete("gauge.|"), ofGauge);
    assert.equal((await complete("dimension.fl|")).get("flipd"), "function");
  });

  it("document what they offer", async () => {
    /** The first line of a function's documentation in its source. */
    const documented = (file: string, name: string): string =>
      new RegExp(`/\\*\\*\\s+\\* ([^\\n]+)\\n(?: \\*[^\\n]*\\n)*export function ${name}\\(`).exec(
        readFileSync(join(packageRoot, "src", file), "utf8"),
      )![1];
    await notebook.run("import { gauge } from 'scorebook/analysis';\nimport * as math from 'scorebook/math';");
    for (const [code, file, name] of [
      ['import { gauge|Field } from "scorebook";', "analysis/gauge/fields.ts", "gaugeField"],
      ['import { gauge as g } from "scorebook/analysis";\ng.gaugeFi|eld', "analysis/gauge/fields.ts", "gaugeField"],
      ["gauge.gaugeFie|ld(score, K)", "analysis/gauge/fields.ts", "gaugeField"],
      ['import { multi|ply } from "scorebook/math";', "math/multiply.ts", "multiply"],
      ["math.mult|iply(a, b)", "math/multiply.ts", "multiply"],
    ]) {
      const shown = (await inspect(code)) ?? "";
      assert.match(shown, new RegExp(`${name}\\(\\w+: `), code);
      assert.ok(shown.includes(documented(file, name)), `${code}: ${shown}`);
    }
  });

  it("that do not exist are one sentence that names those that do", async () => {
    for (const code of [
      "import { x } from 'scorebook/nope';",
      "await import('scorebook/nope');",
      "await import('scorebook/' + 'nope');",
      "require('scorebook/nope');",
      "import.meta.resolve('scorebook/nope');",
    ])
      assert.match((await notebook.run(code)).errors[0].evalue, unknown, code);
    notebook.write("wrong.ts", "import { x } from 'scorebook/nope';\nexport { x };");
    assert.match(
      (await notebook.run("import { x } from './wrong';")).errors[0].evalue,
      /^wrong\.ts:1:19 - TS2307: 'scorebook\/nope' is no part/,
    );
  });

  it("that do not exist are told of without type check, too", async () => {
    const unchecked = new TestNotebook({ typeCheck: "off" });
    try {
      assert.match((await unchecked.run("import { x } from 'scorebook/nope';\nx")).errors[0].evalue, unknown);
    } finally {
      await unchecked.close();
    }
  });
});
