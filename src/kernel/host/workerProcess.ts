import { spawn, type ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { fileURLToPath } from "node:url";
import { descriptors, readMessages, type Reply, type Request } from "../channel.js";
import { discardSnapshot, keepCode, startupSnapshot } from "./snapshot.js";

/** Largest JavaScript heap in MB where none is asked for. */
export const defaultMemory = 4096;

/** Settings of a worker process. */
export interface WorkerOptions {
  readonly cwd: string;
  /** largest JavaScript heap in MB */
  readonly memoryLimit: number;
  readonly withoutSnapshot?: boolean;
}

/** Handlers of a worker process's events. */
export interface WorkerEvents {
  replies(messages: Reply[]): void;
  /** text that reached the process's own file descriptors */
  raw(name: "stdout" | "stderr", text: string): void;
  failed(error: Error): void;
  /** the process is gone; `snapshotFailed` if it never came up because its snapshot does not fit this machine */
  gone(snapshotFailed: boolean): void;
  /** and all that it has written was read */
  closed(code: number | null, signal: NodeJS.Signals | null): void;
}

/** The process in which the cells of one notebook run, as its kernel sees it. */
export class WorkerProcess {
  /** requests to a process that has not answered yet */
  unanswered: Request[] | undefined = [];
  private readonly process: ChildProcess;

  constructor({ cwd, memoryLimit, withoutSnapshot = false }: WorkerOptions, events: WorkerEvents) {
    const heap = `--max-old-space-size=${memoryLimit}`;
    const snapshot = memoryLimit === defaultMemory && !withoutSnapshot ? startupSnapshot([heap, keepCode]) : undefined;
    const child = spawn(
      process.execPath,
      [
        ...(snapshot?.arguments ?? []),
        "--experimental-import-meta-resolve",
        "--no-force-async-hooks-checks", // a cut leaves them unbalanced
        ...(process.versions.node.startsWith("22.") ? ["--experimental-async-context-frame"] : []), // and breaks the older way
        "--disable-warning=ExperimentalWarning",
        "--disable-warning=DEP0040",
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
    for (const d of [descriptors.requests, descriptors.lifeline]) this.pipe(d).on("error", () => {}); // the process is gone; its exit says so
    readMessages<Reply>((child.stdio as unknown[])[descriptors.replies] as Readable, (messages) => {
      this.unanswered = undefined;
      events.replies(messages);
    });
    for (const name of ["stdout", "stderr"] as const) {
      const decoder = new StringDecoder("utf8");
      child[name]!.on("data", (chunk: Buffer) => {
        if (!(this.unanswered && snapshot)) events.raw(name, decoder.write(chunk)); // else Node says that the snapshot does not fit
      });
    }
    child.on("error", (error) => events.failed(error));
    child.on("exit", () => {
      this.kill(); // the processes that it started
      const snapshotFailed = this.unanswered !== undefined && snapshot !== undefined;
      if (snapshotFailed) discardSnapshot(snapshot);
      events.gone(snapshotFailed);
    });
    child.on("close", (code, signal) => events.closed(code, signal));
  }

  /** Sends a request to the process. */
  send(request: Request): void {
    this.unanswered?.push(request);
    this.pipe(descriptors.requests).write(`${JSON.stringify(request)}\n`);
  }

  /** Asks the process to stop a run: in its turn, and by its second thread should it not come to that. */
  interrupt(run: number): void {
    this.send({ type: "interrupt", run });
    this.pipe(descriptors.lifeline).write(`${run}\n`);
  }

  /** Ends the process and all that it started. */
  kill(): void {
    const { pid } = this.process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      this.process.kill("SIGKILL"); // no process groups here, or it is gone
    }
  }

  private pipe(descriptor: number): Writable {
    return (this.process.stdio as unknown[])[descriptor] as Writable;
  }
}
