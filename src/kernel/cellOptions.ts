/** Types of running cells that the kernel and its worker share. */
import type { ErrorOutput, Output } from "./output.js";

/** The effect of a type error: it stops the cell before it runs, is printed, or is not looked for. */
export type TypeCheck = "error" | "warn" | "off";

/** Longest time in ms that a timer of Node.js can have, 24 days; a limit beyond it is none. */
export const longestMs = 2 ** 31 - 1;

/** Settings of one cell's run. */
export interface CellOptions {
  /** the n of In [n]; default: one more than the last */
  readonly executionCount?: number;
  /** called in order, and for the last time before the promise resolves */
  readonly onOutput?: (output: Output) => void;
  /** called for outputs that arrive after that; default: the evaluator's `onLateOutput` */
  readonly onLateOutput?: (output: Output) => void;
  /** answers `input()`; without it a question is refused at once */
  readonly onInput?: (prompt: string, password: boolean) => Promise<string>;
  /** run without showing the last expression */
  readonly silent?: boolean;
  /** ms that the cell may take, its compilation included, before it is interrupted */
  readonly timeout?: number;
}

/** The end of a cell's run. */
export interface CellResult {
  readonly status: "ok" | "error";
  /** the cell's first error, which was also an output */
  readonly error?: ErrorOutput;
  /** the process ended, and with it all variables; the next cell starts in a fresh one */
  readonly died?: true;
}

/** Names that fit a place in a cell. */
export interface Completion {
  /** UTF-16 offsets between which a match replaces the text */
  readonly start: number;
  readonly end: number;
  readonly matches: readonly string[];
  /** TypeScript's kind of each match: function, const, property, … */
  readonly kinds: readonly string[];
}

/** The state of a cell that is being written: whether it can run as it stands. */
export interface Completeness {
  readonly status: "complete" | "incomplete" | "invalid";
  /** indentation of the next line of an incomplete cell */
  readonly indent?: string;
}
