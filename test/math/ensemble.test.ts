import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { isAlone } from "../../src/math/backend/members.js";
import { ensemble, type EnsembleOptions, type EnsembleProgress } from "../../src/math/ensemble.js";
import * as tasks from "./ensembleTasks.js";
import type { Member } from "./ensembleTasks.js";

const module = new URL("./ensembleTasks.js", import.meta.url);
const members = (count: number, first = 1, shared?: Int32Array): Member[] =>
  Array.from({ length: count }, (_, i) => ({ seed: first + i, ...(shared && { shared }) }));
const counter = () => new Int32Array(new SharedArrayBuffer(8));
const run = <R>(task: (member: Member) => R | Promise<R>, all: readonly Member[], options?: EnsembleOptions) =>
  ensemble(task, module, all, options);

/** Asserts that no thread counts any more, nor keeps this process alive. */
async function assertIdle(shared = counter()): Promise<void> {
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((name) => /port|worker/i.test(name)),
    [],
  );
  const before = shared[1];
  await pause(300);
  assert.equal(shared[1], before);
}

/** Runs a program that can call `ensemble` and the tasks, and returns what it says. */
function program(text: string, ...flags: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const imports = [
    `import { ensemble } from "${new URL("../../src/math/ensemble.js", import.meta.url).href}";`,
    `import * as tasks from "${module.href}";`,
    `const module = "${module.href}";`,
  ];
  const args = [...flags, "--input-type=module", "-e", [...imports, text].join("\n")];
  return spawnSync(process.execPath, args, { encoding: "utf8", timeout: 30_000 });
}

