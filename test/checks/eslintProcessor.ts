import type { Linter } from "eslint";
import { cellModule, type CellModule } from "./cellModule.js";

/** Rules that do not hold for the expression that a cell ends with: the kernel shows its value and awaits a promise. */
const statementRules = new Set(["@typescript-eslint/no-unused-expressions", "@typescript-eslint/no-floating-promises"]);

const modules = new Map<string, CellModule>();

/** Lints the code cells of a notebook as one module; messages tell the cell, and line and column in it. */
export const notebookCells: Linter.Processor = {
  meta: { name: "notebook-cells", version: "1" },
  preprocess(text, filename) {
    const module = cellModule(text, filename);
    modules.set(filename, module);
    return [{ text: module.text, filename: "cells.ts" }];
  },
  postprocess([messages], filename) {
    const { lines, shown } = modules.get(filename)!;
    modules.delete(filename);
    return messages
      .filter(({ ruleId, line, column }) => !(statementRules.has(ruleId ?? "") && shown.has(`${line}:${column}`)))
      .map(({ fix: _, suggestions: __, endLine, ...message }) => {
        const place = lines[message.line - 1];
        return {
          ...message,
          ...(place && { line: place.line, message: `cell ${place.cell}: ${message.message}` }),
          ...(endLine !== undefined && { endLine: lines[endLine - 1]?.line ?? place?.line }),
        };
      });
  },
};
