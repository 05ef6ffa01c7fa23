import { spawn, type ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import type { Duplex } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { fileURLToPath } from "node:url";
import { descriptors, readMessages, type Reply, type Request } from "../channel.js";
import { programsBelow } from "./processTree.js";
import { isReply } from "./reply.js";
import { discardSnapshot, keepCode, startupSnapshot } from "./snapshot.js";

/** Largest JavaScript heap in MB where none is asked for. */
export const defaultMemory = 4096;

/** MB that a process takes for itself: its code, the compiler, libraries. */
const ownMemory = 400;

/**
 * Threads on which V8 optimizes code and collects garbage, 4 of its own accord: more than there are processors beside
 * the one of the cells would take turns with them.
 */
const v8Threads = Math.max(1, Math.min(4, availableParallelism() - 1));

/** Time in ms after a process's end in which what it wrote is still read, should others hold its pipes open. */
const lastWords = 500;

/** Settings of a worker process. */
export interface WorkerOptions {
  readonly cwd: string;
  /** largest MB of heap, typed arrays and tensors; without it the JavaScript heap alone has a limit */
  readonly memoryLimit?: number;
  readonly withoutSnapshot?: boolean;
  /** ms in which the process has to come up */
  readonly startLimit: number;
}

/** Handlers of a worker process's events. */
export interface WorkerEvents {
  replies(messages: Reply[]): void;
  /** text that reached the process's own file descriptors */
  raw(name: "stdout" | "stderr", text: string): void;
  failed(error: Error): void;
  /** the process is of no more use and was ended, for what it did */
  broken(reason: Broken): void;
  /** the process is gone; `snapshotFailed` if it never came up because its snapshot does not fit this machine */
  gone(snapshotFailed: boolean): void;
  /** and all that it has written was read */
  closed(code: number | null, signal: NodeJS.Signals | null): void;
}

/** What a process was ended for: it wrote what is no message, closed a line, took too much memory, or did not come up. */
export type Broken = { readonly line: string } | "closed" | "memory" | "start";

/** The process in which the cells of one notebook run, as its kernel sees it. */
export class WorkerProcess {
  /** requests to a process that has not answered yet */
  unanswered: Request[] | undefined = [];
  /** this side has ended it */
  killed = false;
  private exited = false;
  /** the run of each program that was told of */
  private readonly programs = new Map<number, number>();
  private readonly process: ChildProcess;

  constructor({ cwd, memoryLimit, startLimit, withoutSnapshot = false }: WorkerOptions, events: WorkerEvents) {
    const heap = `--max-old-space-size=${memoryLimit ?? defaultMemory}`;
    const snapshot = memoryLimit === undefined && !withoutSnapshot ? startupSnapshot([heap, keepCode]) : undefined;
    const child = spawn(
      process.execPath,
      [
        ...(snapshot?.arguments ?? []),
        "--experimental-import-meta-resolve",
        "--no-force-async-hooks-checks", // a cut leaves them unbalanced
        ...(process.versions.node.startsWith("22.") ? ["--experimental-async-context-frame"] : []), // and breaks the older way
        "--disable-warning=ExperimentalWarning",
        "--disable-warning=DEP0040",
        `--v8-pool-size=${v8Threads}`,
        heap,
        ...(snapshot ? [keepCode] : []),
        fileURLToPath(new URL("../worker/main.js", import.meta.url)),
      ],
      {
        cwd,
        detached: true,
        stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe"],
        env: { ...process.env, ...snapshot?.environment },
      },
    );
    this.process = child;
    const broken = (reason: Broken): void => {
      if (this.exited || this.killed) return;
      events.broken(reason);
      this.kill();
    };
    let hung = false;
    const starting = setTimeout(() => {
      hung = true;
      broken("start");
    }, startLimit);
    const closed = (): void => void setTimeout(() => broken("closed"), 300); // as a rule it is gone, and its exit says so
    for (const d of [descriptors.requests, descriptors.lifeline]) this.pipe(d).on("error", closed);
    for (const d of Object.values(descriptors)) this.pipe(d).on("end", closed);
    this.pipe(descriptors.requests).resume();
    this.pipe(descriptors.lifeline).on("data", () => broken("memory"));
    if (memoryLimit !== undefined)
      this.pipe(descriptors.lifeline).write(`memory ${(memoryLimit + ownMemory) * 2 ** 20}\n`);
    readMessages(
      this.pipe(descriptors.replies),
      (messages) => {
        this.unanswered = undefined;
        clearTimeout(starting);
        for (const message of messages)
          if (message.type === "program") {
            if (message.ended) this.programs.delete(message.pid);
            else this.programs.set(message.pid, message.run);
          }
        events.replies(messages);
      },
      isReply,
      (line) => broken({ line }),
    );
    for (const name of ["stdout", "stderr"] as const) {
      const decoder = new StringDecoder("utf8");
      child[name]!.on("data", (chunk: Buffer) => {
        if (!(this.unanswered && snapshot)) events.raw(name, decoder.write(chunk)); // else Node says that the snapshot does not fit
      });
    }
    child.on("error", (error) => events.failed(error));
    child.on("exit", () => {
      this.exited = true;
      clearTimeout(starting);
      this.killGroup(); // the processes that it started
      const read = setTimeout(() => child.stdio.forEach((stream) => stream?.destroy()), lastWords);
      child.on("close", () => clearTimeout(read));
      const ownFault = !this.killed || hung;
      const snapshotFailed = this.unanswered !== undefined && snapshot !== undefined && ownFault;
      if (snapshotFailed) discardSnapshot(snapshot);
      events.gone(snapshotFailed);
    });
    child.on("close", (code, signal) => events.closed(code, signal));
  }

  /** Whether the process has come up. */
  get isUp(): boolean {
    return this.unanswered === undefined;
  }

  /** Sends a request to the process. */
  send(request: Request): void {
    this.unanswered?.push(request);
    this.pipe(descriptors.requests).write(`${JSON.stringify(request)}\n`);
  }

  /**
   * Asks the process to stop a run: in its turn, and by its second thread should it not come to that. Code of a run after
   * `last` is not meant.
   */
  interrupt(run: number, last: number): void {
    this.send({ type: "interrupt", run });
    this.pipe(descriptors.lifeline).write(`${run} ${last}\n`);
  }

  /**
   * Sends SIGINT, as a terminal does, to the programs that a run has started, or to those that the process waits for
   * without being able to say so; programs of other runs go on.
   */
  async interruptPrograms(of: { readonly run: number } | "blocking"): Promise<void> {
    const { pid } = this.process;
    if (pid === undefined || process.platform === "win32") return;
    const owner = (child: number): number | undefined => this.programs.get(child);
    for (const program of await programsBelow(
      pid,
      (child) => owner(child) === (of === "blocking" ? undefined : of.run),
    ))
      try {
        process.kill(program, "SIGINT");
      } catch {
        // it has ended meanwhile
      }
  }

  /** Ends the process and all that it started. */
  kill(): void {
    this.killed ||= !this.exited;
    this.killGroup();
  }

  private killGroup(): void {
    const { pid } = this.process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      this.process.kill("SIGKILL"); // no process groups here, or it is gone
    }
  }

  private pipe(descriptor: number): Duplex {
    return (this.process.stdio as unknown[])[descriptor] as Duplex;
  }
}
