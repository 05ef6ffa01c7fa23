import vm from "node:vm";
import { StringDecoder } from "node:string_decoder";
import { format } from "node:util";
import {
  cellCompiler,
  cellParameters,
  DiagnosticsError,
  diagnosticText,
  type CellCompiler,
  type CompiledCell,
} from "./cellCompiler.js";
import { displayChannel, installDisplayChannel, mimeBundle } from "./display.js";
import {
  currentCell,
  guarded,
  installCellSignal,
  installTimers,
  Interrupted,
  interruptCell,
  interruptibleHelpers,
  stopWork,
  type Cell,
} from "./interrupt.js";
import { ModuleLoader } from "./loader.js";
import { plotlyMime } from "../figure.js";
import type { ErrorOutput, Output } from "../output.js";
import { errorOutput, installStackTraces, registerScript, traceLines } from "./stack.js";
import type { TypeCheck } from "../cellOptions.js";

type Emit = (run: number, output: Output, origin?: readonly string[]) => void;

/** Runs cells one after the other in this process; each output goes to the cell that made it, however late. */
export class Executor {
  /** the compiler of the notebook's cells */
  readonly compiler: CellCompiler;
  private readonly loader = new ModuleLoader(process.cwd());
  private readonly exports: Record<string, unknown> = {};
  private last: Cell | undefined;
  private running: Cell | undefined;
  private readonly cells: Cell[] = [];
  /** what keeps the process alive without any cell */
  private readonly baseline: readonly string[];
  /** runs that were interrupted before they began */
  private readonly stopped = new Set<number>();

  constructor(
    private readonly emit: Emit,
    typeCheck: TypeCheck,
  ) {
    this.compiler = cellCompiler(typeCheck);
    installStackTraces();
    installTimers();
    installCellSignal();
    this.captureStreams();
    this.captureErrors();
    this.baseline = process.getActiveResourcesInfo(); // the pipes of stdout and stderr are open now
  }

  /** Compiles and runs a cell. Resolves, with its first error if it had one, when all that it awaited is over. */
  async execute(run: number, count: number, code: string, silent: boolean): Promise<ErrorOutput | undefined> {
    let first: ErrorOutput | undefined,
      over = false;
    const cell: Cell = {
      run,
      count,
      timers: new Set(),
      interrupted: this.stopped.delete(run),
      stop: new AbortController(),
      onError: (thrown) => {
        if (thrown instanceof Interrupted ? cell.stop.signal.aborted : cell.interrupted && over) return;
        const output = errorOutput(thrown);
        if (!over) first ??= output;
        this.emit(run, output);
      },
    };
    this.last = this.running = cell;
    this.cells.push(cell);
    await currentCell.run(cell, async () => {
      try {
        const value = await this.body(cell, code);
        if (value !== undefined && !silent) {
          const { data, metadata } = mimeBundle(value);
          this.emit(run, { output_type: "execute_result", data, metadata, execution_count: count });
        }
        await nextTurn(); // a rejection that nobody handles is reported after the promise jobs
      } catch (thrown) {
        if (first === undefined || !(thrown instanceof Interrupted)) {
          const output = thrown instanceof DiagnosticsError ? diagnosticsOutput(thrown, code) : errorOutput(thrown);
          first ??= output;
          this.emit(run, output);
        }
        // What a failed cell started must not go on behind the reader's back.
        stopWork(cell);
      }
    });
    over = true;
    this.running = undefined;
    return first;
  }

  /** Waits until nothing that cells started is under way but what never ends by itself, or for `limit` ms. */
  async settle(limit: number): Promise<void> {
    const end = Date.now() + limit;
    await nextTurn();
    while (Date.now() < end && this.underWay()) await new Promise((r) => currentCell.exit(() => setTimeout(r, 5)));
    await nextTurn();
  }

