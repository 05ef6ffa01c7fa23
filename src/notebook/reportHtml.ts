import { claimTable } from "./claimTable.js";
import { escapeHtml } from "../kernel/html.js";
import { htmlTable } from "./htmlTable.js";
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

const style =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}pre{overflow:auto}.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:1rem}figure{margin:0}img{max-width:100%}";

const anchor = (href: string | undefined, text: string) =>
  href ? `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>` : escapeHtml(text);

/**
 * Returns report.html: the standing of each paper's claims, what was not reproduced first, all claims of each notebook,
 * errors, figures.
 */
export function reportHtml(out: string, runs: readonly SeededRun[], pictures: readonly Picture[]): string {
  const idOf = ({ id, run, cellId }: SeededClaim) => `<code>${anchor(linkToCell(out, run, cellId), id)}</code>`;
  const { heads, rows } = paperTable(runs.flatMap(({ claims }) => claims));
  const parts = [`<h1>Report</h1>`, `<p>${escapeHtml(headText(runs))}</p>`];
  if (rows.length)
    parts.push(
      htmlTable(
        heads,
        rows.map(({ paper: { arxiv, name }, counts }) => [
          arxiv === null ? escapeHtml(name) : `${escapeHtml(name)}, ${anchor(`https://arxiv.org/abs/${arxiv}`, arxiv)}`,
          ...counts.map(String),
        ]),
        (column) => column > 0,
      ),
    );
  for (const { title, rows } of briefs(runs))
    parts.push(
      `<h2>${title}</h2>`,
      htmlTable(
        briefHeads,
        rows.map(({ claim }) => [...briefCells(claim).map(escapeHtml), idOf(claim)]),
      ),
    );
  parts.push("<h2>All claims, by notebook</h2>");
  for (const run of runs) {
    const setting = settingText(run);
    const name = run.output ? anchor(linkTo(out, run.output), nameOf(run)) : escapeHtml(nameOf(run));
    parts.push(`<h3>${name}${escapeHtml(setting && ` (${setting})`)}${run.status === "error" ? ": failed" : ""}</h3>`);
    const links = seedLinks(out, run).map(({ text, href }) => anchor(href, text));
    if (links.length) parts.push(`<p>As run with ${links.join(", ")}.</p>`);
    const { theorems, others } = theoremsApart(run.claims);
    if (others.length) parts.push(claimTable(others, idOf, seedLines));
    if (theorems.length)
      parts.push(
        `<details><summary>${escapeHtml(theoremsText(theorems))}</summary>${claimTable(theorems, idOf, seedLines)}</details>`,
      );
  }
  const trouble = runs.flatMap(({ runs }) => runs.flatMap(problemsOf));
  if (trouble.length)
    parts.push("<h2>Errors and losses</h2>", ...trouble.map((text) => `<pre>${escapeHtml(text)}</pre>`));
  if (pictures.length) parts.push("<h2>Figures</h2>");
  for (const run of runs) {
    const own = pictures.filter((picture) => picture.run === run);
    if (own.length)
      parts.push(
        `<h3>${escapeHtml(nameOf(run))}</h3>`,
        `<div class="figures">${own.map((picture) => figure(out, picture)).join("")}</div>`,
      );
  }
  return `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<meta name="color-scheme" content="light dark">\n<title>Report</title>\n<style>${style}</style>\n</head>\n<body>\n${parts.join("\n")}\n</body>\n</html>\n`;
}

/** A thumbnail that leads to the picture, and its caption. */
function figure(out: string, { file, run, cell, caption }: Picture): string {
  const href = escapeHtml(linkTo(out, file));
  const text = caption === "" ? `${nameOf(run)}, cell ${cell}` : caption;
  return `<figure><a href="${href}"><img src="${href}" alt="${escapeHtml(text)}"></a><figcaption>${escapeHtml(caption)} (${anchor(linkToCell(out, run, cell), `cell ${cell}`)})</figcaption></figure>`;
}
