import { join } from "node:path";
import { writeFileAtomic } from "../files/atomicFile.js";
import { environment, type Environment } from "./environment.js";
import type { JudgedClaim } from "./judgedClaim.js";
import { NotebookError } from "./nbformat.js";
import { extractFigures } from "./reportFigures.js";
import { reportHtml } from "./reportHtml.js";
import { reportMarkdown } from "./reportMarkdown.js";
import { isQuick, posixPath } from "./reportText.js";
import type { ClaimRun, NotebookRun } from "./results.js";

/** Paths of the files of a report. */
export interface ReportFiles {
  readonly json: string;
  readonly markdown: string;
  readonly html: string;
  readonly figures: readonly string[];
}

/** The content of report.json; its schema is report.schema.json beside this file. */
export interface Report {
  readonly claims: readonly ReportedClaim[];
  readonly notebooks: readonly {
    readonly notebook: string;
    readonly seconds: number;
    readonly status: "ok" | "error";
    readonly parameters: NotebookRun["parameters"];
  }[];
  readonly environment: Environment;
}

/** A claim with its verdict and where and how it was measured. */
export interface ReportedClaim extends JudgedClaim {
  readonly notebook: string;
  /** id of the cell that states it */
  readonly cell: string;
  /** the parameter seed; null where the notebook has none */
  readonly seed: number | string | null;
  readonly quick: boolean;
}

/**
 * Writes report.json, report.md, report.html and figures/ into `out`. Only report.json tells how long a notebook ran
 * and on which machine; everything else is the same for the same outputs.
 *
 * @throws NotebookError if it cannot be written, in one sentence
 */
export function writeReport(out: string, runs: readonly NotebookRun[]): ReportFiles {
  try {
    const pictures = extractFigures(out, runs);
    const files = {
      json: join(out, "report.json"),
      markdown: join(out, "report.md"),
      html: join(out, "report.html"),
      figures: pictures.map(({ file }) => file),
    };
    writeFileAtomic(files.json, `${JSON.stringify(reportOf(runs), null, 2)}\n`);
    writeFileAtomic(files.markdown, reportMarkdown(out, runs, pictures));
    writeFileAtomic(files.html, reportHtml(out, runs, pictures));
    return files;
  } catch (error) {
    throw error instanceof NotebookError
      ? error
      : new NotebookError(`${out}: the report cannot be written (${(error as Error).message})`);
  }
}

function reportOf(runs: readonly NotebookRun[]): Report {
  return {
    claims: runs.flatMap((run) => run.claims.map((claim) => reportedClaim(claim, run))),
    notebooks: runs.map(({ notebook, seconds, status, parameters }) => ({
      notebook: posixPath(notebook),
      seconds: Math.round(seconds * 1000) / 1000,
      status,
      parameters,
    })),
    environment: environment(),
  };
}

function reportedClaim({ id, cell: _, cellId, ...judged }: ClaimRun, run: NotebookRun): ReportedClaim {
  const { seed = null } = run.parameters;
  return {
    id,
    notebook: posixPath(run.notebook),
    cell: cellId,
    ...judged,
    seed: typeof seed === "boolean" ? String(seed) : seed,
    quick: isQuick(run),
  };
}
