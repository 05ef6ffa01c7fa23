import ts from "typescript";
import { hasTag, isCode, parseNotebook } from "../../src/notebook/nbformat.js";

/** A line of a cell: the cell's place in the notebook and the line in it, both counted from 1. */
export interface CellLine {
  readonly cell: number;
  readonly line: number;
}

/** A notebook's code as one module, in which a cell's names are visible to the cells behind it. */
export interface CellModule {
  readonly text: string;
  /** where each line of the text comes from; undefined for a line between two cells */
  readonly lines: readonly (CellLine | undefined)[];
  /** `line:column` in the text of the expressions that cells end with, whose values are shown */
  readonly shown: ReadonlySet<string>;
}

/**
 * Joins the code cells of a notebook, those tagged `skip-execution` left out. A name must be declared once: a cell may
 * declare it again in the kernel, a module may not.
 */
export function cellModule(notebook: string, name: string): CellModule {
  const text: string[] = [];
  const lines: (CellLine | undefined)[] = [];
  const shown = new Set<string>();
  for (const [index, cell] of parseNotebook(notebook, name).cells.entries()) {
    if (!isCode(cell) || hasTag(cell, "skip-execution")) continue;
    const file = ts.createSourceFile("cell.ts", cell.source, ts.ScriptTarget.Latest);
    const last = file.statements.at(-1);
    if (last && ts.isExpressionStatement(last)) {
      const { line, character } = file.getLineAndCharacterOfPosition(last.getStart(file));
      shown.add(`${text.length + line + 1}:${character + 1}`);
    }
    for (const [k, line] of cell.source.split(/\r?\n/).entries()) {
      text.push(line);
      lines.push({ cell: index + 1, line: k + 1 });
    }
    text.push(";"); // a cell ends where it ends, whatever the next one begins with
    lines.push(undefined);
  }
  return { text: [...text, "export {};", ""].join("\n"), lines, shown };
}
