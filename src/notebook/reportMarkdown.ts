import { controlText, measuredText, publishedText, verdictText } from "./claimText.js";
import type { Picture } from "./reportFigures.js";
import { countTable, headText, linkTo, linkToCell, nameOf, settingText } from "./reportText.js";
import type { ClaimRun, NotebookRun } from "./results.js";
import { problemsOf } from "./trace.js";
import { boundText, type Verdict } from "./verdict.js";

const marks: Readonly<Record<Verdict, string>> = {
  holds: "✓",
  "does not hold": "✗",
  undecided: "?",
  "not tested as published": "≠",
};

const cell = (text: string) => text.replace(/[\\|`*_<>[\]]/g, "\\$&").replace(/\s*[\r\n]+\s*/g, " ");

function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** Returns report.md: the counts of verdicts, the claims of each notebook, errors, figures. */
export function reportMarkdown(out: string, runs: readonly NotebookRun[], pictures: readonly Picture[]): string {
  const linked = (run: NotebookRun) =>
    run.output ? `[${cell(nameOf(run))}](${linkTo(out, run.output)})` : cell(nameOf(run));
  const { heads, rows } = countTable(runs);
  const parts = [
    "# Report",
    headText(runs),
    markdownTable(
      heads,
      rows.map(({ run, counts }) => [run ? linked(run) : "all", ...counts.map(String), run?.status ?? ""]),
    ),
  ];
  for (const run of runs.filter(({ claims }) => claims.length > 0)) {
    const setting = settingText(run);
    parts.push(
      `## ${cell(nameOf(run))}${setting && ` (${cell(setting)})`}`,
      markdownTable(
        ["Verdict", "Claim", "Statement", "Published", "Bound", "Measured"],
        run.claims.map((claim) => claimRow(claim, linkToCell(out, run, claim.cellId))),
      ),
    );
  }
  const trouble = runs.flatMap(problemsOf);
  if (trouble.length) parts.push("## Errors and losses", ...trouble.map((text) => text.replace(/^/gm, "    ")));
  if (pictures.length)
    parts.push(
      "## Figures",
      ...pictures.map(({ file, run, cell: id }) => `![${cell(nameOf(run))}, cell ${cell(id)}](${linkTo(out, file)})`),
    );
  return `${parts.join("\n\n")}\n`;
}

function claimRow(claim: ClaimRun, link: string): string[] {
  const { id, kind, verdict, statement, source, differs, published, bound, control } = claim;
  const verdictCell = `${marks[verdict]} ${verdictText(claim)}`;
  return [
    verdict === "does not hold" ? `**${verdictCell}**` : verdictCell,
    `[${cell(id)}](${link}), ${kind}`,
    [statement, `(${source})`, ...(differs === null ? [] : [`Differs: ${differs}`])].map(cell).join("<br>"),
    cell(publishedText(published)),
    `${cell(boundText(bound))}<br>${cell(bound.because)}`,
    [measuredText(claim), ...(control ? [controlText(control)] : [])].map(cell).join("<br>"),
  ];
}
