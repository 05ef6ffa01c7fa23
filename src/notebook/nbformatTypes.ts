import type {
  ICodeCell,
  IDisplayData,
  IError,
  IExecuteResult,
  IMarkdownCell,
  INotebookContent,
  IRawCell,
  IStream,
} from "@jupyterlab/nbformat";

/** A notebook of nbformat 4.5 in memory: multiline strings are strings, every cell has its id. */
export interface Notebook extends INotebookContent {
  cells: Cell[];
}

/** A cell of code with its outputs. */
export interface CodeCell extends ICodeCell {
  id: string;
  source: string;
  outputs: StoredOutput[];
}

/** A cell of Markdown or of raw text. */
export type TextCell = (IMarkdownCell | IRawCell) & { id: string; source: string };

/** A cell of any type. */
export type Cell = CodeCell | TextCell;

/** Text on stdout or stderr, in one piece. */
export type StoredStream = IStream & { text: string };

/** An output that a notebook can hold. */
export type StoredOutput = StoredStream | IDisplayData | IExecuteResult | IError;
