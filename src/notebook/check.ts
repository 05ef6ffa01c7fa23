import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IDisplayData } from "@jupyterlab/nbformat";
import { inTemporaryFolder } from "../files/temporaryFolder.js";
import { printable } from "../kernel/printable.js";
import { differ, type Tolerance } from "./difference.js";
import { hasTag, isCode, NotebookError, readNotebook } from "./nbformat.js";
import type { CodeCell, StoredOutput } from "./nbformatTypes.js";
import type { NotebookRun } from "./results.js";
import { executeNotebook, type RunOptions } from "./run.js";

/** Settings of a check. */
export interface CheckOptions extends Omit<RunOptions, "out" | "inPlace"> {
  /** largest difference of two numbers relative to the larger one; default 1e-6 */
  readonly tolerance?: number;
  /** largest difference of two numbers however small they are; default 1e-12, below which sums of float64 are rounding */
  readonly absolute?: number;
}

/** The result of a check. */
export interface NotebookCheck {
  readonly run: NotebookRun;
  /** each cell's first difference, one sentence */
  readonly differences: readonly string[];
}

/** nbval's tag and ours for cells whose outputs differ from run to run; they are not compared. */
const ignoring = ["nbval-ignore-output", "ignore-output"];

/**
 * Runs the notebook and compares its outputs with those stored in it, cell by cell. Numbers, in data as well as within
 * texts, may differ by `tolerance` relative to the larger one or by `absolute`, an estimate by its standard error; whole
 * numbers and all else have to be equal. Of pictures only the type is compared, since their bytes depend on the browser.
 * The notebook is not written.
 *
 * @throws NotebookError as `executeNotebook`
 */
export async function checkNotebook(
  path: string,
  { tolerance = 1e-6, absolute = 1e-12, ...options }: CheckOptions,
): Promise<NotebookCheck> {
  if (!(tolerance >= 0 && tolerance < 1))
    throw new RangeError(`checkNotebook: tolerance ${tolerance}, expected 0 or more and less than 1`);
  if (!(absolute >= 0 && absolute < Infinity))
    throw new RangeError(`checkNotebook: absolute ${absolute}, expected a finite number, 0 or more`);
  return inTemporaryFolder(join(tmpdir(), "scorebook-check-"), (out) =>
    compared(path, { ...options, out }, { relative: tolerance, absolute }),
  );
}

/** Runs the notebook into a folder and compares what is there with what is stored. */
async function compared(
  path: string,
  { out, ...options }: RunOptions & { readonly out: string },
  tolerance: Tolerance,
): Promise<NotebookCheck> {
  try {
    const stored = new Map(
      readNotebook(path)
        .cells.filter(isCode)
        .map((cell) => [cell.id, cell]),
    );
    const run = await executeNotebook(path, { ...options, out });
    const fresh = readNotebook(run.output!).cells.map((cell, index) => [cell, index + 1] as const);
    const ran = new Map(run.cells.map((cell) => [cell.id, cell.status]));
    const differences = fresh.flatMap(([cell, n]) => {
      const old = stored.get(cell.id);
      if (!isCode(cell) || !old || ignoring.some((tag) => hasTag(cell, tag)) || ran.get(cell.id) === "not run")
        return [];
      const difference = outputsDiffer(old, cell, tolerance);
      return difference ? [`${path}, cell ${n} (${cell.id}): ${difference}`] : [];
    });
    return { run: { ...run, output: undefined }, differences };
  } catch (error) {
    // the copy would only be named in what went wrong with it
    throw error instanceof NotebookError ? new NotebookError(error.message.replaceAll(`${out}/`, "")) : error;
  }
}

function outputsDiffer(stored: CodeCell, fresh: CodeCell, tolerance: Tolerance): string | undefined {
  const [before, now] = [stored.outputs, fresh.outputs];
  for (let k = 0; k < Math.max(before.length, now.length); k++) {
    const where = `output ${k + 1}`;
    if (!now[k]) return `${where} (${before[k].output_type}) is stored, but is not there any more`;
    if (!before[k]) return `${where} (${now[k].output_type}) is new; stored are ${before.length}`;
    const difference = differ(comparable(before[k]), comparable(now[k]), tolerance);
    if (difference) return `${where}${difference}`;
  }
  return undefined;
}

/** Returns the part of an output that has to stay the same. */
function comparable(output: StoredOutput): object {
  if (output.output_type === "stream")
    return { type: output.output_type, name: output.name, text: printable(String(output.text)) };
  if (output.output_type === "error") return { type: output.output_type, ename: output.ename, evalue: output.evalue };
  const data = Object.entries((output as IDisplayData).data).map(([type, value]) => [
    type,
    type.startsWith("image/") && type !== "image/svg+xml" ? "a picture" : value,
  ]);
  return { type: output.output_type, data: Object.fromEntries(data) };
}
