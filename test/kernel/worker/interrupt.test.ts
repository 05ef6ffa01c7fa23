import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { emitHelpers } from "../../../src/kernel/worker/cellCompiler.js";
import {
  clearTimers,
  currentCell,
  guarded,
  installCellSignal,
  installTimers,
  interruptAsked,
  interruptCell,
  Interrupted,
  interruptibleHelpers,
  type Cell,
} from "../../../src/kernel/worker/interrupt.js";

const real = { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate };
const pause = (ms: number) => new Promise<void>((resolve) => real.setTimeout(resolve, ms));

function newCell(run: number, errors: unknown[] = []): Cell {
  return {
    run,
    count: run,
    timers: new Set(),
    interrupted: false,
    stop: new AbortController(),
    onError: (thrown) => errors.push(thrown),
  };
}

/** An async function as TypeScript lowers it. */
type Awaiter = (self: unknown, args: unknown[], promise: unknown, body: () => Generator) => Promise<unknown>;
const awaiter = interruptibleHelpers[Object.keys(emitHelpers).indexOf("__awaiter")] as Awaiter;
const asyncFunction = (body: () => Generator): Promise<unknown> => awaiter(undefined, [], undefined, body);

describe("A guarded function", function () {
  this.timeout(20_000);

  it("returns and throws as it would by itself, also inside another", () => {
    assert.equal(
      guarded(() => guarded(() => 3) + 1),
      4,
    );
    const error = new Error("own");
    assert.throws(
      () =>
        guarded(() =>
          guarded(() => {
            throw error;
          }),
        ),
      (thrown) => thrown === error,
    );
    assert.equal(
      guarded(() => 5),
      5,
    );
  });

  it("is stopped by SIGINT wherever it is, which interrupts its cell", () => {
    const cell = newCell(1);
    let woken = 0;
    cell.onInterrupt = () => woken++;
    spawn("sh", ["-c", `sleep 1; kill -INT ${process.pid}`], { stdio: "ignore" });
    currentCell.run(cell, () =>
      assert.throws(
        () =>
          guarded(() => {
            for (;;)
              try {
                for (;;);
              } catch {
                /* cannot catch it */
              }
          }),
        Interrupted,
      ),
    );
    assert.deepEqual([cell.interrupted, woken], [true, 1]);
    assert.equal(
      guarded(() => 1),
      1,
    );
  });
});

describe("An async function of a cell", () => {
  it("gives its value, and takes rejections where it awaits", async () => {
    const value = await asyncFunction(function* () {
      const a = (yield Promise.resolve(2)) as number;
      try {
        yield Promise.reject(new Error("caught"));
      } catch (error) {
        return `${a} ${(error as Error).message}`;
      }
      return undefined;
    });
    assert.equal(value, "2 caught");
    await assert.rejects(
      asyncFunction(function* () {
        yield null;
        throw new RangeError("thrown");
      }),
      RangeError,
    );
  });

  it("is stopped at its next await once its cell is interrupted, and not awaited if it awaits again", async () => {
    const cell = newCell(2);
    const steps: string[] = [];
    let settled = false;
    void currentCell.run(cell, () =>
      asyncFunction(function* () {
        try {
          steps.push("before");
          yield pause(10);
          steps.push("after");
        } catch (error) {
          steps.push((error as Error).name);
          yield pause(1);
          steps.push("went on");
        }
      }).finally(() => (settled = true)),
    );
    interruptCell(cell);
    await pause(50);
    assert.deepEqual([steps, settled], [["before", "Interrupted"], false]);
  });

  it("is stopped from another thread, by the number of its run, while it lets no event through", async () => {
    const cell = newCell(3);
    let steps = 0;
    const endless = currentCell.run(cell, () =>
      asyncFunction(function* () {
        for (; steps < 1e8; steps++) yield null;
      }),
    );
    const worker = new Worker(
      `const asked = new Int32Array(require("node:worker_threads").workerData);
       for (const [before, run] of [[0, 4], [4, 3]]) { Atomics.wait(asked, 0, before, 50); Atomics.store(asked, 0, run); }`,
      { eval: true, workerData: interruptAsked.buffer },
    );
    await assert.rejects(endless, Interrupted);
    assert.equal(Atomics.load(interruptAsked, 0), 3, "not at the number of another run");
    assert.ok(cell.interrupted && steps > 0);
    await worker.terminate();
    Atomics.store(interruptAsked, 0, 0);
  });
});

describe("The signal of a cell", () => {
  const signal = () =>
    (globalThis as unknown as Record<symbol, () => AbortSignal | undefined>)[Symbol.for("scorebook.cellSignal")]();
  before(() => installCellSignal());
  after(() => assert.ok(Reflect.deleteProperty(globalThis, Symbol.for("scorebook.cellSignal"))));

  it("is found by what the cell calls, also after an await, and by nobody else", async () => {
    const cell = newCell(1);
    const found = await currentCell.run(cell, async () => [signal(), (await pause(1), signal())]);
    assert.deepEqual([...found, signal()], [cell.stop.signal, cell.stop.signal, undefined]);
  });

  it("tells of an interruption, before the cell is left", () => {
    const cell = newCell(1);
    const told: unknown[] = [];
    cell.onInterrupt = () => told.push("left");
    cell.stop.signal.addEventListener("abort", () => told.push(cell.stop.signal.reason));
    interruptCell(cell);
    assert.ok(told[0] instanceof Interrupted);
    assert.deepEqual(told.slice(1), ["left"]);
  });
});

describe("The timers of a cell", () => {
  before(() => installTimers());
  after(() => void Object.assign(globalThis, real));

  it("belong to the cell that starts them, and run as a part of it", async () => {
    const [a, b] = [newCell(1), newCell(2)];
    const seen: (number | undefined)[] = [];
    const note = () => void seen.push(currentCell.getStore()?.run);
    currentCell.run(a, () => setTimeout(note, 1));
    currentCell.run(b, () => setImmediate(note));
    currentCell.exit(() => setTimeout(note, 5));
    assert.deepEqual([a.timers.size, b.timers.size], [1, 1]);
    await pause(40);
    assert.deepEqual(seen.sort(), [1, 2, undefined]);
    assert.deepEqual([a.timers.size, b.timers.size], [0, 0]);
  });

  it("hand what they throw to their cell", async () => {
    const errors: unknown[] = [];
    const error = new Error("late");
    currentCell.run(newCell(1, errors), () =>
      setTimeout(() => {
        throw error;
      }, 1),
    );
    await pause(20);
    assert.deepEqual(errors, [error]);
  });

  it("are cleared with their cell, or by themselves, and cannot be started after an interruption", async () => {
    const cell = newCell(1);
    let ticks = 0;
    const tick = () => void ticks++;
    currentCell.run(cell, () => {
      setInterval(tick, 1);
      setTimeout(tick, 5);
      clearTimeout(setTimeout(tick, 5));
    });
    assert.equal(cell.timers.size, 2);
    clearTimers(cell);
    assert.equal(cell.timers.size, 0);
    interruptCell(cell);
    currentCell.run(cell, () => void setTimeout(tick, 1));
    await pause(30);
    assert.equal(ticks, 0);
  });

  it("pass on their arguments, and keep their form by promises", async () => {
    const got = await new Promise((resolve) =>
      currentCell.run(newCell(1), () => setTimeout((...all: unknown[]) => resolve(all), 1, "x", 2)),
    );
    assert.deepEqual(got, ["x", 2]);
    assert.equal(await promisify(setTimeout)(1, "value"), "value");
  });
});
