/** The cells' side of the thread beside them (lifelineThread.cts). */
import { close } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { descriptors } from "../channel.js";

/** The folder of the kernel's compiled files. */
const kernelFolder = dirname(dirname(fileURLToPath(import.meta.url)));
/**
 * Places of what both threads see: the run heard of, the run that has stopped, if the kernel's own work is under way,
 * the run that is to stop, how far the two are with a cut, for which run that is, and the run that has begun last.
 */
const slots = { HEARD: 0, STOPPED: 1, UNCUT: 2, ASKED: 3, CUT: 4, FOR: 5, BEGUN: 6 };
/** Steps of a cut: wanted by the thread, refused or awaited by the cells' code, promised and sent by the thread. */
const steps = { REFUSED: 0, WANTED: 1, AWAITED: 2, PROMISED: 3, SENT: 4 };
const { HEARD, STOPPED, UNCUT, ASKED, CUT, FOR, BEGUN } = slots;
const state = new Int32Array(new SharedArrayBuffer(28));
state[UNCUT] = 1; // the process starts
// Taken before cells run, which may put others in their place.
const { captureStackTrace } = Error;
const { compareExchange, exchange, load, notify, store } = Atomics;
const now = performance.now.bind(performance);
/** Whether code was cut since the kernel last looked. */
let cut = false;

/** Does work of the kernel that must not be cut in the middle: compiles a cell, writes a message. */
export function uncut<T>(work: () => T): T {
  const outside = exchange(state, UNCUT, 1);
  try {
    return work();
  } finally {
    store(state, UNCUT, outside);
  }
}

/** Notes that a run begins, whose code no earlier interruption is to cut. */
export function begin(run: number): void {
  store(state, BEGUN, run);
}

/** Whether a run is to stop, also where its code came to its end before it was told. */
export function isToStop(run: number): boolean {
  return load(state, ASKED) === run;
}

/** Begins a turn of the event loop: the interruptions that have come so far are not of what it takes up. */
export let beginTurn = (): void => {};

/**
 * Starts the thread that ends the process with its kernel, and that calls back with each run to interrupt until that is
 * done, if need be after cutting the code that runs, which is told too.
 */
export function startLifeline(interrupt: (run: number, cut: boolean) => boolean): void {
  const { port1, port2 } = new MessageChannel();
  const thread = new Worker(fileURLToPath(new URL("./lifelineThread.cjs", import.meta.url)), {
    workerData: { descriptor: descriptors.lifeline, port: port2, state, slots, steps },
    transferList: [port2],
    stdout: true,
    stderr: true,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  thread.unref();
  // Such as when a cell has closed its line; the kernel sees a closed one, and ends what it could not stop any more.
  thread.on("error", () => close(descriptors.lifeline, () => {}));
  const take = (run: number): void => {
    store(state, HEARD, run);
    const wasCut = cut;
    cut = false;
    if (interrupt(run, wasCut)) store(state, STOPPED, run);
  };
  port1.on("message", take);
  port1.unref();
  beginTurn = () => {
    store(state, UNCUT, 0); // should a cut have hit the kernel's work after all
    for (let told = receiveMessageOnPort(port1); told; told = receiveMessageOnPort(port1)) take(told.message as number);
  };
  Object.defineProperty(globalThis, Symbol.for("scorebook.cut"), { value: awaitCut });
  store(state, UNCUT, 0);
}

/**
 * Waits for the cut of the code below it, which Node 20 is first to forget all that it belongs to, or refuses it: the
 * kernel's own work, Node's bookkeeping and an event loop that waits are not to be cut.
 */
function awaitCut(): void {
  let isReady = load(state, UNCUT) === 0 && load(state, FOR) !== load(state, HEARD);
  try {
    isReady &&= isInCells();
  } catch {
    // a cell has put something else in the place of what it takes to look
  }
  if (isReady && process.versions.node.startsWith("20.")) {
    process.setUncaughtExceptionCaptureCallback(() => {});
    (process as unknown as { _fatalException(error: Error): void })._fatalException(new Error());
    process.setUncaughtExceptionCaptureCallback(null);
  }
  const step = isReady ? steps.AWAITED : steps.REFUSED;
  store(state, CUT, step);
  notify(state, CUT);
  if (!isReady) return;
  // Not by Atomics.wait: the code below may be waiting in it, and V8 has one place for who waits.
  const until = now() + 100;
  while (load(state, CUT) === steps.PROMISED || (load(state, CUT) === steps.AWAITED && now() < until));
  cut = compareExchange(state, CUT, steps.AWAITED, steps.REFUSED) === steps.SENT;
}

/** Whether code of a cell, or what it has called, is on the stack, and Node is not about to switch between two such. */
function isInCells(): boolean {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = 200;
  Error.prepareStackTrace = (_, sites) => sites;
  const at: { stack?: unknown } = {};
  captureStackTrace(at, awaitCut);
  const sites = at.stack as NodeJS.CallSite[];
  Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  const files = sites.map((site) => site.getFileName() ?? site.getEvalOrigin() ?? "");
  const innermost = files.findIndex((file) => file !== "");
  const isOurs = (file: string): boolean => file.includes(kernelFolder);
  return (
    files.some((file) => file !== "" && !file.startsWith("node:") && !isOurs(file)) &&
    !isOurs(files[innermost]) && // the cut comes a step later, which may lie in what is not to be cut
    !/^node:(?:internal\/)?async_hooks|runMicrotask$|processTicksAndRejections$/.test(
      `${files[innermost]} ${sites[innermost].getFunctionName()}`,
    )
  );
}
