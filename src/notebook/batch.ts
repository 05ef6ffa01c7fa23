import { NotebookError } from "./nbformat.js";
import { refuseSameNames } from "./paths.js";
import type { NotebookRun } from "./results.js";
import { executeNotebook, type RunOptions } from "./run.js";

/** Settings of the run of several notebooks. */
export interface BatchOptions extends RunOptions {
  /** notebooks that run at the same time; default 1 */
  readonly jobs?: number;
  readonly onNotebook?: (run: NotebookRun) => void;
}

/**
 * Runs notebooks, `jobs` at a time, and returns their results in the order of the paths. A notebook that cannot be read
 * or run is a result with status "error", so that the others still run. After an abort no further one is started.
 */
export async function executeNotebooks(
  paths: readonly string[],
  { jobs = 1, onNotebook, ...options }: BatchOptions,
): Promise<NotebookRun[]> {
  if (!options.inPlace) refuseSameNames(paths);
  const runs: NotebookRun[] = [];
  let next = 0;
  const worker = async () => {
    while (next < paths.length && !options.signal?.aborted) {
      const index = next++;
      runs[index] = await executeNotebook(paths[index], options).catch((error: Error) =>
        failedRun(paths[index], error),
      );
      onNotebook?.(runs[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, paths.length) }, worker));
  return runs.filter((run) => run !== undefined);
}

function failedRun(notebook: string, error: Error): NotebookRun {
  const problem =
    error instanceof NotebookError
      ? error.message.slice(error.message.startsWith(`${notebook}: `) ? notebook.length + 2 : 0)
      : (error.stack ?? String(error));
  return {
    notebook,
    status: "error",
    seconds: 0,
    cells: [],
    claims: [],
    warnings: [],
    problems: [problem],
    parameters: {},
  };
}
