import vm from "node:vm";
import { StringDecoder } from "node:string_decoder";
import { format, inspect } from "node:util";
import { cellCompiler, DiagnosticsError, diagnosticText, scriptParameters, type CellCompiler } from "./cellCompiler.js";
import { mendBuiltIns, rememberBuiltIns, withBuiltIns } from "./builtIns.js";
import { declare, fix, isDeclared } from "./cellNames.js";
import { bundled, displayChannel, installDisplayChannel } from "./display.js";
import { installStdin } from "./input.js";
import {
  cellsWithTimers,
  currentCell,
  installCellSignal,
  installTimers,
  Interrupted,
  interruptCell,
  stopCutCallback,
  stopWork,
  type Cell,
} from "./interrupt.js";
import { isToStop, uncut } from "./lifeline.js";
import { ModuleLoader } from "./loader.js";
import { plotlyMime } from "../figure.js";
import { installPrograms } from "./programs.js";
import type { ErrorOutput, Output } from "../output.js";
import { errorOutput, installStackTraces, registerScript, traceLines } from "./stack.js";
import type { TypeCheck } from "../cellOptions.js";

type Emit = (run: number, output: Output, origin?: readonly string[]) => void;

/** Runs cells one after the other in this process; each output goes to the cell that made it, however late. */
export class Executor {
  /** the compiler of the notebook's cells */
  readonly compiler: CellCompiler;
  private readonly loader = new ModuleLoader(process.cwd());
  private last: Cell | undefined;
  private running: (Cell & { finish(failure?: unknown): void }) | undefined;
  /** what keeps the process alive without any cell */
  private readonly baseline: readonly string[];
  /** runs that were interrupted before they began */
  private readonly stopped = new Set<number>();

  constructor(
    private readonly emit: Emit,
    started: Parameters<typeof installPrograms>[0],
    typeCheck: TypeCheck,
  ) {
    this.compiler = cellCompiler(typeCheck);
    installStackTraces();
    installTimers();
    installCellSignal();
    installPrograms(started);
    this.captureStreams();
    this.captureErrors();
    installPromiseText();
    installStdin();
    rememberBuiltIns();
    this.baseline = process.getActiveResourcesInfo(); // the pipes of stdout and stderr are open now
  }

  /**
   * Compiles and runs a cell, and calls back once, with its first error if it had one, when all that it awaited is
   * over. There is no promise in between that a cut could lose.
   */
  execute(
    run: number,
    count: number,
    code: string,
    silent: boolean,
    done: (error: ErrorOutput | undefined) => void,
  ): void {
    let first: ErrorOutput | undefined,
      over = false;
    const fail = (output: ErrorOutput): void => {
      if (!over) first ??= output;
      this.emit(run, output);
    };
    const cell = {
      run,
      count,
      timers: new Set<NodeJS.Timeout | NodeJS.Immediate>(),
      interrupted: this.stopped.delete(run),
      stop: new AbortController(),
      onError: (thrown: unknown) => {
        if (thrown instanceof Interrupted ? cell.stop.signal.aborted : cell.interrupted && over) return;
        fail(errorOutput(thrown));
      },
      finish: (...failure: unknown[]) => {
        if (failure.length > 0 && !over) {
          const [thrown] = failure;
          if (first === undefined || !(thrown instanceof Interrupted))
            fail(thrown instanceof DiagnosticsError ? diagnosticsOutput(thrown, code) : errorOutput(thrown));
          // What a failed cell started must not go on behind the reader's back.
          stopWork(cell);
        }
        over = true;
        const error = first;
        first = undefined; // it may be large, and who listens for what the cell has started holds on to the cell
        done(error);
        if (this.running === cell) this.running = undefined;
      },
    };
    this.mend(cell);
    this.last = this.running = cell;
    // A rejection that nobody handles is reported after the promise jobs.
    const finished = (...failure: unknown[]): void =>
      nextTurn(() => {
        if (!over) cell.finish(...failure);
      });
    currentCell.run(cell, () => {
      void this.body(cell, code)
        .finally(() => {
          if (isToStop(run)) throw new Interrupted();
        })
        .then((value) => {
          if (value === undefined || silent || over) return;
          return bundled(value, ({ data, metadata }) =>
            this.emit(run, { output_type: "execute_result", data, metadata, execution_count: count }),
          );
        })
        .then(() => finished(), finished);
    });
  }

