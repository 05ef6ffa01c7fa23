import { basename, join, relative, sep } from "node:path";
import type { IDisplayData } from "@jupyterlab/nbformat";
import { claimTable, escapeHtml, formatted, measuredText } from "./claims.js";
import { writeFileAtomic } from "./atomicFile.js";
import { isCode, NotebookError, readNotebook } from "./nbformat.js";
import type { ClaimRun, NotebookRun } from "./results.js";
import { troubles } from "./trace.js";

export interface ReportFiles {
  readonly json: string;
  readonly markdown: string;
  readonly html: string;
  readonly figures: readonly string[];
}

interface Row extends ClaimRun {
  readonly run: NotebookRun;
  readonly seed: number | string | null;
  readonly quick: boolean;
}

interface Picture {
  readonly file: string;
  readonly run: NotebookRun;
  readonly cell: string;
}

/**
 * Writes report.json (schema: report.schema.json beside this file), report.md, report.html and figures/ into `out`.
 * Only report.json tells how long a notebook ran; everything else is the same for the same outputs.
 *
 * @throws NotebookError if it cannot be written, in one sentence
 */
export function writeReport(out: string, runs: readonly NotebookRun[]): ReportFiles {
  try {
    return written(out, runs);
  } catch (error) {
    throw error instanceof NotebookError
      ? error
      : new NotebookError(`${out}: the report cannot be written (${(error as Error).message})`);
  }
}

function written(out: string, runs: readonly NotebookRun[]): ReportFiles {
  const rows: Row[] = runs.flatMap((run) => {
    const { seed, quick } = run.parameters;
    return run.claims.map((claim) => ({
      ...claim,
      run,
      seed: typeof seed === "boolean" ? String(seed) : (seed ?? null),
      quick: quick === true,
    }));
  });
  const taken = new Set<string>();
  const pictures = runs.flatMap((run) => extractFigures(out, run, taken));
  const files = {
    json: join(out, "report.json"),
    markdown: join(out, "report.md"),
    html: join(out, "report.html"),
    figures: pictures.map(({ file }) => file),
  };
  writeFileAtomic(files.json, `${JSON.stringify(entries(rows, runs), null, 2)}\n`);
  writeFileAtomic(files.markdown, markdown(out, rows, runs, pictures));
  writeFileAtomic(files.html, html(out, rows, runs, pictures));
  return files;
}

function entries(rows: readonly Row[], runs: readonly NotebookRun[]): object[] {
  const claims = rows.map(
    ({ id, run, cellId, source, statement, expected, measured, uncertainty, holds, seed, quick }) => ({
      id,
      notebook: url(run.notebook),
      cell: cellId,
      source,
      statement,
      expected,
      measured,
      uncertainty,
      holds,
      seed,
      quick,
    }),
  );
  return [
    ...claims,
    ...runs.map(({ notebook, seconds, status }) => ({
      notebook: url(notebook),
      seconds: Math.round(seconds * 1000) / 1000,
      status,
    })),
  ];
}

/**
 * Every image/png of the executed notebook as figures/<notebook>-<cell id>.png, what would have the same name as
 * …-2.png.
 */
function extractFigures(out: string, run: NotebookRun, taken: Set<string>): Picture[] {
  if (run.output === undefined) return [];
  return readNotebook(run.output)
    .cells.filter(isCode)
    .flatMap((cell) => {
      const images = cell.outputs
        .map((output) => (output as IDisplayData).data?.["image/png"])
        .filter((png) => typeof png === "string");
      return images.map((png) => {
        const stem = join(out, "figures", `${basename(run.notebook, ".ipynb")}-${cell.id}`);
        let file = `${stem}.png`;
        for (let n = 2; taken.has(file); n++) file = `${stem}-${n}.png`;
        taken.add(file);
        writeFileAtomic(file, Buffer.from(png, "base64"));
        return { file, run, cell: cell.id };
      });
    });
}

const url = (path: string) => path.split(sep).join("/");
const link = (out: string, path: string) => url(relative(out, path)).split("/").map(encodeURIComponent).join("/");

