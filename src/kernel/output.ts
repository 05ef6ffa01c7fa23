/** The outputs of a cell, in the terms of nbformat and the Jupyter protocol. */

/** Data of one result by MIME type; text types hold strings, JSON types hold plain JSON values, images base64. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** Levels to which data may be nested; the tools that read notebooks go through them by recursion. */
export const deepest = 200;

/** Says whether a tree of JSON values is nested deeper than a number of levels. */
export function isDeeper(value: unknown, levels = deepest): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}

/** Text on stdout or stderr. */
export interface StreamOutput {
  readonly output_type: "stream";
  readonly name: "stdout" | "stderr";
  readonly text: string;
}

/** A displayed value, or the update of one. */
export interface DisplayOutput {
  /** `update_display_data` replaces the data of every earlier display of the same id */
  readonly output_type: "display_data" | "update_display_data";
  readonly data: MimeBundle;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly transient?: { readonly display_id?: string };
}

/** The value of a cell's last expression. */
export interface ResultOutput {
  readonly output_type: "execute_result";
  readonly data: MimeBundle;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly execution_count: number;
}

/** An error with its trace. */
export interface ErrorOutput {
  readonly output_type: "error";
  /** the error's class, such as `TypeError` or `Diagnostics` for a cell that does not type-check */
  readonly ename: string;
  readonly evalue: string;
  /** readable lines, ANSI-coloured, with the cell's own TypeScript line:column and no internal frame */
  readonly traceback: readonly string[];
}

/** The removal of the cell's outputs so far. */
export interface ClearOutput {
  readonly output_type: "clear_output";
  /** true: clear when the next output arrives */
  readonly wait: boolean;
}

/** Anything that a cell can send to its reader. */
export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput | ClearOutput;

/** Returns an error of the kernel's own about a cell; `origin` holds the trace lines of its place in the cell. */
export function failure(ename: string, evalue: string, origin: readonly string[] = []): ErrorOutput {
  return { output_type: "error", ename, evalue, traceback: [`\u001b[31m${ename}: ${evalue}\u001b[39m`, ...origin] };
}
