import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { checkNotebook } from "./check.js";
import { findNotebooks } from "./paths.js";
import type { NotebookRun } from "./results.js";
import { executeNotebook, type RunOptions } from "./run.js";
import { troubles } from "./trace.js";

export interface DescribeOptions extends Omit<RunOptions, "inPlace" | "onProgress" | "signal"> {
  /** name of the suite; default "notebooks" */
  readonly title?: string;
  /** ms for each notebook; default 60,000 */
  readonly timeout?: number;
  /**
   * Fails a notebook with a claim that does not hold; default false, since finding that out is a result too. Claims
   * known not to hold, as `notebook: id`, may be named: such a one fails the notebook if it holds.
   */
  readonly claims?: boolean | { readonly refuted: readonly string[] };
  /** also compares the outputs with the stored ones; `tolerance` as in `checkNotebook` */
  readonly check?: boolean | { readonly tolerance?: number };
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
          const directory = out ?? mkdtempSync(join(tmpdir(), "scorebook-mocha-"));
          try {
            run = await executeNotebook(path, { ...settings, out: directory });
          } finally {
            if (out === undefined) rmSync(directory, { recursive: true, force: true });
          }
        }
        lines.unshift(...troubles(run));
        const refuted = new Set(typeof claims === "object" ? claims.refuted : []);
        const known = (id: string) => refuted.has(`${basename(path, ".ipynb")}: ${id}`);
        if (claims)
          lines.push(
            ...run.claims
              .filter(({ id, holds }) => holds === known(id))
              .map(
                ({ id, cell, holds, statement }) =>
                  `${path}, cell ${cell}: claim "${id}" ${holds ? "holds, although it is listed as one that does not" : "does not hold"}: ${statement}`,
              ),
          );
        if (lines.length > 0) fail(lines.join("\n"));
      });
  });
}

/** An error that shows its message and, in place of the runner's own stack, nothing. */
function fail(message: string): never {
  const error = new Error(message);
  error.stack = `Error: ${message}`;
  throw error;
}
