import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** What each folder of src/ may import, besides itself. Folders not named here hold no module yet. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  math: [],
  datasets: ["math"],
  diffusion: ["math"],
  analysis: ["math", "diffusion"],
  figures: [],
  kernel: ["math"],
  notebook: ["kernel"],
};

const root = "src";
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"));
const imports = files.flatMap((file) =>
  [...readFileSync(join(root, file), "utf8").matchAll(/(?:\bfrom|\bimport|\bimport\()\s*"(\.[^"]*)"/g)].map(
    ([, target]) => ({ file, target: posix.join(posix.dirname(file), target) }),
  ),
);
const folderOf = (path: string) => (path.includes("/") ? path.split("/")[0] : "");

describe("imports", () => {
  it("are found", () =>
    assert.ok(imports.some(({ file, target }) => file === "diffusion/gaussian.ts" && target === "math/matrix.js")));

  for (const folder of new Set(files.map(folderOf).filter((name) => name !== "")))
    it(`of ${folder} go only where the layout lets them`, () => {
      assert.ok(folder in allowed, `src/${folder} is a folder that the layout does not name`);
      const wrong = imports.filter(
        ({ file, target }) => folderOf(file) === folder && ![folder, ...allowed[folder]].includes(folderOf(target)),
      );
      assert.deepEqual(wrong, []);
    });

  it("of TensorFlow and ml-matrix are behind one file each", () => {
    const importers = (name: string) =>
      files.filter((file) =>
        new RegExp(`(?:import|require)[^;]*"${name}[^"]*"`).test(readFileSync(join(root, file), "utf8")),
      );
    assert.deepEqual(importers("@tensorflow/"), ["math/tensorflow.ts"]);
    assert.deepEqual(importers("ml-matrix"), ["math/plain.ts"]);
  });
});
