import type { CellEvaluator, EvaluatorSettings } from "./run.js";

export interface KernelEvaluators {
  evaluator(settings: EvaluatorSettings): Promise<CellEvaluator>;
  /** closes the browser */
  close(): Promise<void>;
}

/** Evaluators of the kernel that share one browser for their figures. */
export function kernelEvaluators(): KernelEvaluators {
  let renderer: { close(): Promise<void> } | undefined;
  return {
    async evaluator(settings) {
      const [{ Evaluator }, { chromiumRenderer }] = await Promise.all([import("../kernel/evaluator.js" as string), import("../kernel/renderer.js" as string)]);
      renderer ??= chromiumRenderer();
      return new Evaluator({ ...settings, renderer });
    },
    close: async () => renderer?.close(),
  };
}
