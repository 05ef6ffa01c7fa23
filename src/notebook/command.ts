import { relative } from "node:path";
import { executeNotebooks } from "./batch.js";
import { checkNotebook, type CheckOptions } from "./check.js";
import { kernelEvaluators } from "./evaluators.js";
import { NotebookError } from "./nbformat.js";
import { findNotebooks } from "./paths.js";
import { printable, printableLine } from "../kernel/printable.js";
import { shareProcessors } from "../math/processors.js";
import { progressView } from "./progress.js";
import { writeReport } from "./report.js";
import type { RunOptions } from "./run.js";
import { overSeeds } from "./seeds.js";
import { problemsOf } from "./trace.js";
import { verdictsText } from "./verdict.js";

/** Settings of `scorebook run`. */
export interface RunSettings extends Omit<RunOptions, "seed"> {
  readonly out: string;
  readonly jobs?: number;
  readonly seeds?: readonly number[];
}

/**
 * Runs `scorebook run`: the notebooks, then the report, and prints where it is.
 *
 * @returns the exit status: 0, or 1 if a cell failed, a notebook could not be read or an output was lost
 * @throws NotebookError if an argument names no notebook, or the seed is given twice
 */
export async function runCommand(patterns: readonly string[], settings: RunSettings): Promise<number> {
  if (settings.seeds && settings.parameters && "seed" in settings.parameters)
    throw new NotebookError("the seed is given by --seeds and by --parameters; leave one of them out");
  const paths = findNotebooks(patterns, settings.inPlace ? undefined : settings.out);
  shareProcessors(settings.jobs ?? 1);
  const kernel = settings.evaluator ? undefined : kernelEvaluators();
  const view = progressView();
  const runs = await executeNotebooks(paths, {
    ...settings,
    evaluator: settings.evaluator ?? kernel!.evaluator,
    onStart: view.onStart,
    onProgress: view.onProgress,
    onNotebook: view.onNotebook,
  }).finally(async () => {
    view.stop();
    await kernel?.close();
  });
  const trouble = runs.flatMap(problemsOf);
  if (trouble.length > 0) console.error(`\n${trouble.join("\n")}`);
  if (settings.signal?.aborted) {
    console.error("stopped: no report is written");
    return 1;
  }
  const report = writeReport(settings.out, runs, settings);
  console.log(`\n${verdictsText(overSeeds(runs).flatMap((run) => run.claims))}`);
  console.log(
    `notebooks and figures: ${relative("", settings.out) || "."}\nreport: ${[report.markdown, report.html, report.json].map((path) => relative("", path)).join("  ")}`,
  );
  return trouble.length > 0 ? 1 : 0;
}

/**
 * Runs `scorebook check`: compares stored outputs with fresh ones and prints the differences.
 *
 * @returns the exit status: 0, or 1 if an output differs, a cell failed or an output was lost
 */
export async function checkCommand(patterns: readonly string[], settings: CheckOptions): Promise<number> {
  const kernel = settings.evaluator ? undefined : kernelEvaluators();
  let status = 0;
  try {
    for (const path of findNotebooks(patterns)) {
      if (settings.signal?.aborted) break;
      const { run, differences } = await checkNotebook(path, {
        ...settings,
        evaluator: settings.evaluator ?? kernel!.evaluator,
      });
      const problems = [...problemsOf(run), ...differences.map(printableLine)];
      const word = run.status === "error" ? "error  " : problems.length > 0 ? "differs" : "same   ";
      console.log(printableLine(`${word} ${path}`));
      if (problems.length > 0) console.error(printable(problems.join("\n")));
      if (problems.length > 0) status = 1;
    }
  } finally {
    await kernel?.close();
  }
  return status;
}

/**
 * Type-checks the cells of notebooks without running them and prints the errors.
 *
 * @returns the exit status: 0, or 1 if a cell has an error
 */
export async function typeCheckCommand(patterns: readonly string[]): Promise<number> {
  const { typeCheckNotebook } = await import("./typeCheck.js"); // the compiler takes a moment to load
  let status = 0;
  for (const path of findNotebooks(patterns)) {
    const errors = typeCheckNotebook(path);
    console.log(printableLine(`${errors.length > 0 ? "error" : "ok   "} ${path}`));
    if (errors.length > 0) console.error(printable(errors.join("\n")));
    if (errors.length > 0) status = 1;
  }
  return status;
}
