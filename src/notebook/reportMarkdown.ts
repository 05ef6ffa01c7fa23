import { printableLine } from "../kernel/printable.js";
import { controlText, measuredText, publishedText, verdictText } from "./claimText.js";
import type { JudgedClaim } from "./judgedClaim.js";
import type { Picture } from "./reportFigures.js";
import {
  briefCells,
  briefHeads,
  briefs,
  headText,
  linkTo,
  linkToCell,
  nameOf,
  paperTable,
  seedLines,
  seedLinks,
  settingText,
  theoremsApart,
  theoremsText,
} from "./reportText.js";
import type { SeededClaim, SeededRun } from "./seeds.js";
import { problemsOf } from "./trace.js";
import { boundText, type Verdict } from "./verdict.js";

const marks: Readonly<Record<Verdict, string>> = {
  holds: "✓",
  "does not hold": "✗",
  undecided: "?",
  "not tested as published": "≠",
};

/** Escapes a text for a line; it is made printable before that, since a sequence for the terminal takes escapes with it. */
const cell = (text: string) => printableLine(text).replace(/[\\|`*_<>[\]]/g, "\\$&");

function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** Returns a Markdown table of how the claims of each paper stand. */
export function standingsMarkdown(claims: readonly JudgedClaim[]): string {
  const { heads, rows } = paperTable(claims);
  return markdownTable(
    heads,
    rows.map(({ paper: { arxiv, name }, counts }) => [
      arxiv === null ? cell(name) : `${cell(name)}, [${arxiv}](https://arxiv.org/abs/${arxiv})`,
      ...counts.map(String),
    ]),
  );
}

/**
 * Returns report.md: the standing of each paper's claims, what was not reproduced first, all claims of each notebook,
 * errors, figures.
 */
export function reportMarkdown(out: string, runs: readonly SeededRun[], pictures: readonly Picture[]): string {
  const claims = runs.flatMap(({ claims }) => claims);
  const parts = ["# Report", headText(runs), ...(claims.length ? [standingsMarkdown(claims)] : [])];
  for (const { title, rows } of briefs(runs))
    parts.push(
      `## ${title}`,
      markdownTable(
        briefHeads,
        rows.map(({ claim }) => [...briefCells(claim).map(cell), idOf(out, claim)]),
      ),
    );
  parts.push("## All claims, by notebook");
  for (const run of runs) {
    const setting = settingText(run);
    const name = run.output ? `[${cell(nameOf(run))}](${linkTo(out, run.output)})` : cell(nameOf(run));
    parts.push(`### ${name}${setting && ` (${cell(setting)})`}${run.status === "error" ? ": failed" : ""}`);
    const links = seedLinks(out, run).map(({ text, href }) => `[${text}](${href})`);
    if (links.length) parts.push(`As run with ${links.join(", ")}.`);
    const { theorems, others } = theoremsApart(run.claims);
    const table = (claims: readonly SeededClaim[]) =>
      markdownTable(
        ["Verdict", "Claim", "Statement", "Published", "Bound", "Measured"],
        claims.map((claim) => claimRow(claim, idOf(out, claim))),
      );
    if (others.length) parts.push(table(others));
    if (theorems.length)
      parts.push(`<details><summary>${theoremsText(theorems)}</summary>`, table(theorems), "</details>");
  }
  const trouble = runs.flatMap(({ runs }) => runs.flatMap(problemsOf));
  if (trouble.length) parts.push("## Errors and losses", ...trouble.map((text) => text.replace(/^/gm, "    ")));
  if (pictures.length) parts.push("## Figures");
  for (const run of runs) {
    const own = pictures.filter((picture) => picture.run === run);
    if (own.length) parts.push(`### ${cell(nameOf(run))}`, ...own.map((picture) => figure(out, picture)));
  }
  return `${parts.join("\n\n")}\n`;
}

/** A thumbnail that leads to the picture, and its caption. */
function figure(out: string, { file, run, cell: id, caption }: Picture): string {
  const href = linkTo(out, file);
  const text = printableLine(caption === "" ? `${nameOf(run)}, cell ${id}` : caption).replace(/["<>&]/g, " ");
  return `<a href="${href}"><img src="${href}" width="360" alt="${text}"></a><br>${cell(caption)} ([cell ${cell(id)}](${linkToCell(out, run, id)}))`;
}

/** The id of a claim, which leads to the cell that states it. */
function idOf(out: string, { id, run, cellId }: SeededClaim): string {
  const link = linkToCell(out, run, cellId);
  return link ? `[${cell(id)}](${link})` : cell(id);
}

function claimRow(claim: SeededClaim, id: string): string[] {
  const { kind, verdict, statement, source, differs, published, bound, control } = claim;
  const verdictCell = `${marks[verdict]} ${verdictText(claim)}`;
  return [
    verdict === "does not hold" ? `**${verdictCell}**` : verdictCell,
    `${id}, ${kind}`,
    [statement, `(${source})`, ...(differs === null ? [] : [`Differs: ${differs}`])].map(cell).join("<br>"),
    cell(publishedText(published)),
    `${cell(boundText(bound))}<br>${cell(bound.because)}`,
    [measuredText(claim), ...seedLines(claim), ...(control ? [controlText(control)] : [])].map(cell).join("<br>"),
  ];
}
