import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { blasFor, THREADS_FROM } from "../../../src/math/backend/openblas.js";
import { processors } from "../../../src/math/processors.js";

describe("keptApart", () => {
  beforeEach(function () {
    if (process.platform !== "linux" || processors() < 2 || !blasFor(THREADS_FROM)?.keepApart) this.skip();
  });

  it("leaves one processor to the thread that calls the library, and all of them to every other thread", () => {
    const [own, ...others] = processorsOfThreads();
    assert.equal(others.filter((count) => count === own - 1).length, processors() - 1, others.join(" "));
    assert.equal(others.filter((count) => count === own).length, others.length - processors() + 1);
  });

  it("does so again when the start of a process has ended the library's threads", () => {
    const before = processorsOfThreads();
    for (let starts = 0; starts < 3; starts++) {
      spawnSync(process.execPath, ["--version"]);
      blasFor(THREADS_FROM);
      assert.deepEqual(processorsOfThreads(), before);
    }
  });
});

/** How many processors the main thread may run on, and each other one, in descending order. */
function processorsOfThreads(): number[] {
  const main = String(process.pid);
  const others = readdirSync("/proc/self/task").filter((task) => task !== main);
  const counts = others.map((task) => processorsOf(`/proc/self/task/${task}/status`));
  return [processorsOf(`/proc/self/task/${main}/status`), ...counts.sort((a, b) => b - a)];
}

/** How many processors a thread may run on. */
function processorsOf(status: string): number {
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync(status, "utf8"))![1];
  return list
    .split(",")
    .map((range) => range.split("-").map(Number))
    .reduce((sum, [first, last = first]) => sum + last - first + 1, 0);
}
