import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sketchNotebook, temporaryDirectory } from "../helpers/notebooks.js";

const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");

describe("describeNotebooks", function () {
  this.timeout(30_000);
  const directory = temporaryDirectory();
  const suite = (name: string, patterns: readonly string[], options = "") => {
    const file = join(directory, `${name}.mjs`);
    writeFileSync(
      file,
      `
      import { describeNotebooks } from ${JSON.stringify(new URL("../../src/notebook/mocha.js", import.meta.url).href)};
      import { FakeEvaluator } from ${JSON.stringify(new URL("../helpers/fakeEvaluator.js", import.meta.url).href)};
      describeNotebooks(${JSON.stringify(patterns)}, { evaluator: (settings) => new FakeEvaluator(settings), ${options} });`,
    );
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [mocha, "--no-config", "--no-package", "--reporter", "json", file],
      { encoding: "utf8", cwd: directory },
    );
    assert.notEqual(stdout, "", stderr);
    const { passes, failures } = JSON.parse(stdout) as {
      passes: { title: string }[];
      failures: { title: string; err: { message: string; stack: string } }[];
    };
    return { passes: passes.map(({ title }) => title), failures: failures.map(({ title, err }) => [title, err.stack]) };
  };
  const measured = { holds: 0, "does not hold": 9, undecided: 4.5 };
  const claim = (outcome: keyof typeof measured, verdict: string = outcome) =>
    `show({ 'application/vnd.scorebook.claim.v2+json': { id: 'a', kind: 'extension', source: 's', statement: 'the claim', published: null, bound: { below: 5, because: 'b' }, measured: ${measured[outcome]}, standardError: 1, seeds: null, control: null, differs: ${verdict === outcome ? null : "'so'"} } })`;
  sketchNotebook(directory, "good.ipynb", [{ code: claim("does not hold") }]);
  const apart = join(directory, "apart");
  mkdirSync(apart);
  sketchNotebook(apart, "holds.ipynb", [{ code: claim("holds") }]);
  sketchNotebook(apart, "open.ipynb", [{ code: claim("undecided") }]);
  sketchNotebook(apart, "other.ipynb", [{ code: claim("holds", "not tested as published") }]);
  sketchNotebook(directory, "throws.ipynb", [{ code: "throw new TypeError('no')" }]);
  sketchNotebook(directory, "loses.ipynb", [{ code: "update({}, 'x')" }]);

  it("is one test per notebook, which fails with the TypeScript trace or with what was lost", () => {
    const { passes, failures } = suite("all", ["*.ipynb"]);
    assert.deepEqual(passes, ["good.ipynb"]);
    assert.deepEqual(
      failures.map(([title]) => title),
      ["loses.ipynb", "throws.ipynb"],
    );
    assert.match(failures[0][1], /loses\.ipynb, cell 1: an update of display id "x" was dropped/);
    assert.match(failures[1][1], /throws\.ipynb, cell 1 \(c1\): TypeError: no\n {4}at cell 1:2:7/);
    assert.doesNotMatch(failures[1][1], /node_modules|mocha\.js/);
  });

  it("fails on claims that do not hold, and on other outputs than the stored ones, where asked", () => {
    assert.match(
      suite("claims", ["good.ipynb"], "claims: true").failures[0][1],
      /good\.ipynb, cell 1: claim "a" does not hold: the claim/,
    );
    assert.deepEqual(suite("refuted", ["good.ipynb"], "claims: { refuted: ['good: a', 'throws: a'] }").passes, [
      "good.ipynb",
    ]);
    assert.match(
      suite("unrefuted", ["apart/holds.ipynb"], "claims: { refuted: ['holds: a'] }").failures[0][1],
      /holds\.ipynb, cell 1: claim "a" holds, although it is listed as one that does not: the claim/,
    );
    assert.match(
      suite("undecided", ["apart/open.ipynb"], "claims: true").failures[0][1],
      /open\.ipynb, cell 1: claim "a" is undecided: the claim/,
    );
    assert.deepEqual(suite("listed", ["apart/o*.ipynb"], "claims: { undecided: ['open: a'] }").passes, [
      "apart/open.ipynb",
      "apart/other.ipynb",
    ]);
    assert.match(
      suite("decided", ["apart/holds.ipynb"], "claims: { undecided: ['holds: a'] }").failures[0][1],
      /holds\.ipynb, cell 1: claim "a" holds, although it is listed as undecided: the claim/,
    );
    assert.match(
      suite("check", ["good.ipynb"], "check: true").failures[0][1],
      /good\.ipynb, cell 1 \(c1\): output 1 \(display_data\) is new/,
    );
  });

  it("fails where there is no notebook", () => {
    assert.match(suite("none", ["none/*.ipynb"]).failures[0][1], /none\/\*\.ipynb: no notebook matches/);
  });
});
