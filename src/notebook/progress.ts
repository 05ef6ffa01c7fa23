import { basename } from "node:path";
import { SingleBar } from "cli-progress";
import { printableLine } from "../kernel/printable.js";
import type { NotebookRun } from "./results.js";
import type { Progress } from "./run.js";
import { runName } from "./trace.js";
import { countVerdicts } from "./verdict.js";

/** A view of the progress of a run. */
export interface ProgressView {
  /** takes the number of runs before the first of them, and the notebooks that have no seed where seeds are given */
  onStart(runs: number, withoutSeed: readonly string[]): void;
  onProgress(progress: Progress): void;
  onNotebook(run: NotebookRun): void;
  /** leaves the terminal as it was */
  stop(): void;
}

/** Returns a bar with the notebook and cell at work on a terminal; in a log a line per notebook when it is done. */
export function progressView(terminal = process.stderr.isTTY === true): ProgressView {
  if (!terminal)
    return {
      onStart: (_, withoutSeed) => noteUnseeded(withoutSeed),
      onProgress: () => {},
      onNotebook: (run) => console.log(summaryLine(run)),
      stop: () => {},
    };
  const bar = new SingleBar({
    format: "{bar} {done}/{total} notebooks  {at}",
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    linewrap: false,
  });
  const parts = new Map<string, number>();
  const done: NotebookRun[] = [];
  const show = (at: string) =>
    bar.update(
      [...parts.values()].reduce((sum, part) => sum + part, 0),
      { done: done.length, at: printableLine(at) },
    );
  return {
    onStart(runs, withoutSeed) {
      noteUnseeded(withoutSeed);
      bar.start(runs, 0, { done: 0, at: "" });
    },
    onProgress({ cell, cells, ...run }) {
      parts.set(runName(run), cells === 0 ? 1 : cell / cells);
      show(`${basename(runName(run))}, cell ${Math.min(cell + 1, cells)}/${cells}`);
    },
    onNotebook(run) {
      parts.set(runName(run), 1);
      done.push(run);
      show(basename(runName(run)));
    },
    stop() {
      bar.stop();
      for (const run of done) console.log(summaryLine(run));
    },
  };
}

function noteUnseeded(notebooks: readonly string[]): void {
  for (const path of notebooks) console.log(printableLine(`${path} declares no parameter seed: run once`));
}

/** Sums up a run in one line of a log: status, notebook, cells, claims, seconds. */
function summaryLine(run: NotebookRun): string {
  const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;
  const [hold, ...others] = countVerdicts(run.claims);
  const missed = others.reduce((sum, n) => sum + n, 0);
  const claims = `${count(hold + missed, "claim")}${missed > 0 ? ` (${hold} hold)` : ""}`;
  return printableLine(
    `${run.status === "ok" ? "ok   " : "error"} ${runName(run)}: ${count(run.cells.length, "cell")}, ${claims}, ${run.seconds.toFixed(1)} s`,
  );
}
