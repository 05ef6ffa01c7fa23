import assert from "node:assert/strict";
import { promisify } from "node:util";
import {
  clearTimers,
  currentCell,
  installCellSignal,
  installTimers,
  interruptCell,
  Interrupted,
  pause as awaited,
  resume,
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

describe("An await of a cell", () => {
  it("gives its value, and takes rejections where it is", async () => {
    const value = await (async () => {
      try {
        return resume(await awaited(Promise.resolve(2)));
      } finally {
        await assert.rejects(async () => resume(await awaited(Promise.reject(new RangeError("thrown")))), RangeError);
      }
    })();
    assert.equal(value, 2);
  });

  it("is where a function stops once its cell is interrupted, and where it stays if it awaits again", async () => {
    const cell = newCell(2);
    const steps: string[] = [];
    let settled = false;
    void currentCell.run(cell, () =>
      (async () => {
        try {
          steps.push("before");
          resume(await awaited(pause(10)));
          steps.push("after");
        } catch (error) {
          steps.push((error as Error).name);
          resume(await awaited(pause(1)));
          steps.push("went on");
        }
      })().finally(() => (settled = true)),
    );
    interruptCell(cell);
    await pause(50);
    assert.deepEqual([steps, settled], [["before", "Interrupted"], false]);
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

  it("tells of an interruption", () => {
    const cell = newCell(1);
    const told: unknown[] = [];
    cell.stop.signal.addEventListener("abort", () => told.push(cell.stop.signal.reason));
    interruptCell(cell);
    assert.ok(told[0] instanceof Interrupted && told.length === 1);
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
