import { basename, relative, sep } from "node:path";
import { measuredText, publishedText } from "./claimText.js";
import type { JudgedClaim } from "./judgedClaim.js";
import type { NotebookRun } from "./results.js";
import { boundsDiffer, disagreement, isOverSeeds, type SeededClaim, type SeededRun } from "./seeds.js";
import { byPaper, standingOf, standings, type Paper, type Standing } from "./standing.js";
import { boundText, verdictsText } from "./verdict.js";

/** Texts that report.md and report.html share: names, links and counts, without markup. */

export const posixPath = (path: string) => path.split(sep).join("/");

/** Returns the link from the report to a file. */
export const linkTo = (out: string, path: string) =>
  posixPath(relative(out, path)).split("/").map(encodeURIComponent).join("/");

/** Returns the link to a cell of an executed notebook, which JupyterLab follows; none where nothing was written. */
export const linkToCell = (out: string, { output }: NotebookRun, cell: string) =>
  output && `${linkTo(out, output)}#cell-id=${encodeURIComponent(cell)}`;

/** Returns the file name of a notebook's run. */
export const nameOf = ({ notebook }: NotebookRun) => basename(notebook);

/** Says whether a notebook ran with its parameter `quick`. */
export const isQuick = ({ parameters }: NotebookRun) => parameters.quick === true;

/** Returns the sentences at the head: verdicts, runs, and what weakens them. */
export function headText(runs: readonly SeededRun[]): string {
  const claims = runs.flatMap((run) => run.claims);
  const failed = runs.filter(({ status }) => status === "error").length;
  const idle = claims.filter(({ discriminates }) => discriminates === false).length;
  const several = claims.filter(isOverSeeds);
  const disagree = several.filter(disagreement).length;
  const quick = runs.filter(isQuick).flatMap((run) => run.claims).length;
  const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;
  return [
    `${verdictsText(claims)}.`,
    `${count(runs.length, "notebook")}: ${runs.length - failed} ran, ${failed} failed.`,
    ...(several.length > 0
      ? [
          `${count(several.length, "claim")} over several seeds: the mean of their values ± its standard error, and the least favourable of their verdicts, at most undecided where one did not come to it; ${count(disagree, "claim")} on which they disagree.`,
        ]
      : []),
    ...(idle > 0
      ? [
          `${count(idle, "claim")} ${idle === 1 ? "does" : "do"} not discriminate, since the control meets the bound too.`,
        ]
      : []),
    ...(quick > 0 ? [`${count(quick, "claim")} measured with quick = true, at smaller sizes than the paper's.`] : []),
  ].join(" ");
}

/** Returns the standing of each paper's claims: a row of counts for each paper, in the order of the heads. */
export function paperTable(claims: readonly JudgedClaim[]): {
  heads: string[];
  rows: { paper: Paper; counts: number[] }[];
} {
  return {
    heads: ["Paper", "Claims", ...standings.map((standing) => standing[0].toUpperCase() + standing.slice(1))],
    rows: byPaper(claims).map((group) => ({
      paper: group.paper,
      counts: [
        group.claims.length,
        ...standings.map((standing) => group.claims.filter((claim) => standingOf(claim) === standing).length),
      ],
    })),
  };
}

/** Returns a claim in a line: its standing, statement, what was published and what was measured. */
export const briefCells = (claim: SeededClaim): [string, string, string, string] => [
  standingOf(claim),
  claim.statement,
  publishedText(claim.published),
  [measuredText(claim), disagreement(claim)].filter((text) => text !== undefined).join("; "),
];

/** Returns what each seed gives, a line each, where there are several, and what they disagree on. */
export function seedLines(claim: SeededClaim): string[] {
  if (!isOverSeeds(claim)) return [];
  const [differing, judgedBy] = [disagreement(claim), boundsDiffer(claim)];
  return [
    ...claim.bySeed.map(
      (result) =>
        `seed ${result.seed}: ${measuredText(result)}, ${result.outcome}${judgedBy ? ` by the bound ${boundText(result.bound)}` : ""}`,
    ),
    ...(differing === undefined ? [] : [differing]),
  ];
}

/** The heads of such lines; the id of the claim comes last. */
export const briefHeads = ["Standing", "Statement", "Published", "Here", "Claim"];

/** Groups claims with what a reader looks for first: what was not reproduced, then what is open, then numbers. */
export function briefs(
  runs: readonly SeededRun[],
): { title: string; rows: { run: SeededRun; claim: SeededClaim }[] }[] {
  const rows = runs.flatMap((run) => run.claims.map((claim) => ({ run, claim })));
  const having = (standing: Standing) => rows.filter(({ claim }) => standingOf(claim) === standing);
  const isNumber = ({ published }: SeededClaim) => published !== null && typeof published !== "string";
  return [
    { title: "Not reproduced", rows: having("not reproduced") },
    { title: "Undecided", rows: having("undecided") },
    { title: "Not tested as published", rows: having("not tested") },
    {
      title: "Published numbers beside ours",
      rows: [...having("weaker"), ...having("reproduced")].filter(({ claim }) => isNumber(claim)),
    },
  ].filter((group) => group.rows.length > 0);
}

/** Returns claims that are theorems, and the others. */
export function theoremsApart(claims: readonly SeededClaim[]): { theorems: SeededClaim[]; others: SeededClaim[] } {
  const isTheorem = ({ kind }: SeededClaim) => kind === "theorem";
  return { theorems: claims.filter(isTheorem), others: claims.filter((claim) => !isTheorem(claim)) };
}

/** Returns the counts of verdicts of a notebook in one sentence. */
export const theoremsText = (theorems: readonly SeededClaim[]) => verdictsText(theorems).replace("claim", "theorem");

/** Returns the executed notebooks of several seeds, each with its link; none where there is one run alone. */
export const seedLinks = (out: string, { runs }: SeededRun): { text: string; href: string }[] =>
  runs.flatMap(({ seed, output }) =>
    seed === undefined || output === undefined ? [] : [{ text: `seed ${seed}`, href: linkTo(out, output) }],
  );

/** Returns how a notebook was run: `seed 3, quick`, or `seeds 1, 2, 3`. */
export function settingText(run: SeededRun): string {
  const seeds = run.runs.flatMap(({ parameters: { seed } }) => (seed === undefined ? [] : [String(seed)]));
  const text = seeds.length > 1 ? `seeds ${seeds.join(", ")}` : seeds.map((seed) => `seed ${seed}`).join("");
  return [...(text === "" ? [] : [text]), ...(isQuick(run) ? ["quick"] : [])].join(", ");
}