  /**
   * Whether a timer that fires once is set, or anything else keeps Node.js alive: files, connections, processes,
   * threads; servers do not count.
   */
  private underWay(): boolean {
    const timers = this.cells.flatMap((c) => [...c.timers]);
    if (timers.some(firesOnce)) return true;
    const active = process.getActiveResourcesInfo().filter((name) => !/Server/.test(name));
    for (const name of [...this.baseline, ...timers.filter((t) => t.hasRef()).map(() => "Timeout")]) {
      const at = active.indexOf(name);
      if (at >= 0) active.splice(at, 1);
    }
    return active.length > 0;
  }

  /** Stops a cell that runs, or keeps one that waits its turn from running. */
  interrupt(run: number): void {
    if (this.running?.run === run) interruptCell(this.running);
    else this.stopped.add(run);
  }

  private async body(cell: Cell, code: string): Promise<unknown> {
    this.loader.refresh();
    const compiled = this.compiler.compile(code);
    for (const warning of compiled.warnings)
      this.emit(cell.run, { output_type: "stream", name: "stderr", text: `${diagnosticText(warning)}\n` });
    if (cell.interrupted) throw new Interrupted();
    const stopped = new Promise<never>((_, reject) => {
      cell.onInterrupt = () => reject(new Interrupted());
    });
    stopped.catch(() => {});
    const pending = (async () => {
      for (const specifier of compiled.imports) await this.loader.load(specifier);
      return this.runCompiled(cell, code, compiled);
    })();
    pending.catch(() => {});
    await Promise.race([pending, stopped]);
    if (!compiled.lastExpression) return undefined;
    const value = this.exports[compiled.lastExpression];
    delete this.exports[compiled.lastExpression];
    return Promise.race([value, stopped]); // a promise is waited for
  }

  private async runCompiled(cell: Cell, code: string, compiled: CompiledCell): Promise<void> {
    const filename = `scorebook:cell:${cell.run}`;
    registerScript(filename, {
      label: `cell ${cell.count}`,
      source: code,
      prefixLines: 1,
      original: compiled.original,
    });
    const script = new vm.Script(`(function (${cellParameters.join(", ")}) {\n${compiled.script}\n})`, { filename });
    let cellFunction: (() => unknown) | undefined,
      bindings: PropertyDescriptorMap = {};
    const before: PropertyDescriptorMap = {};
    const bind = (accessors: object): void => {
      bindings = Object.getOwnPropertyDescriptors(accessors);
      for (const name of Object.keys(bindings)) {
        const old = Object.getOwnPropertyDescriptor(this.exports, name);
        if (old) before[name] = old;
        Object.defineProperty(this.exports, name, bindings[name]);
      }
    };
    const define = script.runInThisContext() as (...args: unknown[]) => void;
    define(
      this.exports,
      this.loader.requireFrom(),
      (fn: () => unknown) => {
        cellFunction = fn;
      },
      bind,
      (s: string) => this.loader.importFrom(s),
      this.loader.meta(),
      ...interruptibleHelpers,
    );
    this.compiler.commit();
    try {
      await guarded(cellFunction!);
    } catch (thrown) {
      // A name whose declaration was never reached keeps the value that it had.
      for (const name of Object.keys(bindings)) {
        try {
          void this.exports[name];
        } catch {
          if (before[name]) Object.defineProperty(this.exports, name, before[name]);
        }
      }
      throw thrown;
    }
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
    process.on("uncaughtException", (thrown) => this.owner().onError(thrown));
    process.on("unhandledRejection", (thrown) => this.owner().onError(thrown));
    process.removeAllListeners("warning"); // Node's own names the process, which differs in every run
    process.on("warning", (w) => {
      if (!suppressedWarnings.has(w.name) && !suppressedWarnings.has((w as NodeJS.ErrnoException).code ?? ""))
        process.stderr.write(format("%s: %s\n", w.name, w.message));
    });
  }
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

const nextTurn = (): Promise<void> => new Promise((resolve) => currentCell.exit(() => setImmediate(resolve)));

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
