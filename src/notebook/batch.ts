import { NotebookError, readNotebook } from "./nbformat.js";
import { executedName, refuseSameNames } from "./paths.js";
import type { NotebookRun } from "./results.js";
import { executeNotebook, type RunOptions } from "./run.js";

/** Settings of the run of several notebooks. */
export interface BatchOptions extends Omit<RunOptions, "seed"> {
  /** notebooks that run at the same time; default 1 */
  readonly jobs?: number;
  /** runs every notebook that has the parameter `seed` once with each of these */
  readonly seeds?: readonly number[];
  /** takes the number of runs before the first of them, and the notebooks that have no seed where seeds are given */
  readonly onStart?: (runs: number, withoutSeed: readonly string[]) => void;
  readonly onNotebook?: (run: NotebookRun) => void;
}

/**
 * Runs notebooks, `jobs` at a time, and returns their results in the order of the paths, then of the seeds. A notebook that cannot be read
 * or run is a result with status "error", so that the others still run. After an abort no further one is started.
 *
 * @throws NotebookError if two would be written to one file, or seeds are given and no notebook declares one
 */
export async function executeNotebooks(
  paths: readonly string[],
  { jobs = 1, seeds, onStart, onNotebook, ...options }: BatchOptions,
): Promise<NotebookRun[]> {
  const seeded = await Promise.all(paths.map(async (path) => seeds !== undefined && (await hasSeed(path))));
  if (seeds && !seeded.includes(true))
    throw new NotebookError(
      "no notebook declares seed in its cell tagged parameters; leave --seeds out, or declare it",
    );
  const tasks = paths.flatMap((path, i) => (seeded[i] ? seeds! : [undefined]).map((seed) => ({ path, seed })));
  if (!options.inPlace) refuseSameNames(tasks.map(({ path, seed }) => [path, executedName(path, seed)]));
  onStart?.(
    tasks.length,
    paths.filter((_, i) => seeds && !seeded[i]),
  );
  const runs: NotebookRun[] = [];
  let next = 0;
  const worker = async () => {
    while (next < tasks.length && !options.signal?.aborted) {
      const index = next++;
      const { path, seed } = tasks[index];
      runs[index] = await executeNotebook(path, { ...options, seed }).catch((error: Error) =>
        failedRun(path, error, seed),
      );
      onNotebook?.(runs[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, worker));
  return runs.filter((run) => run !== undefined);
}

/** Says whether a notebook has the parameter; one that cannot be read has not, and its run says why. */
async function hasSeed(path: string): Promise<boolean> {
  const { declaresParameter } = await import("./parameters.js"); // the compiler takes a moment to load
  try {
    return declaresParameter(readNotebook(path), "seed");
  } catch {
    return false;
  }
}

function failedRun(notebook: string, error: Error, seed?: number): NotebookRun {
  const problem =
    error instanceof NotebookError
      ? error.message.slice(error.message.startsWith(`${notebook}: `) ? notebook.length + 2 : 0)
      : (error.stack ?? String(error));
  return {
    notebook,
    ...(seed !== undefined && { seed }),
    status: "error",
    seconds: 0,
    cells: [],
    claims: [],
    warnings: [],
    problems: [problem],
    parameters: {},
  };
}
