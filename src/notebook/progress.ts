import { basename } from "node:path";
import { SingleBar } from "cli-progress";
import { printableLine } from "../kernel/printable.js";
import type { NotebookRun } from "./results.js";
import type { Progress } from "./run.js";
import { countVerdicts } from "./verdict.js";

/** A view of the progress of a run. */
export interface ProgressView {
  onProgress(progress: Progress): void;
  onNotebook(run: NotebookRun): void;
  /** leaves the terminal as it was */
  stop(): void;
}

/** Returns a bar with the notebook and cell at work on a terminal; in a log a line per notebook when it is done. */
export function progressView(notebooks: number, terminal = process.stderr.isTTY === true): ProgressView {
  if (!terminal) return { onProgress: () => {}, onNotebook: (run) => console.log(summaryLine(run)), stop: () => {} };
  const bar = new SingleBar({
    format: "{bar} {done}/{total} notebooks  {at}",
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    linewrap: false,
  });
  const parts = new Map<string, number>();
  const done: NotebookRun[] = [];
  bar.start(notebooks, 0, { done: 0, at: "" });
  const show = (at: string) =>
    bar.update(
      [...parts.values()].reduce((sum, part) => sum + part, 0),
      { done: done.length, at: printableLine(at) },
    );
  return {
    onProgress({ notebook, cell, cells }) {
      parts.set(notebook, cells === 0 ? 1 : cell / cells);
      show(`${basename(notebook)}, cell ${Math.min(cell + 1, cells)}/${cells}`);
    },
    onNotebook(run) {
      parts.set(run.notebook, 1);
      done.push(run);
      show(basename(run.notebook));
    },
    stop() {
      bar.stop();
      for (const run of done) console.log(summaryLine(run));
    },
  };
}

/** Sums up a run in one line of a log: status, notebook, cells, claims, seconds. */
function summaryLine(run: NotebookRun): string {
  const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;
  const [hold, ...others] = countVerdicts(run.claims);
  const missed = others.reduce((sum, n) => sum + n, 0);
  const claims = `${count(hold + missed, "claim")}${missed > 0 ? ` (${hold} hold)` : ""}`;
  return printableLine(
    `${run.status === "ok" ? "ok   " : "error"} ${run.notebook}: ${count(run.cells.length, "cell")}, ${claims}, ${run.seconds.toFixed(1)} s`,
  );
}
