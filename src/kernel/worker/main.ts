/** The worker: a process that takes requests from its kernel, runs cells, and ends when its kernel does. */
import { Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { descriptors, readMessages, writeReply, type Request } from "../channel.js";
import { Executor } from "./executor.js";
import { installInput } from "./input.js";
import { interruptAsked } from "./interrupt.js";
import { errorOutput, traceLines } from "./stack.js";
import { prepareTensorflow } from "../../math/tensorflow.js";

// A thread of its own sees the kernel die even while a cell loops; it takes the cell's child processes along. It also
// hears which run to interrupt, for cells that go from await to await without a turn of the event loop.
const lifeline = new Worker(
  `const { Socket } = require("node:net");
   const asked = new Int32Array(require("node:worker_threads").workerData);
   const end = () => { try { process.kill(-process.pid, "SIGKILL"); } catch { process.kill(process.pid, "SIGKILL"); } };
   const line = new Socket({ fd: ${descriptors.lifeline}, readable: true });
   let text = "";
   line.on("close", end).on("error", end).on("data", (chunk) => {
     const runs = (text + chunk).split("\\n");
     text = runs.pop();
     if (runs.length > 0) Atomics.store(asked, 0, Number(runs.at(-1)));
   });`,
  {
    eval: true,
    workerData: interruptAsked.buffer,
    stdout: true,
    stderr: true,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  },
);
lifeline.unref();

prepareTensorflow(); // cells may load it themselves, or danfo does

const questions = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>();
let asked = 0;
installInput(
  (prompt, password) =>
    new Promise((resolve, reject) => {
      questions.set(++asked, { resolve, reject });
      writeReply({ type: "input", id: asked, run: ready().runOfCaller(), prompt, password });
    }),
);

let executor: Executor | undefined;
let queue: Promise<void> = Promise.resolve();
const ready = (): Executor => {
  if (!executor) throw new Error("the worker was not started");
  return executor;
};

/** Number of requests that are not answered yet. */
let open = 0;

/** Compiles cells while nobody waits, so that the reader's own do not find the compiler cold. */
function warm(left = 12): void {
  setTimeout(() => {
    if (open > 0) return warm(left);
    if (left === 0) return collect();
    try {
      ready().compiler.warm();
    } catch {
      // a file that an earlier cell imports is broken now; the next cell says so
    }
    warm(left - 1);
  }, 20).unref();
}

/** Collects the garbage that the start has left. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  setFlagsFromString("--no-expose-gc");
}

/** Runs `work` after all earlier requests have settled, even if they failed. */
function later(work: () => void | Promise<void>): void {
  open++;
  queue = queue
    .then(work)
    .catch(() => {})
    .finally(() => open--);
}

function handle(request: Request): void {
  switch (request.type) {
    case "start":
      executor = new Executor(
        (run, output, origin) => writeReply({ type: "output", run, output, ...(origin && { origin }) }),
        request.typeCheck,
      );
      writeReply({ type: "ready" });
      warm();
      return;
    case "execute":
      later(async () => {
        writeReply({ type: "begun", run: request.run });
        const error = await ready()
          .execute(request.run, request.count, request.code, request.silent)
          .catch(errorOutput);
        writeReply({ type: "done", run: request.run, ...(error && { error }) });
      });
      return;
    case "interrupt":
      ready().interrupt(request.run);
      return;
    case "inputReply": {
      const question = questions.get(request.id);
      questions.delete(request.id);
      if (request.value !== undefined) question?.resolve(request.value);
      else question?.reject(new Error(request.refused));
      return;
    }
    case "settle":
      later(async () => {
        await ready().settle(request.limit);
        writeReply({ type: "answer", id: request.id, value: null });
      });
      return;
    case "complete":
    case "inspect":
    case "isComplete":
      later(() => writeReply({ type: "answer", id: request.id, value: answer(request) ?? null }));
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

process.on("SIGINT", () => {}); // stops the step that runs; between two steps, the message does
const reallyExit = process.exit.bind(process);
process.exit = ((code?: number | string | null) => {
  writeReply({ type: "exit", code: Number(code ?? process.exitCode ?? 0), origin: traceLines(new Error()) });
  reallyExit(code);
}) as typeof process.exit;

const requests = new Socket({ fd: descriptors.requests, readable: true, writable: false });
readMessages<Request>(requests, (messages) => messages.forEach(handle));