  /** Calls back when nothing that cells started is under way but what never ends by itself, or after `limit` ms. */
  settle(limit: number, done: () => void): void {
    const end = performance.now() + limit;
    const look = (): void => {
      if (performance.now() < end && this.underWay()) currentCell.exit(() => setTimeout(() => nextTurn(look), 5));
      else nextTurn(done);
    };
    nextTurn(look);
  }

  /**
   * Whether a timer that fires once is set, or anything else keeps Node.js alive: files, connections, processes,
   * threads; servers do not count.
   */
  private underWay(): boolean {
    const timers = [...cellsWithTimers].flatMap((cell) => [...cell.timers]);
    if (timers.some(firesOnce)) return true;
    const active = process.getActiveResourcesInfo().filter((name) => !/Server/.test(name));
    for (const name of [...this.baseline, ...timers.filter((t) => t.hasRef()).map(() => "Timeout")]) {
      const at = active.indexOf(name);
      if (at >= 0) active.splice(at, 1);
    }
    return active.length > 0;
  }

  /**
   * Stops a cell that runs, or keeps one that waits its turn from running. Code that was cut, if it is not a callback's,
   * is taken for that of the cell that runs.
   */
  interrupt(run: number, cut: boolean): void {
    this.loader.forgetUnfinished();
    const ofCallback = stopCutCallback();
    const { running } = this;
    if (running?.run !== run && !(running && cut && !ofCallback)) {
      if (run > (this.last?.run ?? 0)) this.stopped.add(run);
      return;
    }
    interruptCell(running);
    running.finish(new Interrupted());
  }

  private async body(cell: Cell, code: string): Promise<unknown> {
    const compiled = uncut(() =>
      withBuiltIns(() => {
        this.loader.refresh();
        return this.compiler.compile(code);
      }),
    );
    for (const text of [...compiled.warnings.map(diagnosticText), ...compiled.hints])
      this.emit(cell.run, { output_type: "stream", name: "stderr", text: `${text}\n` });
    if (cell.interrupted) throw new Interrupted();
    const modules: unknown[] = [];
    for (const specifier of compiled.imports) modules.push(await this.loader.load(specifier));
    if (cell.interrupted) throw new Interrupted();
    const filename = `scorebook:cell:${cell.run}`;
    registerScript(filename, {
      label: `cell ${cell.count}`,
      source: code,
      prefixLines: 0,
      original: compiled.original,
    });
    const script = new vm.Script(compiled.script, { filename });
    this.compiler.commit();
    declare(compiled);
    try {
      const define = script.runInThisContext() as (...values: readonly unknown[]) => () => unknown;
      const values = this.loader.scriptValues(modules);
      const value = define(...scriptParameters.map((name) => values[name]))();
      if (isPrimitive(value)) return value;
      this.mend(cell); // what awaits needs them
      return await value; // a promise is waited for
    } finally {
      this.mend(cell);
      for (const name of compiled.constants) fix(name);
    }
  }

  /** Puts back what a cell, or what an earlier one has left running, has made of functions that all depend on. */
  private mend(cell: Cell): void {
    const mended = mendBuiltIns(isDeclared);
    if (mended.length === 0) return;
    const names = `${mended.slice(0, 3).join(", ")}${mended.length > 3 ? ` and ${mended.length - 3} more` : ""}`;
    const text = `scorebook: a cell has changed ${names}, without which no cell runs; it is as it was\n`;
    this.emit(cell.run, { output_type: "stream", name: "stderr", text });
  }

