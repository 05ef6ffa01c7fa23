import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { globSync } from "glob";
import { typeCheckNotebook } from "../src/notebook/typeCheck.js";
import { TestNotebook } from "./helpers/cells.js";
import { sketchNotebook, temporaryDirectory } from "./helpers/notebooks.js";

/** The TypeScript blocks of a document; the comment `types only: why` before one says that it is not run. */
const blocks = (document: string) =>
  [...readFileSync(document, "utf8").matchAll(/^(<!-- types only: .+ -->\n)?```ts\n([^]*?)^```$/gm)].map(
    ([, typesOnly, code]) => ({ code, runs: typesOnly === undefined }),
  );

describe("The README's TypeScript", function () {
  this.timeout(120_000);
  const directory = temporaryDirectory();
  const all = blocks("README.md");

  it("is found, run and only type-checked", () =>
    assert.deepEqual(new Set(all.map(({ runs }) => runs)), new Set([true, false])));

  for (const [index, { code, runs }] of all.entries()) {
    const title = code.split("\n").find((line) => line !== "" && !line.startsWith("import"));
    if (runs)
      it(`runs and shows something: ${title}`, async () => {
        const notebook = new TestNotebook({ cwd: process.cwd() });
        try {
          const { status, errors, outputs, stderr } = await notebook.run(code);
          assert.deepEqual([status, errors, stderr], ["ok", [], ""]);
          assert.ok(outputs.some((output) => "data" in output));
        } finally {
          await notebook.close();
        }
      });
    else
      it(`has no type error: ${title}`, () =>
        assert.deepEqual(typeCheckNotebook(sketchNotebook(directory, `block${index}.ipynb`, [{ code }])), []));
  }
});

describe("Documents", () => {
  for (const document of globSync(["*.md", "docs/*.md", "data/*.md"]).sort())
    it(`${document} links to files that exist`, () => {
      const links = [...readFileSync(document, "utf8").matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)]
        .map(([, target, source]) => target ?? source)
        .filter((target) => !/^(https?:|#)/.test(target));
      const missing = links.filter((target) => !existsSync(join(dirname(document), target.replace(/#.*/, ""))));
      assert.deepEqual(missing, []);
    });

  it("README.md has the verdicts of the stored notebooks", () => {
    const { status, stderr } = spawnSync(process.execPath, ["docs/verdicts.mjs", "--check"], { encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""]);
  });
});
