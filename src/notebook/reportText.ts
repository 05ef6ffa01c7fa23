import { basename, relative, sep } from "node:path";
import type { ClaimRun, NotebookRun } from "./results.js";
import { countVerdicts, verdicts, verdictsText } from "./verdict.js";

/** Texts that report.md and report.html share: names, links and counts, without markup. */

export const posixPath = (path: string) => path.split(sep).join("/");

/** Returns the link from the report to a file. */
export const linkTo = (out: string, path: string) =>
  posixPath(relative(out, path)).split("/").map(encodeURIComponent).join("/");

/** Returns the link to a cell of an executed notebook, which JupyterLab follows. */
export const linkToCell = (out: string, { output }: NotebookRun, cell: string) =>
  `${linkTo(out, output!)}#cell-id=${encodeURIComponent(cell)}`;

/** Returns the file name of a notebook's run. */
export const nameOf = ({ output, notebook }: NotebookRun) => basename(output ?? notebook);

/** Says whether a notebook ran with its parameter `quick`. */
export const isQuick = ({ parameters }: NotebookRun) => parameters.quick === true;

/** Returns the sentences at the head: verdicts, runs, and what weakens them. */
export function headText(runs: readonly NotebookRun[]): string {
  const claims = runs.flatMap((run) => run.claims);
  const failed = runs.filter(({ status }) => status === "error").length;
  const idle = claims.filter(({ discriminates }) => discriminates === false).length;
  const quick = runs.filter(isQuick).flatMap((run) => run.claims).length;
  const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;
  return [
    `${verdictsText(claims)}.`,
    `${count(runs.length, "notebook")}: ${runs.length - failed} ran, ${failed} failed.`,
    ...(idle > 0
      ? [
          `${count(idle, "claim")} ${idle === 1 ? "does" : "do"} not discriminate, since the control meets the bound too.`,
        ]
      : []),
    ...(quick > 0 ? [`${count(quick, "claim")} measured with quick = true, at smaller sizes than the paper's.`] : []),
  ].join(" ");
}

/** Returns the counts of verdicts, one row for each notebook and one for all: numbers in the order of the heads. */
export function countTable(runs: readonly NotebookRun[]): {
  heads: string[];
  rows: { run?: NotebookRun; counts: number[] }[];
} {
  const counts = (claims: readonly ClaimRun[]) => [claims.length, ...countVerdicts(claims)];
  return {
    heads: ["Notebook", "Claims", ...verdicts.map((verdict) => verdict[0].toUpperCase() + verdict.slice(1)), "Status"],
    rows: [
      ...runs.map((run) => ({ run, counts: counts(run.claims) })),
      { counts: counts(runs.flatMap((run) => run.claims)) },
    ],
  };
}

/** Returns how a notebook was run: `seed 3, quick`. */
export function settingText(run: NotebookRun): string {
  const { seed } = run.parameters;
  return [...(seed === undefined ? [] : [`seed ${seed}`]), ...(isQuick(run) ? ["quick"] : [])].join(", ");
}
