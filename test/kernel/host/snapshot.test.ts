import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { keepCode, snapshotFile } from "../../../src/kernel/host/snapshot.js";
import { TestNotebook } from "../../helpers/cells.js";

describe("The start-up snapshot", function () {
  this.timeout(120_000);
  const flags = ["--max-old-space-size=4096", keepCode],
    file = snapshotFile(flags);

  /** What cells say that use the folder, the arguments and the forks of their process. */
  async function answers(): Promise<(string | undefined)[]> {
    const notebook = new TestNotebook();
    try {
      notebook.write("local.ts", "export const here: string = process.cwd();");
      notebook.write("child.cjs", "process.send(process.execArgv.includes('--snapshot-blob'))");
      const local = await notebook.run("import { here } from './local';\nhere === process.cwd()");
      const forked = await notebook.run(
        "import { fork } from 'node:child_process';\nawait new Promise((r) => fork('child.cjs').once('message', r))",
      );
      const environment = await notebook.run("Object.keys(process.env).filter((k) => /SNAPSHOT|STARTUP/.test(k))");
      return [local.value, forked.value, environment.value];
    } finally {
      await notebook.close();
    }
  }

  it("is made whole, and starts processes that behave as plain ones", async () => {
    const made = spawnSync(process.execPath, [
      fileURLToPath(new URL("../../../src/kernel/host/snapshot.js", import.meta.url)),
      file,
      ...flags,
    ]);
    assert.equal(made.status, 0);
    const { size } = statSync(file);
    // A version of Node.js whose threads break in it has none, and says so by an empty file.
    assert.ok(size > 1e7 || (size === 0 && /^2[24]\./.test(process.versions.node)));
    assert.deepEqual(await answers(), ["true", "false", "[]"]);
  });

  it("that does not fit is thrown away, and the cell runs all the same", async function () {
    if (statSync(file).size === 0) this.skip();
    writeFileSync(file, readFileSync(file).subarray(0, 1_000_000));
    assert.deepEqual(await answers(), ["true", "false", "[]"]);
    assert.ok(!existsSync(file) || statSync(file).size > 1e7);
  });
});
