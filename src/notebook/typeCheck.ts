import { dirname } from "node:path";
import { cellCompiler, DiagnosticsError, diagnosticText, type Diagnostic } from "../kernel/worker/cellCompiler.js";
import { hasTag, isCode, languageOf, readNotebook } from "./nbformat.js";

/**
 * Type-checks a notebook's cells without running them, each against what those before it declare, by the kernel's own
 * compiler. Imports are resolved from the notebook's directory. A cell with a type error still declares its names to
 * those behind it; the check ends at a cell with a syntax error. Tags: `skip-execution` leaves a cell out;
 * errors in a cell tagged `raises-exception` are no errors. A notebook in JavaScript has none.
 *
 * @returns one text an error: the notebook, the cell, and line, column, code and message as the kernel gives them
 * @throws NotebookError if the notebook cannot be read or is in another language
 */
export function typeCheckNotebook(path: string): string[] {
  const notebook = readNotebook(path);
  if (languageOf(notebook, path) === "javascript") return [];
  const directory = process.cwd();
  process.chdir(dirname(path)); // from where the compiler resolves imports
  const compiler = cellCompiler("warn");
  const errors = new Set<string>(); // a file with an error is reported by every cell behind its import
  try {
    for (const [index, cell] of notebook.cells.entries()) {
      if (!isCode(cell) || cell.source.trim() === "" || hasTag(cell, "skip-execution")) continue;
      const { diagnostics, stops } = check(compiler, cell.source);
      if (!hasTag(cell, "raises-exception"))
        for (const each of diagnostics)
          errors.add(`${path}, ${each.file ? "" : `cell ${index + 1} (${cell.id}): `}${diagnosticText(each)}`);
      if (stops) break;
    }
  } finally {
    compiler.close();
    process.chdir(directory);
  }
  return [...errors];
}

function check(
  compiler: ReturnType<typeof cellCompiler>,
  source: string,
): { readonly diagnostics: readonly Diagnostic[]; readonly stops: boolean } {
  try {
    const { warnings } = compiler.compile(source);
    compiler.commit();
    return { diagnostics: warnings, stops: false };
  } catch (error) {
    if (error instanceof DiagnosticsError) return { diagnostics: error.diagnostics, stops: true };
    throw error;
  }
}
