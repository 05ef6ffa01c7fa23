import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { keepCode, snapshotFile } from "../../../src/kernel/host/snapshot.js";
import { TestNotebook } from "../../helpers/cells.js";
import { temporaryDirectory } from "../../helpers/notebooks.js";

describe("A process that does not come up", function () {
  this.timeout(60_000);
  const { execPath } = process;
  const directory = temporaryDirectory();
  let notebook: TestNotebook;
  before(function () {
    if (process.platform === "win32") this.skip(); // sh
  });
  /** Has processes started by a script in place of Node.js. */
  function startBy(script: string): void {
    process.execPath = join(directory, "node");
    writeFileSync(process.execPath, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  afterEach(async () => {
    process.execPath = execPath;
    delete process.env.SCOREBOOK_NO_SNAPSHOT;
    await notebook.close();
  });

  it("is ended when its time is over, which is said, and the next cell starts another", async () => {
    process.env.SCOREBOOK_NO_SNAPSHOT = "1";
    startBy("exec sleep 1000");
    notebook = new TestNotebook({ startLimit: 5000 });
    const { errors, died } = await notebook.run("1", { timeout: 500 });
    assert.deepEqual(
      errors.map(({ ename, evalue }) => `${ename}: ${evalue}`),
      [
        "ProcessDied: no process for cells came up within 5 s, so the one that did not was ended; the next cell starts another",
      ],
    );
    assert.equal(died, true);
    process.execPath = execPath;
    assert.equal((await notebook.run("2")).value, "2");
  });

  it("does not hold up an interrupt, and the next cell has the sentence", async () => {
    process.env.SCOREBOOK_NO_SNAPSHOT = "1";
    startBy("exec sleep 1000");
    notebook = new TestNotebook({ startLimit: 2000 });
    const running = notebook.run("1");
    await sleep(300);
    const asked = performance.now();
    await notebook.evaluator.interrupt();
    const { errors } = await running;
    assert.ok(performance.now() - asked < 1000);
    assert.deepEqual(
      errors.map(({ ename, evalue }) => `${ename}: ${evalue}`),
      ["Interrupted: the cell was interrupted"],
    );
    assert.match((await notebook.run("2")).errors[0].evalue, /^no process for cells came up within 2 s/);
  });

  it("lets no cell run that was interrupted before", async () => {
    startBy(`sleep 1; exec "${execPath}" "$@"`);
    process.env.SCOREBOOK_NO_SNAPSHOT = "1";
    notebook = new TestNotebook();
    const running = notebook.run("(globalThis as any).ran = true;");
    await sleep(100);
    await notebook.evaluator.interrupt();
    assert.deepEqual((await running).errors.length, 1);
    assert.equal((await notebook.run("(globalThis as any).ran")).value, undefined);
    assert.deepEqual(notebook.late, []);
  });

  it("is not missed where its snapshot is at fault, which is thrown away", async () => {
    startBy(`case "$*" in *--snapshot-blob*) exec sleep 1000;; *) exec "${execPath}" "$@";; esac`);
    const snapshot = snapshotFile(["--max-old-space-size=4096", keepCode]);
    mkdirSync(dirname(snapshot), { recursive: true });
    writeFileSync(snapshot, "none");
    try {
      notebook = new TestNotebook({ startLimit: 5000 });
      const { value } = await notebook.run("3");
      assert.deepEqual([value, existsSync(snapshot)], ["3", false]);
    } finally {
      rmSync(snapshot, { force: true });
    }
  });

  it("is no reason to throw its snapshot away where it is ended before", async () => {
    startBy("exec sleep 1000");
    const snapshot = snapshotFile(["--max-old-space-size=4096", keepCode]);
    mkdirSync(dirname(snapshot), { recursive: true });
    writeFileSync(snapshot, "some");
    try {
      notebook = new TestNotebook();
      await notebook.evaluator.close();
      assert.ok(existsSync(snapshot));
    } finally {
      rmSync(snapshot, { force: true });
    }
  });
});
