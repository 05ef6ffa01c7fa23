/** The worker: a process that takes requests from its kernel, runs cells, and ends when its kernel does. */
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MessageChannel } from "node:worker_threads";
import { descriptors, readMessages, writeReply, type Reply, type Request } from "../channel.js";
import { withBuiltIns } from "./builtIns.js";
import { Executor } from "./executor.js";
import { installInput } from "./input.js";
import { begin, beginTurn, startLifeline, uncut } from "./lifeline.js";
import { traceLines } from "./stack.js";
import { prepareTensorflow } from "../../math/tensorflow.js";

const reply = (message: Reply): void => uncut(() => writeReply(message));

const interrupt = (run: number, cut: boolean): boolean => {
  executor?.interrupt(run, cut);
  if (!executor) early = run;
  return executor !== undefined;
};
/** The run that is to be interrupted before anything has begun. */
let early: number | undefined;
startLifeline(interrupt);

prepareTensorflow(); // cells may load it themselves, or danfo does

const questions = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>();
let asked = 0;
installInput(
  (prompt, password) =>
    new Promise((resolve, reject) => {
      questions.set(++asked, { resolve, reject });
      reply({ type: "input", id: asked, run: ready().runOfCaller(), prompt, password });
    }),
);

let executor: Executor | undefined;
const ready = (): Executor => {
  if (!executor) throw new Error("the worker was not started");
  return executor;
};

/** Cells compiled ahead, until V8 has compiled most of the compiler, and those of them before its garbage is collected. */
const warming = 48,
  loading = 32;
let isWarm = false;

/** When the last request was taken up, and the ms after it in which the next is likely to come. */
let takenAt = -Infinity;
const quiet = 100;

/**
 * Compiles cells while nobody waits, so that the reader's own do not find the compiler cold. Most of what it leaves is
 * collected before the rest, from which V8 learns again what that has made it forget.
 */
function warm(done = 0): void {
  setTimeout(() => {
    if (busy || queue.length > 0 || performance.now() < takenAt + quiet) return warm(done);
    if (done === loading) collect();
    isWarm = done === warming;
    if (isWarm) return collectBriefly();
    compileAhead("warm");
    warm(done + 1);
  }, 1).unref();
}

function compileAhead(how: "warm" | "settle"): void {
  try {
    uncut(() => withBuiltIns(() => ready().compiler[how]()));
  } catch {
    // such as a file that an earlier cell imports and that is broken now; the next cell says so
  }
}

/** Bytes of the heap after the last collection, else after the first cell, and by how many it may grow until the next. */
let collected = 0,
  atStart = 0;
const growth = 16e6,
  muchGrowth = 150e6;
/** Size from which on a collection takes too long to be done while a reader thinks. */
const largeHeap = 500e6;

/** Gives back the memory that the compiler, at its start or for cells, has left. */
function collect(): void {
  const session = new Session();
  session.connect();
  session.post("HeapProfiler.collectGarbage", () => {
    collected = getHeapStatistics().used_heap_size;
    setImmediate(() => session.disconnect()); // not from within itself
  });
}

/** Collects what a first look finds, in half of the time; V8 forgets nothing that makes code fast. */
function collectBriefly(): void {
  briefCollection ??= exposedCollection();
  briefCollection();
  collected = getHeapStatistics().used_heap_size;
}

let briefCollection: (() => void) | undefined;

/** Returns V8's own function, which it gives to new contexts while it is told to. */
function exposedCollection(): () => void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  return gc;
}

/**
 * Collects what a cell has left, if that is much: by itself V8 lets a few large arrays that nobody holds any more lie
 * around.
 */
function collectIfMuch(): void {
  const { used_heap_size: used } = getHeapStatistics();
  const before = collected || (atStart ||= used);
  if (used > before + Math.max(muchGrowth, before / 2)) collectBriefly();
}

let rest: NodeJS.Timeout | undefined;

/** Collects in a moment, if nothing is asked for until then. */
function collectAtRest(): void {
  clearTimeout(rest);
  rest = setTimeout(() => {
    const { used_heap_size: used } = getHeapStatistics();
    if (isWarm && !busy && queue.length === 0 && used > collected + growth && used < largeHeap) collect();
  }, 300).unref();
}

/** Requests in their order. Each is taken up in a turn of its own, which a cut does not lose. */
type Queued = Exclude<Request, { type: "inputReply" | "interrupt" }>;
const queue: Queued[] = [];
let busy = false;
const { port1: turn, port2: turns } = new MessageChannel();
turns.on("message", () => {
  if (busy || queue.length === 0) return;
  beginTurn();
  const request = queue.shift()!;
  busy = true;
  takenAt = performance.now();
  take(request, () => {
    busy = false;
    collectIfMuch();
    collectAtRest();
    turn.postMessage(null);
  });
});

function handle(request: Request): void {
  if (request.type === "interrupt") return void interrupt(request.run, false);
  if (request.type === "inputReply") {
    const question = questions.get(request.id);
    questions.delete(request.id);
    if (request.value !== undefined) question?.resolve(request.value);
    else question?.reject(new Error(request.refused));
    return;
  }
  queue.push(request);
  turn.postMessage(null);
}

/** Does what a request asks for, and calls `next` when its answer is written. */
function take(request: Queued, next: () => void): void {
  switch (request.type) {
    case "start":
      executor = uncut(
        () =>
          new Executor(
            (run, output, origin) => reply({ type: "output", run, output, ...(origin && { origin }) }),
            (run, pid, ended) => reply({ type: "program", run, pid, ended }),
            request.typeCheck,
          ),
      );
      if (early !== undefined) executor.interrupt(early, false);
      reply({ type: "ready" });
      warm();
      return next();
    case "execute":
      begin(request.run);
      return ready().execute(request.run, request.count, request.code, request.silent, (error) => {
        reply({ type: "done", run: request.run, ...(error && { error }) });
        compileAhead("settle"); // while the kernel and its client have the reply
        next();
      });
    case "settle":
      return ready().settle(request.limit, () => {
        reply({ type: "answer", id: request.id, value: null });
        next();
      });
    case "complete":
    case "inspect":
    case "isComplete":
      reply({ type: "taken", id: request.id });
      reply({ type: "answer", id: request.id, value: uncut(() => withBuiltIns(() => answer(request))) ?? null });
      next();
  }
}

function answer(request: Extract<Request, { type: "complete" | "inspect" | "isComplete" }>): unknown {
  const { compiler } = ready();
  try {
    if (request.type === "isComplete") return compiler.isComplete(request.code);
    return request.type === "complete"
      ? compiler.complete(request.code, request.offset)
      : compiler.inspect(request.code, request.offset);
  } catch {
    return null; // half-written code may defeat the compiler
  }
}

process.on("SIGINT", () => {}); // the kernel's to handle; a terminal sends it to both
const reallyExit = process.exit.bind(process);
process.exit = ((code?: number | string | null) => {
  reply({ type: "exit", code: Number(code ?? process.exitCode ?? 0), origin: traceLines(new Error()) });
  reallyExit(code);
}) as typeof process.exit;

const requests = new Socket({ fd: descriptors.requests, readable: true, writable: false });
readMessages<Request>(
  requests,
  (messages) => {
    for (const message of messages) handle(message);
  },
  (value): value is Request => value !== undefined,
  () => {},
);
