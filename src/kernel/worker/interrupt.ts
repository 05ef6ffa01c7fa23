/**
 * Which cell is running, and how it is stopped: code that runs is cut by another thread (lifeline.ts), a cell that
 * waits is left, its timers are cleared, and its functions stop at their next await.
 */
import { AsyncLocalStorage } from "node:async_hooks";

/** One execution of one cell; what it starts belongs to it for good. */
export interface Cell {
  readonly run: number;
  /** In [n] */
  readonly count: number;
  readonly timers: Set<NodeJS.Timeout | NodeJS.Immediate>;
  interrupted: boolean;
  /** aborts what libraries do for the cell: threads, requests */
  readonly stop: AbortController;
  /** takes errors that nobody can catch: of timers, of promises without a handler */
  onError(thrown: unknown): void;
}

/** The cell whose code is running, also after its awaits. */
export const currentCell = new AsyncLocalStorage<Cell>();

/** The interruption of a cell, thrown at the place where it is stopped. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  constructor() {
    super("the cell was interrupted");
  }
}

/** Stops what the cell has under way, and each of its functions at its next await. */
export function interruptCell(cell: Cell): void {
  cell.interrupted = true;
  stopWork(cell);
}

/** Stops what the cell has under way: its timers, and what listens to its signal. */
export function stopWork(cell: Cell): void {
  clearTimers(cell);
  cell.stop.abort(new Interrupted());
}

/** Lets libraries that know nothing of the kernel find the signal of the cell that calls them. */
export function installCellSignal(): void {
  Object.defineProperty(globalThis, Symbol.for("scorebook.cellSignal"), {
    value: () => currentCell.getStore()?.stop.signal,
    configurable: true,
  });
}

/** Clears all timers of a cell. */
export function clearTimers(cell: Cell): void {
  for (const timer of cell.timers) native.clearTimeout(timer as NodeJS.Timeout);
  cell.timers.clear();
  cellsWithTimers.delete(cell);
}

/** The cells that have timers; the others need not be kept. */
export const cellsWithTimers = new Set<Cell>();

function forget(cell: Cell, timer: NodeJS.Timeout | NodeJS.Immediate): void {
  cell.timers.delete(timer);
  if (cell.timers.size === 0) cellsWithTimers.delete(cell);
}

const never = new Promise<never>(() => {});

/** Returns what a function of a cell is to await: nothing that ever comes once its cell is interrupted. */
export function pause(value: unknown): unknown {
  return currentCell.getStore()?.interrupted ? never : value;
}

/**
 * Hands on what a function of a cell has waited for.
 *
 * @throws Interrupted if its cell was interrupted meanwhile
 */
export function resume(value: unknown): unknown {
  if (currentCell.getStore()?.interrupted) throw new Interrupted();
  return value;
}

const native = {
  setTimeout: globalThis.setTimeout,
  setInterval: globalThis.setInterval,
  setImmediate: globalThis.setImmediate,
  clearTimeout: globalThis.clearTimeout,
  clearInterval: globalThis.clearInterval,
  clearImmediate: globalThis.clearImmediate,
};

/** The cell whose callback runs; it stays if the callback is cut, which runs nothing of what would come after it. */
let calling: Cell | undefined;

/** Runs a callback as part of a cell; what it throws fails that cell. */
function runAs(cell: Cell, fn: () => void): void {
  calling = cell;
  try {
    fn();
  } catch (error) {
    cell.onError(error);
  }
  calling = undefined;
}

/** Stops the cell whose callback was cut, if one was, so that its timers do not call it again; says whether. */
export function stopCutCallback(): boolean {
  if (!calling) return false;
  interruptCell(calling);
  calling = undefined;
  return true;
}

/** Makes timers belong to the cell that starts them. */
export function installTimers(): void {
  const owners = new WeakMap<object, Cell>();
  type Timer = NodeJS.Timeout | NodeJS.Immediate;
  const start =
    (begin: (callback: (...args: unknown[]) => void, ...rest: never[]) => Timer, repeats: boolean) =>
    (callback: (...args: unknown[]) => void, ...rest: never[]) => {
      const cell = currentCell.getStore();
      if (!cell || typeof callback !== "function") return begin(callback, ...rest);
      const handle = begin(
        (...args: unknown[]) => {
          if (!repeats) forget(cell, handle);
          runAs(cell, () => callback(...args));
        },
        ...rest,
      );
      if (cell.interrupted) native.clearTimeout(handle as NodeJS.Timeout);
      else {
        cell.timers.add(handle);
        cellsWithTimers.add(cell);
        owners.set(handle, cell);
      }
      return handle;
    };
  const clear =
    (end: (handle: never) => void) =>
    (handle: unknown): void => {
      const cell = typeof handle === "object" && handle ? owners.get(handle) : undefined;
      if (cell) forget(cell, handle as Timer);
      end(handle as never);
    };
  Object.assign(globalThis, {
    setTimeout: Object.assign(start(native.setTimeout, false), native.setTimeout),
    setInterval: Object.assign(start(native.setInterval, true), native.setInterval),
    setImmediate: Object.assign(start(native.setImmediate, false), native.setImmediate),
    clearTimeout: clear(native.clearTimeout),
    clearInterval: clear(native.clearInterval),
    clearImmediate: clear(native.clearImmediate),
  });
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) {
    for (const key of Object.getOwnPropertySymbols(native[name]))
      Object.defineProperty(globalThis[name], key, Object.getOwnPropertyDescriptor(native[name], key)!);
  }
}
