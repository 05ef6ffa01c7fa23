/** The cells' side of the thread beside them (lifelineThread.cts). */
import { fileURLToPath } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";
import { descriptors } from "../channel.js";

/**
 * Places of what both threads see: the run heard of, the run that has stopped, if the compiler works, `emptyStack`,
 * the run that is to stop.
 */
const slots = { HEARD: 0, STOPPED: 1, COMPILING: 2, READY: 3, ASKED: 4 };
const { HEARD, STOPPED, COMPILING, READY, ASKED } = slots;
const state = new Int32Array(new SharedArrayBuffer(20));
state[COMPILING] = 1; // the process starts

/** Does work of the compiler, which must not be cut in the middle. */
export function uncut<T>(work: () => T): T {
  Atomics.store(state, COMPILING, 1);
  try {
    return work();
  } finally {
    Atomics.store(state, COMPILING, 0);
  }
}

/** Whether a run is to stop, also where its code came to its end before it was told. */
export function isToStop(run: number): boolean {
  return Atomics.load(state, ASKED) === run;
}

/**
 * Starts the thread that ends the process with its kernel, and that calls back with each run to interrupt until that is
 * done, if need be after cutting the code that runs.
 */
export function startLifeline(interrupt: (run: number) => boolean): void {
  const { port1, port2 } = new MessageChannel();
  const thread = new Worker(fileURLToPath(new URL("./lifelineThread.cjs", import.meta.url)), {
    workerData: { descriptor: descriptors.lifeline, port: port2, state, slots },
    transferList: [port2],
    stdout: true,
    stderr: true,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  thread.unref();
  port1.on("message", (run: number) => {
    Atomics.store(state, HEARD, run);
    if (interrupt(run)) Atomics.store(state, STOPPED, run);
  });
  port1.unref();
  Object.defineProperty(globalThis, Symbol.for("scorebook.cut"), { value: emptyStack });
}

/**
 * Forgets, in Node 20, what the code that is about to be cut belongs to, and waits for the cut. In the middle of
 * Node's own bookkeeping, or where no code runs, it does neither.
 */
function emptyStack(): void {
  const place = interruptedPlace();
  const ready =
    place !== "" && !/^node:(?:internal\/)?async_hooks|runMicrotask$|processTicksAndRejections$/.test(place);
  if (ready) {
    process.setUncaughtExceptionCaptureCallback(() => {});
    (process as unknown as { _fatalException(error: Error): void })._fatalException(new Error());
    process.setUncaughtExceptionCaptureCallback(null);
  }
  Atomics.store(state, READY, ready ? 1 : 2);
  Atomics.notify(state, READY);
  // Not by Atomics.wait: the code below may be waiting in it, and V8 has one place for who waits.
  for (const until = performance.now() + 100; ready && Atomics.load(state, READY) === 1;)
    if (performance.now() > until) break;
}

/** Returns the file and the function of the innermost code below `emptyStack`. */
function interruptedPlace(): string {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = 3;
  Error.prepareStackTrace = (_, sites) =>
    sites.map((s) => (s.getFileName() ? `${s.getFileName()} ${s.getFunctionName()}` : ""));
  const at: { stack?: unknown } = {};
  Error.captureStackTrace(at, emptyStack);
  const places = at.stack as string[];
  Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  return places.find((place) => place !== "") ?? "";
}