describe("An ensemble", function () {
  this.timeout(60_000);

  it("has the same results, bit for bit and in order, for any number of threads", async () => {
    const results = [];
    for (const workers of [0, 1, 2, 3]) results.push(await run(tasks.spectrum, members(7), { workers }));
    for (const other of results.slice(1)) assert.deepEqual(other, results[0]);
    assert.deepEqual(
      results[0].map(({ seed, product, parts }) => [seed, product.values.length, parts[1][0]]),
      [1, 2, 3, 4, 5, 6, 7].map((seed) => [seed, 40_000, seed]),
    );
    assert.notDeepEqual(results[0][0].product, results[0][1].product);
    assert.ok(results.flat().every(({ product }) => product.values instanceof Float64Array));
  });

  it("computes as many members at a time as there are threads, on shared memory where asked to", async () => {
    assert.deepEqual(await run(tasks.meet, members(2, 1, counter()), { workers: 2 }), [2, 2]);
  });

  it("knows its members, be they in a thread or not, after awaits too", async () => {
    for (const workers of [0, 2]) {
      const all = [
        ...(await run(tasks.spectrum, members(1), { workers })),
        ...(await run(tasks.aloneAfterAwait, members(1), { workers })),
      ];
      assert.deepEqual(
        all.map(({ alone }) => alone),
        [false, false],
        `${workers} workers`,
      );
    }
    assert.equal(isAlone(), true);
  });

  it("has no members and no results", async () => assert.deepEqual(await run(tasks.spectrum, []), []));

  it("tells of its progress now and then, and at its end", async () => {
    for (const workers of [0, 2]) {
      const told: EnsembleProgress[] = [];
      await run(tasks.spectrum, members(5), { workers, progress: (progress) => told.push(progress) });
      assert.deepEqual(told.at(-1), { done: 5, total: 5 });
      assert.ok(
        told.every(({ done }, i) => done > (told[i - 1]?.done ?? 0)),
        JSON.stringify(told),
      );
    }
  });

  it("fails with the first member that does, names it, and stops the others", async () => {
    const shared = counter();
    await assert.rejects(run(tasks.fragile, members(5, 11, shared), { workers: 3 }), (error: Error) => {
      assert.equal(error.message, "ensemble: member 2 (seed 13) of fragile failed: thirteen");
      assert.ok(error.cause instanceof RangeError);
      return true;
    });
    await assertIdle(shared);
    await assert.rejects(
      run(tasks.fragile, members(3, 11), { workers: 0 }),
      /member 2 \(seed 13\) of fragile .*thirteen$/,
    );
  });

  it("names the member whose thread runs out of memory", async () => {
    await assert.rejects(
      run(tasks.hoard, members(1, 5), { workers: 1 }),
      /^Error: ensemble: member 0 \(seed 5\) of hoard failed: .*memory/,
    );
    await assertIdle();
  });

  it("names the member that is, gives or throws what cannot be sent", async () => {
    for (const workers of [0, 1]) {
      await assert.rejects(run(tasks.unsendable, members(1), { workers }), /of unsendable failed: with a closure$/);
      await assert.rejects(run(tasks.thrower, members(1), { workers }), /of thrower failed: a word$/);
      const open = [{ seed: 1, shared: (() => 1) as never }];
      await assert.rejects(run(tasks.spectrum, open, { workers }), /member 0 \(seed 1\) of spectrum .*not be cloned/);
      await assert.rejects(
        run(tasks.closure, members(1), { workers }),
        /member 0 \(seed 1\) of closure .*not be cloned/,
      );
    }
    await assert.rejects(
      run(tasks.keeper, members(2), { workers: 1 }),
      /member 1 \(seed 2\) of keeper .*left with an earlier one/,
    );
    assert.deepEqual((await run(tasks.keeper, members(2), { workers: 0 }))[1].values.length, 2);
  });

  it("refuses tasks that a thread cannot find", async () => {
    const unknown = (member: Member) => member.seed;
    await assert.rejects(
      run(unknown, members(1), { workers: 1 }),
      /member 0 .* of unknown failed: file:.* exports no function/,
    );
    await assert.rejects(run(((): Member["seed"] => 1).bind(null), members(1)), /exports no function/);
    await assert.rejects(
      run(
        (
          () => (member: Member) =>
            member.seed
        )(),
        members(1),
      ),
      /^TypeError: ensemble: the task has no name, expected/,
    );
  });

  it("refuses numbers of threads that are none", async () => {
    for (const workers of [-1, 1.5, NaN])
      await assert.rejects(
        run(tasks.spectrum, members(1), { workers }),
        /^RangeError: ensemble: (-1|1\.5|NaN) workers, expected/,
      );
  });

  it("takes four threads for each processor at the most", async () => {
    const shared = counter();
    const results = await run(tasks.thread, members(60, 1, shared), { workers: 1e9 });
    const most = 4 * availableParallelism();
    assert.ok(new Set(results).size <= most, `${new Set(results).size} threads, expected ${most} at most`);
  });

  it("refuses a module that is relative to nothing, and names a member whose thread has left", async () => {
    for (const path of ["./ensembleTasks.js", "../ensembleTasks.js"])
      await assert.rejects(
        ensemble(tasks.spectrum, path, members(1)),
        /^TypeError: ensemble: the module is \.\.?\/ensembleTasks\.js, expected a URL or an absolute path; new URL\(/,
      );
    await assert.rejects(
      run(tasks.leaver, members(1, 4), { workers: 1 }),
      /member 0 \(seed 4\) of leaver failed: .*exit/,
    );
    await assertIdle();
  });

  it("is stopped by its signal within a second, threads and all, for the signal's reason", async () => {
    const stop = new AbortController();
    const begun = counter();
    const result = run(tasks.endless, members(4, 1, begun), { workers: 2, signal: stop.signal });
    result.catch(() => {});
    while (Atomics.load(begun, 0) < 2) await pause(5);
    const reason = new Error("enough");
    const asked = performance.now();
    stop.abort(reason);
    await assert.rejects(result, (error) => error === reason);
    assert.ok(performance.now() - asked < 1000, `${performance.now() - asked} ms`);
    await assertIdle(begun);
    assert.equal(Atomics.load(begun, 0), 2, "no other member has begun");
    await assert.rejects(run(tasks.spectrum, members(1), { signal: stop.signal }), (error) => error === reason);
  });

  it("is stopped between two members where it is in the calling thread", async () => {
    const stop = new AbortController();
    const result = run(tasks.spectrum, members(1000), {
      workers: 0,
      signal: stop.signal,
      progress: () => stop.abort(new Error("enough")),
    });
    await assert.rejects(result, /enough/);
  });

  it("lets the process end when it is over, failed or stopped", () => {
    const { status, stdout, stderr } = program(`
      const shared = new Int32Array(new SharedArrayBuffer(8));
      const seeds = (first) => [0, 1, 2].map((i) => ({ seed: first + i, shared }));
      console.log((await ensemble(tasks.spectrum, module, seeds(1), { workers: 2 })).length);
      await ensemble(tasks.fragile, module, seeds(12), { workers: 2 }).catch((error) => console.log(error.message));
      const signal = AbortSignal.timeout(200);
      await ensemble(tasks.endless, module, seeds(1), { workers: 2, signal }).catch((error) => console.log(error.name));
    `);
    assert.deepEqual(
      [status, stdout.split("\n"), stderr],
      [0, ["3", "ensemble: member 1 (seed 13) of fragile failed: thirteen", "TimeoutError", ""], ""],
    );
  });

  it("computes in the calling thread where there may be no others, and says so", () => {
    const permission = Number(process.versions.node.split(".")[0]) < 24 ? "--experimental-permission" : "--permission";
    const { status, stdout, stderr } = program(
      `console.log(JSON.stringify(await ensemble(tasks.fragile, module, [{ seed: 1 }, { seed: 2 }], { workers: 2 })));`,
      permission,
      "--allow-fs-read=*",
      "--disable-warning=ExperimentalWarning",
    );
    assert.equal(stdout, "[1,2]\n", stderr);
    assert.match(stderr, /^ensemble: no worker threads \(.*\); it computes in the calling thread$/m);
    assert.equal(status, 0);
  });

  it("refuses a module that calls it while it loads", () => {
    const own = `export const twice = ({ seed }) => 2 * seed; await ensemble(twice, import.meta.url, [{ seed: 1 }]);`;
    const library = `import { ensemble } from "${new URL("../../src/math/ensemble.js", import.meta.url).href}"; ${own}`;
    const { status, stderr } = program(
      `await import("data:text/javascript," + ${JSON.stringify(encodeURIComponent(library))});`,
    );
    assert.equal(status, 1);
    assert.match(stderr, /member 0 \(seed 1\) of twice failed: ensemble: called in a thread of an ensemble/);
  });
});
