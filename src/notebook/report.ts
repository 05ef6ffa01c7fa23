import { join } from "node:path";
import { writeFileAtomic } from "../files/atomicFile.js";
import { linkBelow } from "../files/links.js";
import type { JudgedClaim } from "./judgedClaim.js";
import { NotebookError } from "./nbformat.js";
import { provenance } from "./provenance.js";
import { extractFigures } from "./reportFigures.js";
import { reportHtml } from "./reportHtml.js";
import { reportMarkdown } from "./reportMarkdown.js";
import { isQuick, posixPath } from "./reportText.js";
import type { NotebookRun } from "./results.js";
import { isOverSeeds, overSeeds, type SeededClaim, type SeededRun, type SeedResult } from "./seeds.js";
import { standingOf, type Standing } from "./standing.js";

/** Paths of the files of a report. */
export interface ReportFiles {
  readonly json: string;
  readonly provenance: string;
  readonly markdown: string;
  readonly html: string;
  readonly figures: readonly string[];
}

/** The content of report.json; its schema is report.schema.json beside this file. */
export interface Report {
  readonly claims: readonly ReportedClaim[];
  readonly notebooks: readonly {
    readonly notebook: string;
    readonly status: "ok" | "error";
    readonly parameters: NotebookRun["parameters"];
  }[];
}

/** A claim with its verdict, and where and how it was measured. */
export interface ReportedClaim extends JudgedClaim {
  readonly notebook: string;
  /** id of the cell that states it */
  readonly cell: string;
  /** the parameter seed; null where the notebook has none, or was run with several */
  readonly seed: number | string | null;
  /** what each seed gives: one, or several whose mean is above */
  readonly bySeed: readonly SeedResult[];
  /** seeds whose runs did not state it */
  readonly missing: SeededClaim["missing"];
  readonly quick: boolean;
  readonly standing: Standing;
}

/** Settings of a report. */
export interface ReportOptions {
  /** writes through symbolic links that lie in the folder; by default they are refused */
  readonly followLinks?: boolean;
}

/**
 * Writes report.json, report.md, report.html and figures/ into `out`, the same for the same outputs, and beside them
 * provenance.json: when, from what and on which machine. Runs of a notebook with several seeds share a row for each
 * claim; the figures are those of the first that left an output.
 *
 * @throws NotebookError if it cannot be written, in one sentence
 */
export function writeReport(
  out: string,
  runs: readonly NotebookRun[],
  { followLinks = false }: ReportOptions = {},
): ReportFiles {
  const write = (file: string, content: string | Uint8Array): void => {
    const link = followLinks ? undefined : linkBelow(out, file);
    if (link) throw new NotebookError(link);
    writeFileAtomic(file, content);
  };
  try {
    const joined = overSeeds(runs);
    const pictures = extractFigures(out, joined, write);
    const files = {
      json: join(out, "report.json"),
      provenance: join(out, "provenance.json"),
      markdown: join(out, "report.md"),
      html: join(out, "report.html"),
      figures: pictures.map(({ file }) => file),
    };
    write(files.json, `${escaped(JSON.stringify(reportOf(joined), null, 2))}\n`);
    write(files.provenance, `${escaped(JSON.stringify(provenance(runs), null, 2))}\n`);
    write(files.markdown, reportMarkdown(out, joined, pictures));
    write(files.html, reportHtml(out, joined, pictures));
    return files;
  } catch (error) {
    throw error instanceof NotebookError
      ? error
      : new NotebookError(`${out}: the report cannot be written (${(error as Error).message})`);
  }
}

/** Escapes the control characters that JSON leaves as they are: whoever prints the file is told nothing by them. */
const escaped = (json: string): string =>
  json.replace(
    /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

function reportOf(joined: readonly SeededRun[]): Report {
  return {
    claims: joined.flatMap((run) => run.claims.map((claim) => reportedClaim(claim, run))),
    notebooks: joined.flatMap(({ runs }) =>
      runs.map(({ notebook, status, parameters }) => ({ notebook: posixPath(notebook), status, parameters })),
    ),
  };
}

function reportedClaim(claim: SeededClaim, run: SeededRun): ReportedClaim {
  const { id, cell: _, cellId, run: ofClaim, bySeed, missing, ...judged } = claim;
  return {
    id,
    notebook: posixPath(run.notebook),
    cell: cellId,
    ...judged,
    seed: isOverSeeds(claim) ? null : bySeed[0].seed,
    bySeed,
    missing,
    quick: isQuick(ofClaim),
    standing: standingOf(claim),
  };
}