  private captureStreams(): void {
    for (const name of ["stdout", "stderr"] as const) {
      const decoder = new StringDecoder("utf8"); // a character may lie in two chunks
      process[name].write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
        const isText = typeof chunk === "string" && (typeof encoding !== "string" || /^utf-?8$/i.test(encoding));
        const text = isText
          ? chunk
          : decoder.write(
              typeof chunk === "string" ? Buffer.from(chunk, encoding as BufferEncoding) : Buffer.from(chunk),
            );
        const callback = typeof encoding === "function" ? encoding : done;
        if (text !== "") this.emit(this.owner().run, { output_type: "stream", name, text });
        if (typeof callback === "function") process.nextTick(callback);
        return true;
      };
    }
    console.clear = () => displayChannel().clear(false);
    installDisplayChannel({
      display: (data, metadata = {}, { id, update = false } = {}) =>
        this.emit(
          this.owner().run,
          {
            output_type: update ? "update_display_data" : "display_data",
            data,
            metadata,
            ...(id !== undefined && { transient: { display_id: id } }),
          },
          plotlyMime in data ? traceLines(new Error()) : undefined,
        ),
      clear: (wait) => this.emit(this.owner().run, { output_type: "clear_output", wait }),
    });
  }

  /** Returns the cell whose code is running now, or the last one where that is lost. */
  private owner(): Cell {
    return currentCell.getStore() ?? this.running ?? this.last ?? noCell;
  }

  /** Returns the run of the cell whose code calls this. */
  runOfCaller(): number {
    return this.owner().run;
  }

  private captureErrors(): void {
    for (const event of ["uncaughtException", "unhandledRejection"] as const)
      process.on(event, (thrown: unknown) => {
        if (process.listenerCount(event) === 1) this.owner().onError(thrown); // else the reader has a handler of its own
      });
    process.removeAllListeners("warning"); // Node's own names the process, which differs in every run
    process.on("warning", (w) => {
      if (!suppressedWarnings.has(w.name) && !suppressedWarnings.has((w as NodeJS.ErrnoException).code ?? ""))
        process.stderr.write(format("%s: %s\n", w.name, w.message));
    });
  }
}

/** Keeps what Node 20 notes at promises, such as the cell that made them, out of how they are shown. */
function installPromiseText(): void {
  void Object.defineProperty(Promise.prototype, inspect.custom, {
    configurable: true,
    value(this: Promise<unknown>) {
      for (const key of Object.getOwnPropertySymbols(this))
        if (/^(?:async_id_symbol|trigger_async_id_symbol|kResourceStore)$/.test(key.description ?? ""))
          void Object.defineProperty(this, key, { enumerable: false });
      return this;
    },
  });
}

/** Names and codes of the warnings that the process was started without. */
const suppressedWarnings = new Set(
  process.execArgv.flatMap((argument) => /^--disable-warning=(.+)$/.exec(argument)?.[1] ?? []),
);

/** The owner of what happens before the first cell. */
const noCell: Cell = {
  run: 0,
  count: 0,
  timers: new Set(),
  interrupted: false,
  stop: new AbortController(),
  onError: () => {},
};

const isPrimitive = (value: unknown): boolean => typeof value !== "object" && typeof value !== "function";

const nextTurn = (done: () => void): void => void currentCell.exit(() => setImmediate(done));

function firesOnce(timer: NodeJS.Timeout | NodeJS.Immediate): boolean {
  return timer.hasRef() && (timer as unknown as { _repeat?: number | null })._repeat == null;
}

function diagnosticsOutput(error: DiagnosticsError, code: string): ErrorOutput {
  const lines = code.split(/\r?\n/);
  const traceback = error.diagnostics.flatMap((d) => [
    `${d.file ?? "cell"}:${d.line}:${d.column} - TS${d.code}: ${d.message}`,
    ...(d.file ? [] : excerpt(d.line, d.column, lines[d.line - 1] ?? "")),
  ]);
  return { output_type: "error", ename: error.name, evalue: error.message, traceback };
}

/** Shows a line and a caret below the column, which counts from 1; of a long line the part around it. */
function excerpt(line: number, column: number, text: string): string[] {
  const from = text.length > 160 ? Math.max(0, Math.min(column - 80, text.length - 160)) : 0;
  return [
    `  ${line} | ${text.slice(from, from + 160)}`,
    `  ${" ".repeat(String(line).length)} | ${" ".repeat(Math.max(0, column - 1 - from))}^`,
  ];
}
