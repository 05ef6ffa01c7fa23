import { longestMs, type CellOptions, type CellResult, type Completeness } from "../cellOptions.js";
import type { Completion, TypeCheck } from "../cellOptions.js";
import type { Reply, Request } from "../channel.js";
import { OutputPublisher, type PublisherOptions } from "./outputPublisher.js";
import { defaultMemory, WorkerProcess, type Broken } from "./workerProcess.js";
import { failure, type ErrorOutput, type Output } from "../output.js";

/** Settings of an evaluator. */
export interface EvaluatorOptions extends PublisherOptions {
  /** directory in which cells run and from which they import; default: the process's own */
  readonly cwd?: string;
  /** what a type error does: stops the cell before it runs (default), is printed, or is not looked for */
  readonly typeCheck?: TypeCheck;
  /** largest MB of JavaScript heap, typed arrays and tensors; default: 4096 of heap, and of the others no limit */
  readonly memoryLimit?: number;
  /** ms in which a process has to come up, before the limits of its cells begin; default 30,000 */
  readonly startLimit?: number;
}

/** Time that what is to stop has before its process is ended. */
const graceMs = 2000;

/** Time in which a process has to come up, unless another is given. */
const startMs = 30_000;

/** Time for an answer of the compiler, be the machine ever so busy. */
const compilerMs = 30_000;

/** Time after which programs are told to stop that the process waits for, and for nothing else. */
const programsMs = 1200;

/** Time after which what has begun since is to stop, too: a callback may come just after all was told to. */
const againMs = 600;

/** What V8 and Node.js begin with when a process breaks, and the signals that it then ends by. */
const crashMarkers = /<--- Last few GCs|FATAL ERROR:|----- Native stack trace/;
const crashSignals = new Set(["SIGABRT", "SIGTRAP", "SIGILL", "SIGSEGV", "SIGBUS"]);

interface Run {
  readonly run: number;
  readonly count: number;
  readonly options: CellOptions;
  readonly resolve: (result: CellResult) => void;
  error?: ErrorOutput;
  /** its code has come to an end, and perhaps only figures are still drawn */
  over?: boolean;
  timedOut?: boolean;
  interrupted?: boolean;
  /** it was interrupted when it was over */
  cutShort?: boolean;
  timer?: NodeJS.Timeout;
  killer?: NodeJS.Timeout;
}

/** Runs the cells of one notebook in a worker process, one after the other, and survives that process. */
export class Evaluator {
  /** told of outputs that arrive after their cell is done, by the cell's execution count */
  onLateOutput?: (executionCount: number, output: Output) => void;
  private readonly publisher: OutputPublisher;
  private worker: WorkerProcess | undefined;
  private current: Run | undefined;
  private runs = 0;
  private count = 0;
  private readonly late = new Map<number, (output: Output) => void>();
  private readonly answers = new Map<number, (value: unknown) => void>();
  private questions = 0;
  private exit: { readonly code: number; readonly origin: readonly string[] } | undefined;
  private rawLength = 0;
  /**
   * what may be V8's and Node's last words, and if so is told in one sentence instead, since it holds addresses; it is
   * shown if the process lives on
   */
  private crash = "";
  /** what the process was ended for */
  private broken: Broken | undefined;
  /** what was asked of the process between cells, and did not come to an end */
  private stuck: string | undefined;
  private releasing: NodeJS.Timeout | undefined;
  private idleStops = 0;
  /** when the process has answered a question last, by `performance.now()` */
  private answered = 0;
  /** its compiler works on one, which takes what it takes and is no code of a cell */
  private answering = false;
  private closing = false;
  private withoutSnapshot = false;
  private gone: Promise<void> = Promise.resolve();

  constructor(private readonly options: EvaluatorOptions = {}) {
    this.publisher = new OutputPublisher((run, output) => this.route(run, output), options);
    this.start();
  }

  /** Compiles and runs one cell, after those already given. Never rejects for what user code does. */
  async execute(code: string, options: CellOptions = {}): Promise<CellResult> {
    if (this.current) throw new Error("Evaluator.execute: a cell is still running; await it first");
    await this.alive();
    this.count = options.executionCount ?? this.count + 1;
    return new Promise((resolve) => {
      const { count } = this;
      const run: Run = { run: ++this.runs, count, options, resolve };
      this.current = run;
      this.late.set(run.run, options.onLateOutput ?? ((output) => this.onLateOutput?.(count, output)));
      this.send({ type: "execute", run: run.run, count: run.count, code, silent: options.silent ?? false });
      if (this.worker?.isUp) this.limit(run); // else its process still starts
    });
  }

