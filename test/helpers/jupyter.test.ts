import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { jupyter, requirePython } from "./jupyter.js";

const requirements = path.join(
  createRequire(import.meta.url).resolve("scorebook/package.json"),
  "..",
  "test",
  "requirements.txt",
);

describe("the tests' Python", () => {
  before(requirePython);

  it("has the pinned Jupyter programs", async function () {
    this.timeout(60_000);
    const { bin } = await jupyter();
    const pinned = Object.fromEntries(
      readFileSync(requirements, "utf8")
        .split("\n")
        .filter((line) => line.includes("=="))
        .map((line) => line.split("==")),
    );
    const seen = execFileSync(bin("jupyter"), ["--version"], { encoding: "utf8" });
    for (const name of ["jupyterlab", "nbclient", "nbconvert", "ipykernel"])
      assert.match(seen, new RegExp(`^${name} +: ${pinned[name].replaceAll(".", "\\.")}$`, "m"));
    assert.match(
      execFileSync(bin("papermill"), ["--version"], { encoding: "utf8" }),
      new RegExp(`^${pinned.papermill} `),
    );
  });

  it("has NumPy and SciPy, for the checks against them", async () => {
    const { python } = await jupyter();
    const norm = execFileSync(
      python,
      ["-c", "import numpy, scipy.linalg; print(scipy.linalg.norm(numpy.array([3.0, 4.0])))"],
      { encoding: "utf8" },
    );
    assert.equal(norm, "5.0\n");
  });

  it("is made once", async () => assert.equal(await jupyter(), await jupyter()));
});
