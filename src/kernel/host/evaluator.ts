import type { CellOptions, CellResult, Completeness, Completion, TypeCheck } from "../cellOptions.js";
import type { Reply, Request } from "../channel.js";
import { OutputPublisher, type PublisherOptions } from "./outputPublisher.js";
import { defaultMemory, WorkerProcess } from "./workerProcess.js";
import { failure, type ErrorOutput, type Output } from "../output.js";

/** Settings of an evaluator. */
export interface EvaluatorOptions extends PublisherOptions {
  /** directory in which cells run and from which they import; default: the process's own */
  readonly cwd?: string;
  /** what a type error does: stops the cell before it runs (default), is printed, or is not looked for */
  readonly typeCheck?: TypeCheck;
  /** largest JavaScript heap in MB; default 4096 */
  readonly memoryLimit?: number;
}

/** Time that an interrupted cell has to stop before its process is ended. */
const interruptGraceMs = 2000;

/** What V8 and Node.js begin with when a process breaks. */
const crashMarkers = /<--- Last few GCs|FATAL ERROR:|----- Native stack trace/;

interface Run {
  readonly run: number;
  readonly count: number;
  readonly options: CellOptions;
  readonly resolve: (result: CellResult) => void;
  error?: ErrorOutput;
  /** its process has come up and compiles or runs it */
  begun?: boolean;
  timedOut?: boolean;
  interrupted?: boolean;
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
  /** what V8 and Node wrote when the process broke; it holds addresses, and is told in one sentence instead */
  private crash = "";
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
      const run: Run = { run: ++this.runs, count: this.count, options, resolve };
      this.current = run;
      this.late.set(run.run, options.onLateOutput ?? ((output) => this.onLateOutput?.(run.count, output)));
      this.send({ type: "execute", run: run.run, count: run.count, code, silent: options.silent ?? false });
    });
  }

  /**
   * Stops the running cell: at once or at its next await; within two seconds in any case, if need be with its process.
   */
  async interrupt(): Promise<void> {
    const run = this.current,
      worker = this.worker;
    if (!run || !worker || run.interrupted) return;
    run.interrupted = true;
    worker.interrupt(run.run);
    let waited = 0;
    run.killer = setInterval(() => {
      if (!run.begun) return; // a process that still starts takes the message once it is up
      waited += 200;
      if (waited >= interruptGraceMs) worker.kill();
    }, 200);
  }

  /** Waits until nothing that cells started is under way but what never ends by itself, for `limit` ms at the most. */
  async settle(limit = 5000): Promise<void> {
    if (this.worker) await this.ask({ type: "settle", limit });
    await this.publisher.serialize(() => this.publisher.flush());
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
    this.worker?.kill();
    await this.gone;
    if (this.current) this.finish(this.current, { died: true });
    this.closing = false;
  }

  private start(): void {
    const { cwd = process.cwd(), memoryLimit = defaultMemory, typeCheck = "error" } = this.options;
    this.exit = undefined;
    this.crash = "";
    this.gone = new Promise((resolve) => {
      const worker = (this.worker = new WorkerProcess(
        { cwd, memoryLimit, withoutSnapshot: this.withoutSnapshot },
        {
          replies: (messages) => this.receive(messages),
          raw: (name, text) => {
            this.rawLength += text.length;
            this.receiveRaw(name, text);
          },
          failed: (error) => {
            this.crash = `FATAL ERROR: ${error.message}`;
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
                if (!this.worker) this.ended(code, signal);
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
    void this.publisher.serialize(async () => {
      for (const message of messages) {
        if (message.type === "output" && message.output.output_type === "stream")
          this.publisher.stream(message.run, message.output.name, message.output.text);
        else if (message.type === "output") await this.publisher.publish(message.run, message.output, message.origin);
        else if (message.type === "begun") this.limit(message.run);
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
    const onInput = this.current?.run === run ? this.current.options.onInput : undefined;
    const refused =
      "input: nobody can answer here; run the notebook in a front end that takes input, or make the answer a parameter";
    const answer = onInput
      ? await onInput(prompt, password).then(
          (value) => ({ value }),
          (error: Error) => ({ refused: error.message }),
        )
      : { refused };
    this.send({ type: "inputReply", id, ...answer });
  }

  /** Takes text from the process's own file descriptors: of native code, of child processes, of a crash. */
  private receiveRaw(name: "stdout" | "stderr", text: string): void {
    if (name === "stderr" && (this.crash || crashMarkers.test(text))) {
      this.crash += text;
      return;
    }
    const run = this.current?.run ?? this.runs;
    void this.publisher.serialize(() => this.publisher.stream(run, name, text));
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
      this.publisher.flush();
      if (this.current?.run !== run) return;
      this.current.error ??= error;
      this.finish(this.current, {});
    });
  }

  /** Starts the time limit of a cell whose process has come up. */
  private limit(run: number): void {
    const { current } = this;
    if (current?.run !== run) return;
    current.begun = true;
    if (!current.options.timeout) return;
    current.timer = setTimeout(() => {
      current.timedOut = true;
      void this.interrupt();
    }, current.options.timeout);
  }

  private timeout(run: Run): ErrorOutput {
    return failure(
      "Timeout",
      `the cell ran longer than ${run.options.timeout! / 1000} s and was interrupted; give it more time, or make it smaller`,
    );
  }

  /** Tells why the process ended, and fails its cell. */
  private ended(code: number | null, signal: NodeJS.Signals | null): void {
    for (const answer of this.answers.values()) answer(null);
    this.answers.clear();
    if (this.closing) return;
    const run = this.current;
    let error: ErrorOutput;
    const reason = /FATAL ERROR: .*/.exec(this.crash);
    const lost = "its variables are lost; the next cell starts in a fresh process";
    if (this.crash.includes("heap out of memory") || this.crash.includes("Allocation failed")) {
      error = failure(
        "OutOfMemory",
        `the cell needed more than ${this.options.memoryLimit ?? defaultMemory} MB of JavaScript heap; raise the limit (--memory), or keep less; ${lost}`,
      );
    } else if (this.exit)
      error = failure("ProcessExit", `process.exit(${this.exit.code}) was called; ${lost}`, this.exit.origin);
    else if (run?.timedOut)
      error = failure(
        "Timeout",
        `${this.timeout(run).evalue}; it did not stop within ${interruptGraceMs / 1000} s and was ended; ${lost}`,
      );
    else if (run?.interrupted)
      error = failure(
        "Interrupted",
        `the cell did not stop within ${interruptGraceMs / 1000} s and was ended; ${lost}`,
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
    run.resolve({ status: run.error ? "error" : "ok", ...(run.error && { error: run.error }), ...extra });
  }
}