  /**
   * Stops the running cell, or else what earlier cells left running: at once or at its next await; within two seconds
   * in any case, if need be with its process. Figures that are not drawn yet go out without pictures.
   */
  async interrupt(): Promise<void> {
    this.stop("the cell was interrupted");
  }

  private stop(why: string): void {
    const run = this.current,
      worker = this.worker;
    this.publisher.withoutPictures(why);
    if (!run) return this.stopRest();
    if (!worker || run.interrupted) return;
    run.interrupted = true;
    run.cutShort = run.over;
    if (run.over) return;
    worker.interrupt(run.run, run.run);
    if (!worker.isUp) return this.giveUp(run);
    void worker.interruptPrograms(run);
    let waited = 0;
    run.killer = setInterval(() => {
      waited += 200;
      if (waited >= graceMs) worker.kill();
      else if (waited === programsMs) void worker.interruptPrograms("blocking");
      else if (waited % againMs === 0) worker.interrupt(--this.idleStops, run.run);
    }, 200);
  }

  /** Ends a cell whose process still starts, and will not run it once it is up. */
  private giveUp(run: Run): void {
    this.late.delete(run.run);
    void this.publisher.serialize(() => {
      if (this.current !== run) return;
      this.publisher.output(run.run, failure("Interrupted", "the cell was interrupted"));
      this.finish(run, {});
    });
  }

  /** Stops what runs between cells. */
  private stopRest(): void {
    void this.publisher.serialize(() => this.publisher.withPictures());
    const { worker, runs } = this;
    if (!worker?.isUp) return;
    const stop = (): void => worker.interrupt(--this.idleStops, runs);
    stop();
    const again = setInterval(stop, againMs),
      programs = setTimeout(() => void worker.interruptPrograms("blocking"), programsMs);
    void this.orEnd(graceMs, "code of an earlier cell was interrupted", this.isComplete("")).finally(() => {
      clearInterval(again);
      clearTimeout(programs);
    });
  }

  /** Ends the process unless it answers within a time, be it questions that were asked before. */
  private async orEnd(milliseconds: number, what: string, answer: Promise<unknown>): Promise<void> {
    const { worker } = this;
    let timer: NodeJS.Timeout;
    const look = (): void => {
      if (this.worker !== worker) return;
      const limit = this.answering ? Math.max(milliseconds, compilerMs) : milliseconds;
      const left = this.answered + limit - performance.now();
      if (left > 0) return void (timer = setTimeout(look, left));
      this.stuck = `${what} and did not stop within ${milliseconds / 1000} s`;
      worker?.kill();
    };
    timer = setTimeout(look, milliseconds);
    await answer;
    clearTimeout(timer);
  }

  /**
   * Waits until nothing that cells started is under way but what never ends by itself, for `limit` ms at the most. A
   * process that does not even say so is ended, which is an output of the last cell.
   */
  async settle(limit = 5000): Promise<void> {
    if (this.worker)
      await this.orEnd(limit + graceMs, "code of an earlier cell still ran", this.ask({ type: "settle", limit }));
    await this.publisher.serialize(() => {
      this.releaseCrash();
      this.publisher.flush();
    });
  }

  /** Returns the completions at a UTF-16 offset of a cell, given the cells run so far. */
  async complete(code: string, offset: number): Promise<Completion | null> {
    return (await this.ask({ type: "complete", code, offset })) as Completion | null;
  }

  /** Returns the signature and documentation of the name at a UTF-16 offset. */
  async inspect(code: string, offset: number): Promise<string | null> {
    return (await this.ask({ type: "inspect", code, offset })) as string | null;
  }

  /** Says whether a cell can run as it stands. */
  async isComplete(code: string): Promise<Completeness> {
    return (await this.ask({ type: "isComplete", code })) as Completeness;
  }

  /** Ends the process and all that it started. */
  async close(): Promise<void> {
    this.closing = true;
    this.publisher.withoutPictures("the kernel was shut down");
    this.worker?.kill();
    await this.gone;
    if (this.current) this.finish(this.current, { died: true });
    this.publisher.withPictures();
    this.closing = false;
  }

