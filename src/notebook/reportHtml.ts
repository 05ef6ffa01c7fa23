import { claimTable } from "./claimTable.js";
import { escapeHtml } from "../kernel/html.js";
import { htmlTable } from "./htmlTable.js";
import type { Picture } from "./reportFigures.js";
import { countTable, headText, linkTo, linkToCell, nameOf, settingText } from "./reportText.js";
import type { NotebookRun } from "./results.js";
import { problemsOf } from "./trace.js";

const style =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}pre{overflow:auto}figure{margin:1.5rem 0}";

/** Returns report.html: the counts of verdicts, the claims of each notebook, errors, figures. */
export function reportHtml(out: string, runs: readonly NotebookRun[], pictures: readonly Picture[]): string {
  const anchor = (href: string, text: string) => `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`;
  const linked = (run: NotebookRun) =>
    run.output ? anchor(linkTo(out, run.output), nameOf(run)) : escapeHtml(nameOf(run));
  const { heads, rows } = countTable(runs);
  const parts = [
    `<h1>Report</h1>`,
    `<p>${escapeHtml(headText(runs))}</p>`,
    htmlTable(
      heads,
      rows.map(({ run, counts }) => [run ? linked(run) : "all", ...counts.map(String), run?.status ?? ""]),
      (column) => column > 0 && column < heads.length - 1,
    ),
  ];
  for (const run of runs.filter(({ claims }) => claims.length > 0)) {
    const setting = settingText(run);
    parts.push(
      `<h2>${escapeHtml(nameOf(run) + (setting && ` (${setting})`))}</h2>`,
      claimTable(run.claims, ({ id, cellId }) => `<code>${anchor(linkToCell(out, run, cellId), id)}</code>`),
    );
  }
  const trouble = runs.flatMap(problemsOf);
  if (trouble.length)
    parts.push("<h2>Errors and losses</h2>", ...trouble.map((text) => `<pre>${escapeHtml(text)}</pre>`));
  if (pictures.length)
    parts.push(
      "<h2>Figures</h2>",
      ...pictures.map(
        ({ file, run, cell }) =>
          `<figure><img src="${escapeHtml(linkTo(out, file))}" alt="${escapeHtml(`${nameOf(run)}, cell ${cell}`)}" style="max-width:min(100%,44rem)"><figcaption>${linked(run)}, cell ${escapeHtml(cell)}</figcaption></figure>`,
      ),
    );
  return `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<meta name="color-scheme" content="light dark">\n<title>Report</title>\n<style>${style}</style>\n</head>\n<body>\n${parts.join("\n")}\n</body>\n</html>\n`;
}
