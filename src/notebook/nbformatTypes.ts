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

/** nbformat 4.5 in memory: multiline strings are strings, every cell has its id. */
export interface Notebook extends INotebookContent {
  cells: Cell[];
}
export interface CodeCell extends ICodeCell {
  id: string;
  source: string;
  outputs: StoredOutput[];
}
export type TextCell = (IMarkdownCell | IRawCell) & { id: string; source: string };
export type Cell = CodeCell | TextCell;
export type StoredStream = IStream & { text: string };
export type StoredOutput = StoredStream | IDisplayData | IExecuteResult | IError;
