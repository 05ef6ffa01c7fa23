/** What a cell can send to its reader, in the words of nbformat and the Jupyter protocol. */

/** Data of one result by MIME type; text types hold strings, JSON types hold plain JSON values, images base64. */
export type MimeBundle = Readonly<Record<string, unknown>>;

export interface StreamOutput {
  readonly output_type: "stream";
  readonly name: "stdout" | "stderr";
  readonly text: string;
}

export interface DisplayOutput {
  /** `update_display_data` replaces the data of every earlier display of the same id */
  readonly output_type: "display_data" | "update_display_data";
  readonly data: MimeBundle;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly transient?: { readonly display_id?: string };
}

export interface ResultOutput {
  readonly output_type: "execute_result";
  readonly data: MimeBundle;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly execution_count: number;
}

export interface ErrorOutput {
  readonly output_type: "error";
  /** the error's class, such as `TypeError` or `Diagnostics` for a cell that does not type-check */
  readonly ename: string;
  readonly evalue: string;
  /** readable lines, ANSI-coloured, with the cell's own TypeScript line:column and no internal frame */
  readonly traceback: readonly string[];
}

export interface ClearOutput {
  readonly output_type: "clear_output";
  /** true: clear when the next output arrives */
  readonly wait: boolean;
}

export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput | ClearOutput;

/** An error that the kernel tells of a cell; `origin` is where in the cell it arose. */
export function failure(ename: string, evalue: string, origin: readonly string[] = []): ErrorOutput {
  return { output_type: "error", ename, evalue, traceback: [`\u001b[31m${ename}: ${evalue}\u001b[39m`, ...origin] };
}
