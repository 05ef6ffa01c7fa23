import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** What a program that knows of processors and ensembles prints, with the variable set. */
function said(SCOREBOOK_THREADS: string, text: string): string {
  const imports = ["processors", "ensemble"].map(
    (name) => `const ${name} = await import("${new URL(`../../src/math/${name}.js`, import.meta.url).href}");`,
  );
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", [...imports, text].join("\n")], {
    encoding: "utf8",
    env: { ...process.env, SCOREBOOK_THREADS },
    timeout: 20_000,
  });
  return stdout || stderr;
}

describe("The number of processors", () => {
  const all = availableParallelism();

  it("is that of the system, or what SCOREBOOK_THREADS says, if it is fewer", () => {
    const text = "console.log(processors.processors())";
    assert.deepEqual(
      ["", "1", "100000"].map((wanted) => said(wanted, text)),
      [`${all}\n`, "1\n", `${all}\n`],
    );
  });

  it("refuses what is no positive integer", () => {
    for (const wrong of ["0", "-1", "1.5", "two", "1 "])
      assert.match(
        said(wrong, "processors.processors()"),
        new RegExp(`RangeError: SCOREBOOK_THREADS is "${wrong}", expected a positive integer`),
      );
  });

  it("is shared among processes, unless the user has done so", () => {
    const text = "processors.shareProcessors(2); console.log(process.env.SCOREBOOK_THREADS)";
    assert.equal(said("", text), `${Math.max(1, Math.floor(all / 2))}\n`);
    assert.equal(said("3", text), "3\n");
    assert.equal(said("", "processors.shareProcessors(1); console.log(process.env.SCOREBOOK_THREADS)"), "\n");
  });

  it("is the number of members that an ensemble computes at a time", () => {
    const tasks = new URL("./ensembleTasks.js", import.meta.url).href;
    const text = `
      import * as tasks from "${tasks}";
      const members = [1, 2, 3, 4].map((seed) => ({ seed }));
      console.log(new Set(await ensemble.ensemble(tasks.thread, "${tasks}", members)).size);`;
    assert.equal(said("1", text), "1\n");
  });
});
