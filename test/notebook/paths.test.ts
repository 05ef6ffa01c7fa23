import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { executeNotebooks } from "../../src/notebook/batch.js";
import { findNotebooks } from "../../src/notebook/paths.js";
import type { NotebookRun } from "../../src/notebook/results.js";
import { FakeEvaluator } from "../helpers/fakeEvaluator.js";
import { sketchNotebook, temporaryDirectory } from "../helpers/notebooks.js";

describe("finding and running several notebooks", () => {
  const directory = temporaryDirectory();
  for (const folder of ["deep", ".ipynb_checkpoints", "node_modules"]) mkdirSync(join(directory, folder));
  for (const name of ["b.ipynb", "a.ipynb", "deep/c.ipynb", ".ipynb_checkpoints/x.ipynb", "node_modules/y.ipynb"])
    sketchNotebook(directory, name, [{ code: "print('a')" }]);
  writeFileSync(join(directory, "notes.txt"), "");
  const all = ["a.ipynb", "b.ipynb", "deep/c.ipynb"].map((name) => join(directory, name));

  it("takes files, folders and globs, each notebook once", () => {
    assert.deepEqual(findNotebooks([directory]), all);
    assert.deepEqual(findNotebooks([`${directory}/`]), all);
    assert.deepEqual(findNotebooks([directory], join(directory, "deep")), all.slice(0, 2));
    assert.deepEqual(findNotebooks([all[2]], join(directory, "deep")), [all[2]]);
    assert.deepEqual(findNotebooks([join(directory, "deep", "*.ipynb")], join(directory, "deep")), [all[2]]);
    assert.deepEqual(findNotebooks([directory], directory), all);
    assert.deepEqual(findNotebooks([`${directory}/**/*.ipynb`], join(directory, "deep")), all.slice(0, 2));
    assert.deepEqual(findNotebooks([`${directory}/*.ipynb`]), all.slice(0, 2));
    assert.deepEqual(findNotebooks([all[1], directory]), [all[1], all[0], all[2]]);
  });

  it("says what names no notebook", () => {
    assert.throws(() => findNotebooks([join(directory, "none.ipynb")]), /none\.ipynb: there is no such file/);
    assert.throws(() => findNotebooks([`${directory}/z*.ipynb`]), /no notebook matches/);
    assert.throws(
      () =>
        findNotebooks([join(directory, ".ipynb_checkpoints", "..", "node_modules", "..", "empty", "..", "missing")]),
      /there is no such file/,
    );
    mkdirSync(join(directory, "empty"));
    assert.throws(() => findNotebooks([join(directory, "empty")]), /no notebook in this folder/);
  });

  it("runs at most `jobs` at a time, gives results in order, and goes on after a notebook that cannot be read", async () => {
    const broken = join(directory, "empty", "broken.ipynb");
    writeFileSync(broken, "{");
    let running = 0;
    let most = 0;
    const done: NotebookRun[] = [];
    class Counted extends FakeEvaluator {
      override async execute(...call: Parameters<FakeEvaluator["execute"]>): ReturnType<FakeEvaluator["execute"]> {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 20));
        running--;
        return super.execute(...call);
      }
    }
    const runs = await executeNotebooks([broken, ...all], {
      evaluator: (settings) => new Counted(settings),
      out: join(directory, "out"),
      jobs: 2,
      onNotebook: (run) => done.push(run),
    });
    assert.deepEqual(
      runs.map(({ notebook, status }) => [notebook, status]),
      [[broken, "error"], ...all.map((path) => [path, "ok"])],
    );
    assert.match(runs[0].problems[0], /^not a notebook: not JSON/);
    assert.equal(most, 2);
    assert.equal(done.length, 4);
  });

  it("refuses to write two notebooks to one file", async () => {
    sketchNotebook(join(directory, "deep"), "a.ipynb", []);
    await assert.rejects(
      executeNotebooks([all[0], join(directory, "deep", "a.ipynb")], {
        evaluator: (settings) => new FakeEvaluator(settings),
        out: join(directory, "out"),
      }),
      /would both be written to a\.ipynb in the output directory/,
    );
  });
});
