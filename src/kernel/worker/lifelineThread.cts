/**
 * The thread beside the one that runs cells. It sees the kernel die even while a cell loops, and then ends the process
 * and the processes that it started; and it is told which run to interrupt, and cuts code that does not come back.
 */
import inspector = require("node:inspector");
import net = require("node:net");
import threads = require("node:worker_threads");

const { descriptor, port, state, slots, steps } = threads.workerData as {
  readonly descriptor: number;
  readonly port: threads.MessagePort;
  readonly state: Int32Array;
  readonly slots: Readonly<Record<"HEARD" | "STOPPED" | "UNCUT" | "ASKED" | "CUT" | "FOR" | "BEGUN", number>>;
  readonly steps: Readonly<Record<"REFUSED" | "WANTED" | "AWAITED" | "PROMISED" | "SENT", number>>;
};
const { HEARD, STOPPED, UNCUT, ASKED, CUT, FOR, BEGUN } = slots;
const { REFUSED, WANTED, AWAITED, PROMISED, SENT } = steps;

/** Time in ms that the cells' thread has to hear of an interruption, and between two cuts. */
const patience = 50;

let session: inspector.Session | undefined;

/** Returns a session with the cells' thread. */
function connected(): inspector.Session {
  if (!session) {
    session = new inspector.Session();
    session.connectToMainThread();
  }
  return session;
}

/** Whether a cut is on its way: what is asked for meanwhile would be cut in place of the cell. */
let cutting = false;

/**
 * Ends the JavaScript that runs in the cells' thread, up to its event loop. That thread is asked first, and answers
 * once its code lets it: only code of a cell that waits for its end is cut.
 */
function cut(run: number, isMeant: () => boolean): void {
  const session = connected();
  for (const until = performance.now() + patience; !cutting && isMeant() && Atomics.load(state, HEARD) !== run;) {
    if (Atomics.load(state, CUT) === REFUSED || Atomics.load(state, CUT) === SENT) {
      Atomics.store(state, FOR, run);
      Atomics.store(state, CUT, WANTED);
      session.post("Runtime.evaluate", { expression: "globalThis[Symbol.for('scorebook.cut')]()" }, () => {});
    }
    Atomics.wait(state, CUT, WANTED, patience);
    if (Atomics.compareExchange(state, CUT, AWAITED, PROMISED) === AWAITED) {
      cutting = true;
      session.post("Runtime.terminateExecution", () => {
        cutting = false;
      });
      Atomics.store(state, CUT, SENT);
    }
    if (performance.now() > until) return;
  }
}

let timer: NodeJS.Timeout | undefined;

/** Interrupts a run; code of one after `last` goes on. */
function interrupt(run: number, last: number): void {
  if (run > 0) Atomics.store(state, ASKED, run); // the others are of no cell
  clearInterval(timer);
  port.postMessage(run);
  const isMeant = (): boolean => Atomics.load(state, BEGUN) <= last;
  timer = setInterval(() => {
    if (Atomics.load(state, STOPPED) === run) return clearInterval(timer);
    if (!isMeant()) return; // who runs will hear of this when it waits
    if (Atomics.load(state, HEARD) !== run && Atomics.load(state, UNCUT) === 0) cut(run, isMeant);
    port.postMessage(run);
  }, patience);
}

/** Tells the kernel once the process holds more bytes than the limit, also after what nobody uses was freed. */
function watchMemory(limit: number): void {
  let looking = false;
  const isOver = (): boolean => process.memoryUsage.rss() > limit;
  setInterval(() => {
    if (looking || !isOver()) return;
    looking = true;
    let looked = false;
    const look = (): void => {
      if (looked) return;
      looked = true;
      if (isOver()) line.write("over\n");
      looking = false;
    };
    connected().post("HeapProfiler.collectGarbage", () => setTimeout(look, 50));
    setTimeout(look, 1000);
  }, 100);
}

function end(): void {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}

let text = "";
const line = new net.Socket({ fd: descriptor, readable: true, writable: true })
  .on("close", end)
  .on("error", end)
  .on("data", (chunk) => {
    const lines = (text + chunk.toString()).split("\n");
    text = lines.pop()!;
    const limit = lines.find((told) => told.startsWith("memory "));
    if (limit) watchMemory(Number(limit.slice(7)));
    const stop = lines.findLast((told) => told !== limit);
    if (!stop) return;
    const [run, last] = stop.split(" ").map(Number);
    interrupt(run, last);
  });
