import { printable, printableLine } from "../kernel/printable.js";
import type { Frame, NotebookRun } from "./results.js";

/** Finds the places in cells that a trace names, in its order. */
export function frames(traceback: readonly string[]): Frame[] {
  return [...printable(traceback.join("\n")).matchAll(/\b(cell \[?\d+\]?):(\d+):(\d+)/gi)].map(
    ([, where, line, column]) => ({ where, line: Number(line), column: Number(column) }),
  );
}

/** Returns the notebook of a run, with its seed where it is run with several. */
export const runName = ({ notebook, seed }: Pick<NotebookRun, "notebook" | "seed">) =>
  seed === undefined ? notebook : `${notebook}, seed ${seed}`;

/** Tells why a run failed: each failing cell with its trace, then what no cell is to blame for. Without colours and other sequences for the terminal. */
export function failureText(run: NotebookRun): string {
  const name = printableLine(runName(run));
  const cells = run.cells.flatMap(({ status, cell, id, error }) => {
    if (status !== "error" || !error) return [];
    const trace = printable(error.traceback.join("\n"));
    const head = printable(`${error.ename}: ${error.evalue}`);
    return [`${name}, cell ${cell} (${id}): ${trace.includes(head) ? "" : `${head}\n`}${trace}`];
  });
  return printable([...cells, ...run.problems.map((problem) => `${name}: ${problem}`)].join("\n"));
}

/** Lists everything that makes a run less than whole: its failures and what it lost. */
export function problemsOf(run: NotebookRun): string[] {
  return [
    ...(run.status === "error" ? [failureText(run)] : []),
    ...run.warnings.map((warning) => printable(`${printableLine(runName(run))}, ${warning}`)),
  ];
}
