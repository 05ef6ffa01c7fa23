import { Evaluator } from "../kernel/host/evaluator.js";
import { chromiumRenderer, type FigureRenderer } from "../kernel/host/renderer.js";
import type { CellEvaluator, EvaluatorSettings } from "./run.js";

export interface KernelEvaluators {
  evaluator(settings: EvaluatorSettings): CellEvaluator;
  /** closes the browser */
  close(): Promise<void>;
}

/** Evaluators of the kernel that share one browser for their figures. */
export function kernelEvaluators(): KernelEvaluators {
  let renderer: FigureRenderer | undefined;
  return {
    evaluator({ cwd, memoryLimit, onWarning, onLateOutput }) {
      renderer ??= chromiumRenderer();
      const evaluator = new Evaluator({ cwd, memoryLimit, onWarning, renderer });
      evaluator.onLateOutput = onLateOutput;
      return evaluator;
    },
    close: async () => renderer?.close(),
  };
}