  private start(): void {
    const { cwd = process.cwd(), memoryLimit, startLimit = startMs, typeCheck = "error" } = this.options;
    [this.exit, this.broken, this.stuck, this.crash] = [undefined, undefined, undefined, ""];
    this.answering = false;
    this.gone = new Promise((resolve) => {
      const worker = (this.worker = new WorkerProcess(
        { cwd, memoryLimit, startLimit, withoutSnapshot: this.withoutSnapshot },
        {
          replies: (messages) => this.receive(messages),
          raw: (name, text) => {
            this.rawLength += text.length;
            this.receiveRaw(name, text);
          },
          failed: (error) => {
            this.crash = `FATAL ERROR: ${error.message}`;
          },
          broken: (reason) => {
            this.broken = reason;
          },
          gone: (snapshotFailed) => {
            if (this.worker !== worker) return;
            this.worker = undefined;
            if (!snapshotFailed || this.closing) return;
            this.withoutSnapshot = true;
            const [, ...requests] = worker.unanswered ?? [];
            this.start();
            for (const request of requests) this.send(request);
          },
          closed: (code, signal) =>
            void this.publisher
              .serialize(() => {
                if (!this.worker) this.ended(code, signal, worker.killed);
              })
              .then(resolve),
        },
      ));
    });
    this.send({ type: "start", typeCheck });
  }

  /** Waits for a process that can take a request. */
  private async alive(): Promise<void> {
    if (this.worker) return;
    await this.gone;
    this.start();
  }

  private send(request: Request): void {
    this.worker?.send(request);
  }

  private async ask(
    question:
      | { type: "settle"; limit: number }
      | { type: "complete" | "inspect"; code: string; offset: number }
      | { type: "isComplete"; code: string },
  ): Promise<unknown> {
    await this.alive();
    return new Promise((resolve) => {
      const id = ++this.questions;
      this.answers.set(id, resolve);
      this.send({ ...question, id });
    });
  }

  private receive(messages: Reply[]): void {
    for (const message of messages) {
      if (message.type === "answer" || message.type === "taken") {
        this.answered = performance.now();
        this.answering = message.type === "taken";
      }
      const run = this.current;
      if (message.type === "ready" && run) this.limit(run);
      if (!("run" in message) || !run || message.run !== run.run) continue;
      if (message.type === "done") {
        run.over = true;
        clearInterval(run.killer);
      }
    }
    void this.publisher.serialize(async () => {
      for (const message of messages) {
        if (message.type === "output" && message.output.output_type === "stream")
          this.publisher.stream(message.run, message.output.name, message.output.text);
        else if (message.type === "output") await this.publisher.publish(message.run, message.output, message.origin);
        else if (message.type === "done") void this.done(message.run, message.error);
        else if (message.type === "exit") this.exit = message;
        else if (message.type === "input") void this.answerInput(message);
        else if (message.type === "answer") {
          this.answers.get(message.id)?.(message.value);
          this.answers.delete(message.id);
        }
      }
    });
  }

  private async answerInput({ id, run, prompt, password }: Extract<Reply, { type: "input" }>): Promise<void> {
    const { worker } = this;
    const onInput = this.current?.run === run ? this.current.options.onInput : undefined;
    const refused =
      "input: nobody can answer here; run the notebook in a front end that takes input, or make the answer a parameter";
    const answer = onInput
      ? await onInput(prompt, password).then(
          (value) => ({ value }),
          (error: Error) => ({ refused: error.message }),
        )
      : { refused };
    if (this.worker === worker) this.send({ type: "inputReply", id, ...answer }); // another one counts its own questions
  }

  /** Takes text from the process's own file descriptors: of native code, of child processes, of a crash. */
  private receiveRaw(name: "stdout" | "stderr", text: string): void {
    if (name === "stderr" && (this.crash || crashMarkers.test(text))) {
      this.crash += text;
      this.releasing?.refresh();
      this.releasing ??= setTimeout(() => void this.publisher.serialize(() => this.releaseCrash()), graceMs).unref();
      return;
    }
    const run = this.current?.run ?? this.runs;
    void this.publisher.serialize(() => this.publisher.stream(run, name, text));
  }

  /** Shows what the process has not ended after. */
  private releaseCrash(): void {
    const text = this.crash;
    if (!this.worker || text === "") return;
    this.crash = "";
    this.publisher.stream(this.current?.run ?? this.runs, "stderr", text);
  }

  /** Hands an output to its cell: to the one that runs, or to an earlier one's handler of late outputs. */
  private route(run: number, output: Output): void {
    const current = this.current;
    if (current?.run !== run) {
      this.late.get(run)?.(output);
      return;
    }
    if (output.output_type === "error") {
      if (output.ename === "Interrupted" && current.timedOut) output = this.timeout(current);
      current.error ??= output;
    }
    current.options.onOutput?.(output);
  }

