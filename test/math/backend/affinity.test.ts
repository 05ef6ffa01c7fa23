import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { blasFor, THREADS_FROM } from "../../../src/math/backend/openblas.js";
import { processors } from "../../../src/math/processors.js";

describe("keptApart", () => {
  it("leaves one processor to the thread that calls the library, and all of them to every other thread", function () {
    const blas = blasFor(THREADS_FROM);
    if (process.platform !== "linux" || processors() < 2 || !blas?.keepApart) return this.skip();
    const allowed = readdirSync("/proc/self/task").map((task) => processorsOf(`/proc/self/task/${task}/status`));
    const own = processorsOf(`/proc/${process.pid}/status`);
    const kept = allowed.filter((count) => count === own - 1);
    assert.equal(kept.length, processors() - 1, allowed.join(" "));
    assert.equal(allowed.filter((count) => count === own).length, allowed.length - kept.length);
  });
});

/** How many processors a thread may run on. */
function processorsOf(status: string): number {
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync(status, "utf8"))![1];
  return list
    .split(",")
    .map((range) => range.split("-").map(Number))
    .reduce((sum, [first, last = first]) => sum + last - first + 1, 0);
}