function head(rows: readonly Row[], runs: readonly NotebookRun[]): string {
  const holding = rows.filter(({ holds }) => holds).length;
  const failed = runs.filter(({ status }) => status === "error").length;
  const quick = rows.filter((row) => row.quick).length;
  const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;
  return (
    `${count(rows.length, "claim")}: ${holding} hold, ${rows.length - holding} do not. ${count(runs.length, "notebook")}: ${runs.length - failed} ran, ${failed} failed.` +
    (quick > 0 ? ` ${count(quick, "claim")} measured with quick = true, at smaller sizes than the paper's.` : "")
  );
}

const seedText = ({ seed, quick }: Row) => `${seed ?? ""}${quick ? " (quick)" : ""}`;

function markdown(
  out: string,
  rows: readonly Row[],
  runs: readonly NotebookRun[],
  pictures: readonly Picture[],
): string {
  const cell = (text: string) => text.replace(/[\\|`*_<>[\]]/g, "\\$&").replace(/\s*\n\s*/g, " ");
  const table = (cells: readonly (readonly string[])[]) => cells.map((row) => `| ${row.join(" | ")} |`).join("\n");
  const linked = (run: NotebookRun) =>
    run.output ? `[${cell(basename(run.output))}](${link(out, run.output)})` : cell(basename(run.notebook));
  const claims = rows.map((row) => [
    cell(row.source),
    cell(row.statement),
    cell(formatted(row.expected)),
    cell(measuredText(row)),
    row.holds ? "holds" : "**does not hold**",
    linked(row.run),
    cell(seedText(row)),
  ]);
  const heads = ["Paper", "Statement", "Expected", "InfluenceEstimate", "Claim", "Notebook", "Seed"];
  const parts = [
    "# Report",
    head(rows, runs),
    ...(rows.length ? [table([heads, heads.map(() => "---"), ...claims])] : []),
  ];
  parts.push(
    "## Notebooks",
    table([
      ["Notebook", "Cells", "Claims", "Status"],
      ["---", "---", "---", "---"],
      ...runs.map((run) => [linked(run), String(run.cells.length), String(run.claims.length), run.status]),
    ]),
  );
  const trouble = runs.flatMap(troubles);
  if (trouble.length) parts.push("## Errors and losses", ...trouble.map((text) => text.replace(/^/gm, "    ")));
  if (pictures.length)
    parts.push(
      "## Figures",
      ...pictures.map(
        ({ file, run, cell: id }) => `![${cell(basename(run.notebook))}, cell ${cell(id)}](${link(out, file)})`,
      ),
    );
  return `${parts.join("\n\n")}\n`;
}

function html(out: string, rows: readonly Row[], runs: readonly NotebookRun[], pictures: readonly Picture[]): string {
  const linked = (run: NotebookRun) =>
    run.output
      ? `<a href="${escapeHtml(link(out, run.output))}">${escapeHtml(basename(run.output))}</a>`
      : escapeHtml(basename(run.notebook));
  const parts = [`<h1>Report</h1>`, `<p>${escapeHtml(head(rows, runs))}</p>`];
  if (rows.length)
    parts.push(
      claimTable(rows, ["Notebook", "Seed"], (index) => [linked(rows[index].run), escapeHtml(seedText(rows[index]))]),
    );
  parts.push(
    "<h2>Notebooks</h2>",
    `<ul>${runs.map((run) => `<li>${linked(run)}: ${run.cells.length} cells, ${run.claims.length} claims, ${run.status}</li>`).join("")}</ul>`,
  );
  const trouble = runs.flatMap(troubles);
  if (trouble.length)
    parts.push("<h2>Errors and losses</h2>", ...trouble.map((text) => `<pre>${escapeHtml(text)}</pre>`));
  if (pictures.length)
    parts.push(
      "<h2>Figures</h2>",
      ...pictures.map(
        ({ file, run, cell }) =>
          `<figure><img src="${escapeHtml(link(out, file))}" alt="${escapeHtml(`${basename(run.notebook)}, cell ${cell}`)}" style="max-width:min(100%,44rem)"><figcaption>${linked(run)}, cell ${escapeHtml(cell)}</figcaption></figure>`,
      ),
    );
  const style =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}pre{overflow:auto}figure{margin:1.5rem 0}";
  return `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<meta name="color-scheme" content="light dark">\n<title>Report</title>\n<style>${style}</style>\n</head>\n<body>\n${parts.join("\n")}\n</body>\n</html>\n`;
}
