import type { JudgedClaim } from "./judgedClaim.js";

/** A place in a cell's TypeScript, both counted from 1. */
export interface Frame {
  /** what the trace calls the place, such as `cell 3` */
  readonly where: string;
  readonly line: number;
  readonly column: number;
}

/** The run of one cell. */
export interface CellRun {
  /** place in the notebook, counted from 1 over cells of every type */
  readonly cell: number;
  readonly id: string;
  readonly executionCount: number | null;
  /** "not run": behind the cell at which the run stopped */
  status: "ok" | "error" | "skipped" | "not run";
  seconds: number;
  /** the first error of the cell, also where the tag `raises-exception` allows it */
  error?: CellError;
}

/** The error of a cell. */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  /** coloured lines */
  readonly traceback: readonly string[];
  /** the lines of the trace that lie in cells, innermost first */
  readonly frames: readonly Frame[];
}

/** A claim as a run has found it. */
export interface ClaimRun extends JudgedClaim {
  /** place and id of the cell that states it */
  readonly cell: number;
  readonly cellId: string;
}

/** The run of one notebook. */
export interface NotebookRun {
  /** the notebook that was read */
  readonly notebook: string;
  /** the seed, where the notebook is run with several */
  readonly seed?: number;
  /** the executed notebook; undefined where nothing could be run */
  readonly output?: string;
  readonly status: "ok" | "error";
  readonly seconds: number;
  /** one per code cell */
  readonly cells: readonly CellRun[];
  readonly claims: readonly ClaimRun[];
  /** what was lost or dropped, one sentence each */
  readonly warnings: readonly string[];
  /** why the notebook failed beside or instead of a cell: unreadable, a claim id used twice, interrupted */
  readonly problems: readonly string[];
  /** the parameters that are plain values, such as seed and quick */
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
}
