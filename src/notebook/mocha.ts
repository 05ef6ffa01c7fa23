import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { inTemporaryFolder } from "../files/temporaryFolder.js";
import { checkNotebook, type CheckOptions } from "./check.js";
import { findNotebooks } from "./paths.js";
import type { NotebookRun } from "./results.js";
import { executeNotebook, type RunOptions } from "./run.js";
import { problemsOf } from "./trace.js";
import type { Outcome } from "./verdict.js";

/** Settings of describeNotebooks. */
export interface DescribeOptions extends Omit<RunOptions, "inPlace" | "onProgress" | "signal"> {
  /** name of the suite; default "notebooks" */
  readonly title?: string;
  /** ms for each notebook; default 60,000 */
  readonly timeout?: number;
  /**
   * Fails a notebook with a claim that does not hold or is undecided; default false, since finding that out is a result
   * too. Claims known not to hold or to be undecided may be named as `notebook: id`: such a one fails the notebook when
   * it comes out otherwise. Of a claim not tested as published, what was measured counts.
   */
  readonly claims?: boolean | { readonly refuted?: readonly string[]; readonly undecided?: readonly string[] };
  /** also compares the outputs with the stored ones; the tolerances are those of `checkNotebook` */
  readonly check?: boolean | Pick<CheckOptions, "tolerance" | "absolute">;
}

/**
 * Defines a mocha suite with one test per notebook. A test fails with the TypeScript trace of the failing cell, with
 * what was lost, or with the notebook's time limit; the suite fails where no notebook is found.
 *
 * @param patterns files, folders or globs, relative to the working directory
 */
export function describeNotebooks(
  patterns: string | readonly string[],
  { title = "notebooks", timeout = 60_000, claims = false, check = false, out, ...options }: DescribeOptions,
): void {
  describe(title, () => {
    let paths: string[];
    try {
      paths = findNotebooks(typeof patterns === "string" ? [patterns] : patterns);
    } catch (error) {
      it("finds its notebooks", () => {
        throw error;
      });
      return;
    }
    for (const path of paths)
      it(path, async function () {
        this.timeout(timeout + 30_000); // the run's own limit comes first and says in which cell
        const settings = { ...options, timeout };
        const lines: string[] = [];
        let run: NotebookRun;
        if (check) {
          const { run: checked, differences } = await checkNotebook(path, {
            ...settings,
            ...(check === true ? {} : check),
          });
          run = checked;
          lines.push(...differences);
        } else {
          const runInto = (directory: string) => executeNotebook(path, { ...settings, out: directory });
          run = await (out === undefined
            ? inTemporaryFolder(join(tmpdir(), "scorebook-mocha-"), runInto)
            : runInto(out));
        }
        lines.unshift(...problemsOf(run));
        if (claims) lines.push(...surprises(run, claims === true ? {} : claims));
        if (lines.length > 0) fail(lines.join("\n"));
      });
  });
}

/** The claims that come out otherwise than they are listed, one sentence each. */
function surprises(
  { notebook, claims }: NotebookRun,
  { refuted = [], undecided = [] }: Exclude<DescribeOptions["claims"], boolean | undefined>,
): string[] {
  const listed = (id: string): Outcome => {
    const name = `${basename(notebook, ".ipynb")}: ${id}`;
    return refuted.includes(name) ? "does not hold" : undecided.includes(name) ? "undecided" : "holds";
  };
  const although = {
    holds: "",
    "does not hold": ", although it is listed as one that does not",
    undecided: ", although it is listed as undecided",
  };
  return claims
    .filter(({ id, outcome }) => outcome !== listed(id))
    .map(({ id, cell, outcome, statement }) => {
      const found = outcome === "undecided" ? "is undecided" : outcome;
      return `${notebook}, cell ${cell}: claim "${id}" ${found}${although[listed(id)]}: ${statement}`;
    });
}

/** An error that shows its message and, in place of the runner's own stack, nothing. */
function fail(message: string): never {
  const error = new Error(message);
  error.stack = `Error: ${message}`;
  throw error;
}
