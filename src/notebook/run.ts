import { existsSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { linkBelow } from "../files/links.js";
import { longestMs, type TypeCheck } from "../kernel/cellOptions.js";
import type { Output } from "../kernel/output.js";
import { claimFaults, claimsOf } from "./storedClaims.js";
import { kernelEvaluators, type CellEvaluator, type EvaluatorSettings } from "./evaluators.js";
import { hasTag, isCode, languageOf, NotebookError, readNotebook, writeNotebook } from "./nbformat.js";
import type { LaidOutCells } from "./nbformatLayout.js";
import type { CodeCell, Notebook } from "./nbformatTypes.js";
import { figuresWithoutPicture, OutputCollector } from "./outputs.js";
import { executedName } from "./paths.js";
import { relativePaths } from "./relativePaths.js";
import type { CellRun, ClaimRun, NotebookRun } from "./results.js";
import { frames } from "./trace.js";

/** Settings of a notebook's run. */
export interface RunOptions {
  /**
   * makes the notebook's evaluator; default: the kernel's own, with a browser for figures that closes with the notebook
   */
  readonly evaluator?: (settings: EvaluatorSettings) => CellEvaluator | Promise<CellEvaluator>;
  /** directory of the executed notebook, which keeps its file name; needed unless `inPlace` */
  readonly out?: string;
  /** writes the executed notebook over the one that was read */
  readonly inPlace?: boolean;
  /** writes through symbolic links that lie in `out`; by default they are refused */
  readonly followLinks?: boolean;
  /** values for names that the cell tagged `parameters` declares, see `injectParameters` */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** the parameter `seed` of one of several runs, which the executed notebook's name then tells: `x.seed-2.ipynb` */
  readonly seed?: number;
  /** sets the parameter `quick` to true in a notebook that declares it */
  readonly quick?: boolean;
  /** ms for all cells together */
  readonly timeout?: number;
  /** ms for each cell */
  readonly cellTimeout?: number;
  readonly memoryLimit?: number;
  /** goes on after a failing cell; the notebook's status is still "error" */
  readonly allowErrors?: boolean;
  /** stops the run: the evaluator is killed and the notebook stays as its last finished cell left it */
  readonly signal?: AbortSignal;
  /** called before each code cell, and once more at the end with `cell` = `cells` */
  readonly onProgress?: (progress: Progress) => void;
}

/** The progress of a notebook's run. */
export interface Progress {
  readonly notebook: string;
  readonly seed?: number;
  /** code cells done, and of how many */
  readonly cell: number;
  readonly cells: number;
}

/**
 * Runs a notebook from a clean process in document order and writes it with its outputs after every cell, or every few
 * seconds where that takes long.
 *
 * Cells run in the notebook's directory. Tags: `parameters`; `skip-execution` leaves a cell and its outputs as they
 * are; an error in a cell tagged `raises-exception` is no failure. Output that arrives late belongs to the cell that
 * started it. Traces and stderr name no directory of this machine, and nothing stored tells when or how long it ran.
 * A notebook in JavaScript is run without a type check.
 *
 * @throws NotebookError if the notebook cannot be read or written or has no such parameter, in one sentence
 */
export async function executeNotebook(path: string, options: RunOptions): Promise<NotebookRun> {
  const notebook = readNotebook(path);
  const typeCheck = languageOf(notebook, path) === "typescript" ? "error" : "off";
  const output = outputPath(path, options);
  const parameters =
    notebook.cells.some((cell) => hasTag(cell, "parameters")) || options.parameters || options.seed !== undefined
      ? await import("./parameters.js") // it needs the TypeScript compiler, which takes a moment to load
      : undefined;
  const quick = options.quick && parameters?.declaresParameter(notebook, "quick") ? { quick: true } : {};
  const seed = options.seed !== undefined ? { seed: options.seed } : {};
  parameters?.injectParameters(notebook, { ...quick, ...options.parameters, ...seed }, path);
  const run = new Run(path, output, notebook, options, typeCheck);
  await run.all();
  return {
    notebook: path,
    ...seed,
    output,
    status: run.failed ? "error" : "ok",
    seconds: run.seconds,
    cells: run.cells,
    claims: run.claims(),
    warnings: run.warnings,
    problems: run.problems,
    parameters: parameters?.literalParameters(notebook) ?? {},
  };
}

function outputPath(path: string, { out, inPlace, followLinks, seed }: RunOptions): string {
  if (inPlace) return path;
  if (out === undefined)
    throw new TypeError(
      "executeNotebook: neither out nor inPlace is given, expected a directory for the executed notebook",
    );
  const output = join(out, executedName(path, seed));
  if (resolve(output) === resolve(path) || (existsSync(output) && realpathSync(output) === realpathSync(path)))
    throw new NotebookError(
      `${path}: the executed notebook would be written over it; choose another output directory or ask for it in place`,
    );
  const link = followLinks ? undefined : linkBelow(out, output);
  if (link) throw new NotebookError(`${path}: ${link}`);
  return output;
}

/** Time in ms that what cells have started gets to come to an end, and that an evaluator needs beyond its limit. */
const settleMs = 5000,
  settleGraceMs = 2500;

/** Saving takes 2 s and a tenth of a run, unless a finished cell would not be in the file for longer than 5 s. */
const freeSavingMs = 2000,
  savingShare = 0.1,
  longestUnsavedMs = 5000;

/** One run of one notebook. */
class Run {
  readonly cells: CellRun[] = [];
  readonly warnings: string[] = [];
  readonly problems: string[] = [];
  seconds = 0;
  private readonly codeCells: CodeCell[];
  private readonly collector: OutputCollector;
  private readonly place: (text: string) => string;
  private readonly directory: string;
  private readonly laidOut: LaidOutCells = new Map();
  private readonly begun = performance.now();
  /** ms that saving has taken so far, and when it was done last */
  private saved = { milliseconds: 0, at: 0 };
  private saving: NodeJS.Timeout | undefined;
  /** why the kernel left something out */
  private readonly reasons = new Set<string>();

  constructor(
    readonly path: string,
    readonly output: string,
    readonly notebook: Notebook,
    readonly options: RunOptions,
    private readonly typeCheck: TypeCheck,
  ) {
    this.directory = dirname(resolve(path));
    this.place = relativePaths(this.directory);
    this.collector = new OutputCollector(this.place);
    this.codeCells = notebook.cells.filter(isCode);
    let count = 0;
    for (const [index, cell] of notebook.cells.entries()) {
      if (!isCode(cell)) continue;
      const skipped = hasTag(cell, "skip-execution");
      const runs = !skipped && cell.source.trim() !== "";
      this.cells.push({
        cell: index + 1,
        id: cell.id,
        executionCount: runs ? ++count : null,
        status: skipped ? "skipped" : "not run",
        seconds: 0,
      });
      if (skipped) continue;
      cell.outputs = [];
      cell.execution_count = null;
      delete cell.metadata.execution; // the times of another run
    }
  }

  get failed(): boolean {
    return this.problems.length > 0 || this.cells.some((cell) => cell.status === "error" || cell.status === "not run");
  }

  async all(): Promise<void> {
    const { signal, memoryLimit, onProgress, seed } = this.options;
    const at = { notebook: this.path, ...(seed !== undefined && { seed }) };
    const start = performance.now();
    this.save();
    const kernel = this.options.evaluator ? undefined : kernelEvaluators();
    const byCount = new Map(this.cells.map((cell, index) => [cell.executionCount, index]));
    const onLateOutput = (executionCount: number, output: Output) => {
      const index = byCount.get(executionCount);
      if (index === undefined) this.warnings.push(`late output of an unknown cell [${executionCount}] was dropped`);
      else this.add(index, output);
    };
    const onWarning = (message: string) => this.reasons.add(message);
    const evaluator = await (this.options.evaluator ?? kernel!.evaluator)({
      cwd: this.directory,
      memoryLimit,
      typeCheck: this.typeCheck,
      onLateOutput,
      onWarning,
    });
    let stop = (): void => {};
    const aborted = new Promise<"aborted">((done) => {
      stop = () => done("aborted");
    });
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
    const cells = this.cells.length;
    const firstCell = performance.now(); // the limit is of cells, not of files
    try {
      for (let index = 0; index < cells; index++) {
        onProgress?.({ ...at, cell: index, cells });
        const last = await this.cell(index, evaluator, aborted, firstCell);
        this.saveSoon();
        if (last) break;
      }
      await this.settle(evaluator, aborted, firstCell);
    } finally {
      clearTimeout(this.saving);
      signal?.removeEventListener("abort", stop);
      await evaluator.close();
      await kernel?.close();
    }
    this.finish();
    this.seconds = (performance.now() - start) / 1000;
    onProgress?.({ ...at, cell: cells, cells });
  }

  /** Waits for what cells have started, within the notebook's limit. */
  private async settle(evaluator: CellEvaluator, aborted: Promise<"aborted">, start: number): Promise<void> {
    const left = Math.max(1, (this.options.timeout ?? Infinity) - (performance.now() - start));
    if (this.options.signal?.aborted) return;
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((done) => {
      if (left < longestMs - settleGraceMs) timer = setTimeout(done, left + settleGraceMs);
    });
    await Promise.race([evaluator.settle?.(Math.min(left, settleMs)), aborted, over]);
    clearTimeout(timer);
  }

  /** Runs one cell; returns true if the run stops here. */
  private async cell(
    index: number,
    evaluator: CellEvaluator,
    aborted: Promise<"aborted">,
    start: number,
  ): Promise<boolean> {
    const run = this.cells[index];
    const cell = this.codeCells[index];
    if (run.status === "skipped") return false;
    if (run.executionCount === null) {
      run.status = "ok";
      return false;
    }
    const left = (this.options.timeout ?? Infinity) - (performance.now() - start);
    if (left <= 0) {
      this.problems.push(
        `cell ${run.cell} and what follows were not run: the notebook's limit of ${this.options.timeout! / 1000} s was used up`,
      );
      return true;
    }
    const timeout = Math.min(left, this.options.cellTimeout ?? Infinity);
    const begin = performance.now();
    cell.execution_count = run.executionCount;
    this.laidOut.delete(cell);
    const result = await Promise.race([
      evaluator.execute(cell.source, {
        executionCount: run.executionCount,
        onOutput: (output) => this.add(index, output),
        ...(timeout < longestMs ? { timeout: Math.max(1, Math.ceil(timeout)) } : {}),
      }),
      aborted,
    ]);
    run.seconds = (performance.now() - begin) / 1000;
    if (result === "aborted") {
      run.status = "error";
      this.problems.push(`interrupted in cell ${run.cell}`);
      return true;
    }
    if (result.status === "error" && !run.error)
      this.add(
        index,
        result.error ?? {
          output_type: "error",
          ename: "Error",
          evalue: "the cell failed without saying why",
          traceback: ["the cell failed without saying why"],
        },
      );
    if (run.status === "not run") run.status = "ok";
    return run.status === "error" && !this.options.allowErrors;
  }

  private add(index: number, output: Output): void {
    const run = this.cells[index];
    const cell = this.codeCells[index];
    const lost = this.collector.add(cell, output);
    if (lost) this.warnings.push(`cell ${run.cell}: ${lost}`);
    if (output.output_type !== "error") return;
    const traceback = output.traceback.map(this.place);
    run.error ??= { ename: output.ename, evalue: this.place(output.evalue), traceback, frames: frames(traceback) };
    if (!hasTag(cell, "raises-exception")) run.status = "error";
  }

  private save(): void {
    clearTimeout(this.saving);
    this.saving = undefined;
    const begin = performance.now();
    for (const cell of this.collector.finish()) this.laidOut.delete(cell);
    writeNotebook(this.output, this.notebook, this.laidOut);
    const at = performance.now();
    this.saved = { milliseconds: this.saved.milliseconds + at - begin, at };
  }

  /** Saves now, or a little later once saving has taken more than its share of the time. */
  private saveSoon(): void {
    const { milliseconds, at } = this.saved;
    const due = Math.min(at + longestUnsavedMs, this.begun + (milliseconds - freeSavingMs) / savingShare);
    const wait = due - performance.now();
    if (wait <= 0) return this.save();
    this.saving ??= setTimeout(() => {
      try {
        this.save();
      } catch {
        // the save at the end says why
      }
    }, wait);
  }

  /** Notes what only the whole notebook shows. */
  private finish(): void {
    this.save();
    for (const [index, cell] of this.codeCells.entries()) {
      const figures = this.cells[index].status === "skipped" ? 0 : figuresWithoutPicture(cell);
      if (figures > 0)
        this.warnings.push(
          `cell ${this.cells[index].cell}: ${figures === 1 ? "a figure has" : `${figures} figures have`} no image/png`,
        );
    }
    this.warnings.push(...this.reasons);
    for (const [index, cell] of this.codeCells.entries())
      if (this.cells[index].status !== "skipped")
        this.problems.push(...claimFaults(cell).map((fault) => `cell ${this.cells[index].cell}: ${fault}`));
    const seen = new Map<string, number>();
    for (const { id, cell } of this.claims()) {
      if (seen.has(id))
        this.problems.push(
          `claim "${id}" is stated in cell ${seen.get(id)} and again in cell ${cell}; an id names one claim`,
        );
      else seen.set(id, cell);
    }
  }

  claims(): ClaimRun[] {
    return this.codeCells.flatMap((cell, index) =>
      this.cells[index].status === "skipped"
        ? []
        : claimsOf(cell).map((claim) => ({ ...claim, cell: this.cells[index].cell, cellId: cell.id })),
    );
  }
}
