/**
 * Which cell is running, and how it can be stopped anywhere. Every step of a cell's code between two awaits, and every
 * timer callback that it started, runs inside a `vm` script that SIGINT breaks; a cell that waits is stopped at its
 * await.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { types } from "node:util";
import vm from "node:vm";
import * as tslib from "tslib";
import { emitHelpers } from "./cellCompiler.js";

/** One execution of one cell; what it starts belongs to it for good. */
export interface Cell {
  readonly run: number;
  /** In [n] */
  readonly count: number;
  readonly timers: Set<NodeJS.Timeout | NodeJS.Immediate>;
  interrupted: boolean;
  /** aborts what libraries do for the cell: threads, requests */
  readonly stop: AbortController;
  /** wakes the executor when the cell is interrupted while it waits */
  onInterrupt?: () => void;
  /** takes errors that nobody can catch: of timers, of promises without a handler */
  onError(thrown: unknown): void;
}

/** The number of the run to interrupt, written by another thread. */
export const interruptAsked = new Int32Array(new SharedArrayBuffer(4));

/** The cell whose code is running, also after its awaits. */
export const currentCell = new AsyncLocalStorage<Cell>();

/** The interruption of a cell, thrown at the place where it is stopped. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  constructor() {
    super("the cell was interrupted");
  }
}

const step = new vm.Script("globalThis[Symbol.for('scorebook.step')]()", { filename: "node:scorebook-step" });
const slot = Symbol.for("scorebook.step");
let inside = false;

/**
 * Runs a function so that SIGINT stops it.
 *
 * @throws Interrupted if it did
 */
export function guarded<T>(fn: () => T): T {
  if (inside) return fn();
  const cell = currentCell.getStore();
  const host = globalThis as unknown as Record<symbol, unknown>;
  host[slot] = fn;
  inside = true;
  try {
    return step.runInThisContext({ breakOnSigint: true }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException)?.code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
    if (cell) interruptCell(cell);
    throw new Interrupted();
  } finally {
    inside = false;
    host[slot] = undefined;
  }
}

/** Stops what the cell has under way, and each of its functions at its next await. */
export function interruptCell(cell: Cell): void {
  cell.interrupted = true;
  stopWork(cell);
  cell.onInterrupt?.();
}

/** Stops what the cell has under way: its timers, and what listens to its signal. */
export function stopWork(cell: Cell): void {
  clearTimers(cell);
  cell.stop.abort(new Interrupted());
}

/** Lets libraries that know nothing of the kernel find the signal of the cell that calls them. */
export function installCellSignal(): void {
  Object.assign(globalThis, { [Symbol.for("scorebook.cellSignal")]: () => currentCell.getStore()?.stop.signal });
}

/** Clears all timers of a cell. */
export function clearTimers(cell: Cell): void {
  for (const timer of cell.timers) native.clearTimeout(timer as NodeJS.Timeout);
  cell.timers.clear();
}

type Steps = Generator<unknown, unknown, unknown>;

/** Runs an `async` function of a cell, which TypeScript has lowered to a generator. */
function awaiter(
  self: unknown,
  args: unknown[] | undefined,
  _promise: unknown,
  body: (...args: unknown[]) => Steps,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const steps = body.apply(self, args ?? []);
    const cell = currentCell.getStore();
    let stopped = false;
    const advance = (method: "next" | "throw", value: unknown): void => {
      let result: IteratorResult<unknown, unknown>;
      if (cell && !cell.interrupted && Atomics.load(interruptAsked, 0) === cell.run) interruptCell(cell);
      try {
        if (stopped) return; // it caught the interruption and awaits again
        stopped = cell?.interrupted ?? false;
        result = guarded(() => (stopped ? steps.throw(new Interrupted()) : steps[method](value)));
      } catch (error) {
        return reject(error);
      }
      if (result.done) resolve(result.value);
      else
        Promise.resolve(result.value).then(
          (v) => advance("next", v),
          (e) => advance("throw", e),
        );
    };
    advance("next", undefined);
  });
}

/** Makes an `async function*` of a cell from a generator whose every step can be stopped. */
function asyncGenerator(self: unknown, args: unknown[], body: (...args: unknown[]) => Steps): unknown {
  return tslib.__asyncGenerator(self, args, function (this: unknown, ...inner: unknown[]) {
    const steps = body.apply(this, inner);
    return {
      next: (v: unknown) => guarded(() => steps.next(v)),
      throw: (e: unknown) => guarded(() => steps.throw(e)),
      return: (v: unknown) => guarded(() => steps.return(v)),
    };
  });
}

/** Values of TypeScript's helpers for lowered code, in the order of their names in `emitHelpers`. */
export const interruptibleHelpers: readonly unknown[] = Object.values({
  ...emitHelpers,
  __awaiter: awaiter,
  __asyncGenerator: asyncGenerator,
  // A real ES module has its default already; TypeScript's helpers take it for CommonJS.
  __importDefault: (module: unknown) =>
    types.isModuleNamespaceObject(module) ? module : tslib.__importDefault(module),
  __importStar: (module: unknown) => (types.isModuleNamespaceObject(module) ? module : tslib.__importStar(module)),
});

const native = {
  setTimeout: globalThis.setTimeout,
  setInterval: globalThis.setInterval,
  setImmediate: globalThis.setImmediate,
  clearTimeout: globalThis.clearTimeout,
  clearInterval: globalThis.clearInterval,
  clearImmediate: globalThis.clearImmediate,
};

/** Runs a callback as part of a cell; what it throws fails that cell. */
function runAs(cell: Cell, fn: () => void): void {
  try {
    guarded(fn);
  } catch (error) {
    if (!(error instanceof Interrupted)) cell.onError(error);
  }
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
          if (!repeats) cell.timers.delete(handle);
          runAs(cell, () => callback(...args));
        },
        ...rest,
      );
      if (cell.interrupted) native.clearTimeout(handle as NodeJS.Timeout);
      else {
        cell.timers.add(handle);
        owners.set(handle, cell);
      }
      return handle;
    };
  const clear =
    (end: (handle: never) => void) =>
    (handle: unknown): void => {
      if (typeof handle === "object" && handle) owners.get(handle)?.timers.delete(handle as Timer);
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
