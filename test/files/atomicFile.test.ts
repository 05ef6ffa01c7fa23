import assert from "node:assert/strict";
import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../../src/files/atomicFile.js";
import { temporaryDirectory } from "../helpers/notebooks.js";

describe("A file that is written whole", () => {
  it("takes away what killed processes have left of it, once that is an hour old", () => {
    const folder = temporaryDirectory();
    const old = Date.now() / 1000 - 3700;
    for (const [name, time] of [
      [".a.ipynb.12-0123abcd.tmp", old],
      [".a.ipynb.12-0123abce.tmp", old + 200],
      [".b.ipynb.12-0123abcd.tmp", old],
      [".a.ipynb.12.tmp", old],
    ] as const) {
      writeFileSync(join(folder, name), "");
      utimesSync(join(folder, name), time, time);
    }
    writeFileAtomic(join(folder, "a.ipynb"), "σ");
    assert.equal(readFileSync(join(folder, "a.ipynb"), "utf8"), "σ");
    assert.deepEqual(readdirSync(folder).sort(), [
      ".a.ipynb.12-0123abce.tmp",
      ".a.ipynb.12.tmp",
      ".b.ipynb.12-0123abcd.tmp",
      "a.ipynb",
    ]);
  });
});
