import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IDisplayData } from "@jupyterlab/nbformat";
import { printable } from "../kernel/printable.js";
import { hasTag, isCode, NotebookError, readNotebook } from "./nbformat.js";
import type { CodeCell, StoredOutput } from "./nbformatTypes.js";
import type { NotebookRun } from "./results.js";
import { executeNotebook, type RunOptions } from "./run.js";

/** Settings of a check. */
export interface CheckOptions extends Omit<RunOptions, "out" | "inPlace"> {
  /** largest relative difference of two numbers; default 1e-6 */
  readonly tolerance?: number;
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
 * texts, may differ by `tolerance` relative to the larger one; all else has to be equal. Of pictures only the type is
 * compared, since their bytes depend on fonts. The notebook is not written.
 *
 * @throws NotebookError as `executeNotebook`
 */
export async function checkNotebook(
  path: string,
  { tolerance = 1e-6, ...options }: CheckOptions,
): Promise<NotebookCheck> {
  if (!(tolerance >= 0 && tolerance < 1))
    throw new RangeError(`checkNotebook: tolerance ${tolerance}, expected 0 or more and less than 1`);
  const out = mkdtempSync(join(tmpdir(), "scorebook-check-"));
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
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function outputsDiffer(stored: CodeCell, fresh: CodeCell, tolerance: number): string | undefined {
  const [before, now] = [stored.outputs, fresh.outputs];
  for (let k = 0; k < Math.max(before.length, now.length); k++) {
    const where = `output ${k + 1}`;
    if (!now[k]) return `${where} (${before[k].output_type}) is stored, but is not there any more`;
    if (!before[k]) return `${where} (${now[k].output_type}) is new; stored are ${before.length}`;
    const difference = differ(comparable(before[k]), comparable(now[k]), tolerance, "");
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

const number = /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi;

/** Says where two values differ and how; undefined if they do not. */
function differ(before: unknown, now: unknown, tolerance: number, at: string): string | undefined {
  const say = (a: unknown, b: unknown) => `${at}: stored ${shorten(a)}, now ${shorten(b)}`;
  if (typeof before === "number" && typeof now === "number")
    return close(before, now, tolerance) ? undefined : say(before, now);
  if (typeof before === "string" && typeof now === "string") {
    if (before === now) return undefined;
    const [a, b] = [before.match(number) ?? [], now.match(number) ?? []];
    const same =
      before.replace(number, "0") === now.replace(number, "0") &&
      a.every((text, k) => close(Number(text), Number(b[k]), tolerance));
    return same ? undefined : say(before, now);
  }
  if (
    typeof before !== "object" ||
    typeof now !== "object" ||
    before === null ||
    now === null ||
    Array.isArray(before) !== Array.isArray(now)
  )
    return Object.is(before, now) ? undefined : say(before, now);
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  for (const key of keys) {
    const [a, b] = [(before as Record<string, unknown>)[key], (now as Record<string, unknown>)[key]];
    const difference = differ(a, b, tolerance, `${at}${at ? "." : ", "}${key}`);
    if (difference) return difference;
  }
  return undefined;
}

const close = (a: number, b: number, tolerance: number) =>
  Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));

/** Shortens a value to at most 80 characters; the reader has both notebooks. */
function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