  /** Finishes a cell once no more text of native code or child processes arrives. */
  private async done(run: number, error: ErrorOutput | undefined): Promise<void> {
    for (let before = -1; before !== this.rawLength;) {
      before = this.rawLength;
      for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
    }
    await this.publisher.serialize(() => {
      this.releaseCrash();
      this.publisher.flush();
      const { current } = this;
      if (current?.run !== run) return;
      if (current.cutShort && !current.timedOut)
        this.publisher.output(run, failure("Interrupted", "the cell was interrupted while its figures were drawn"));
      current.error ??= error;
      this.finish(current, {});
    });
  }

  /** Starts the time limit of a cell whose process has come up. */
  private limit(run: Run): void {
    const { timeout } = run.options;
    if (!timeout || timeout > longestMs || run.timer) return;
    run.timer = setTimeout(() => {
      if (run.interrupted) return;
      run.timedOut = true;
      this.stop(`the cell's limit of ${timeout / 1000} s passed`);
    }, timeout);
  }

  private timeout(run: Run): ErrorOutput {
    return failure(
      "Timeout",
      `the cell ran longer than ${run.options.timeout! / 1000} s and was interrupted; give it more time, or make it smaller`,
    );
  }

  /** Tells why the process ended, and fails its cell. */
  private ended(code: number | null, signal: NodeJS.Signals | null, killed: boolean): void {
    for (const answer of this.answers.values()) answer(null);
    this.answers.clear();
    if (this.closing) return;
    const run = this.current;
    let error: ErrorOutput;
    const crashed = !this.exit && (signal === null || crashSignals.has(signal)) ? this.crash : "";
    if (this.crash !== crashed) this.publisher.stream(run?.run ?? this.runs, "stderr", this.crash);
    const reason = /FATAL ERROR: .*/.exec(crashed);
    const lost = "its variables are lost; the next cell starts in a fresh process";
    if (this.broken === "memory" || /heap out of memory|Allocation failed/.test(crashed)) {
      const what = this.broken === "memory" ? "heap, typed arrays and tensors" : "JavaScript heap";
      error = failure(
        "OutOfMemory",
        `the cell needed more than ${this.options.memoryLimit ?? defaultMemory} MB of ${what}; raise the limit (--memory), or keep less; ${lost}`,
      );
    } else if (this.broken === "start")
      error = failure(
        "ProcessDied",
        `no process for cells came up within ${(this.options.startLimit ?? startMs) / 1000} s, so the one that did not was ended; the next cell starts another`,
      );
    else if (this.broken)
      error = failure(
        "ProcessDied",
        `the cell's process ${this.broken === "closed" ? "closed its line to the kernel" : `wrote ${JSON.stringify(this.broken.line)} where its kernel reads messages`} and was ended; ${lost}`,
      );
    else if (this.exit)
      error = failure("ProcessExit", `process.exit(${this.exit.code}) was called; ${lost}`, this.exit.origin);
    else if (killed && run?.timedOut)
      error = failure(
        "Timeout",
        `${this.timeout(run).evalue}; it did not stop within ${graceMs / 1000} s and was ended; ${lost}`,
      );
    else if (killed && run?.interrupted)
      error = failure("Interrupted", `the cell did not stop within ${graceMs / 1000} s and was ended; ${lost}`);
    else if (this.stuck) error = failure("Timeout", `${this.stuck}, so its process was ended; ${lost}`);
    else if (signal === "SIGKILL" && !killed)
      error = failure(
        "ProcessDied",
        `the cell's process was ended by the system (SIGKILL), as it does when memory runs out; keep less, run fewer notebooks at a time, or set a limit (--memory); ${lost}`,
      );
    else
      error = failure(
        "ProcessDied",
        `the cell's process ended ${signal ? `by ${signal}` : `with status ${code}`}${reason ? ` (${reason[0]})` : ""}; ${lost}`,
      );
    this.publisher.output(run?.run ?? this.runs, error);
    if (run) this.finish(run, { died: true });
  }

  private finish(run: Run, extra: Partial<CellResult>): void {
    clearTimeout(run.timer);
    clearInterval(run.killer);
    this.current = undefined;
    this.publisher.withPictures();
    run.resolve({ status: run.error ? "error" : "ok", ...(run.error && { error: run.error }), ...extra });
  }
}
