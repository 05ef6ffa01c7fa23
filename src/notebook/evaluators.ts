import { Evaluator } from "../kernel/host/evaluator.js";
import { chromiumRenderer, type FigureRenderer } from "../kernel/host/renderer.js";
import type { TypeCheck } from "../kernel/cellOptions.js";
import type { ErrorOutput, Output } from "../kernel/output.js";

/** One process in which the cells of one notebook run: the part of a kernel's evaluator that the runner needs. */
export interface CellEvaluator {
  execute(
    code: string,
    options: { executionCount: number; onOutput: (output: Output) => void; timeout?: number },
  ): Promise<{ status: "ok" | "error"; error?: ErrorOutput; died?: boolean }>;
  /** waits until what the cells started has come to rest, or gives up after some ms */
  settle?(limit: number): Promise<void>;
  close(): Promise<void>;
}

/** Settings of a notebook's evaluator. */
export interface EvaluatorSettings {
  /** the notebook's directory */
  readonly cwd: string;
  /** MB of heap */
  readonly memoryLimit?: number;
  readonly typeCheck?: TypeCheck;
  /** an output that arrives after its cell is done, by the cell's execution count */
  readonly onLateOutput: (executionCount: number, output: Output) => void;
  /** told, in one sentence, what was left out of an output */
  readonly onWarning: (message: string) => void;
}

/** A maker of evaluators. */
export interface KernelEvaluators {
  evaluator(settings: EvaluatorSettings): CellEvaluator;
  /** closes the browser */
  close(): Promise<void>;
}

/** Returns a maker of the kernel's evaluators, which share one browser for their figures. */
export function kernelEvaluators(): KernelEvaluators {
  let renderer: FigureRenderer | undefined;
  return {
    evaluator({ onLateOutput, ...settings }) {
      renderer ??= chromiumRenderer();
      const evaluator = new Evaluator({ ...settings, renderer });
      evaluator.onLateOutput = onLateOutput;
      return evaluator;
    },
    close: async () => renderer?.close(),
  };
}
