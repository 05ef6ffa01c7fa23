import type { ErrorOutput, Output } from "../../src/kernel/output.js";
import type { CellEvaluator, EvaluatorSettings } from "../../src/notebook/evaluators.js";

const AsyncFunction = (async () => {}).constructor as new (
  ...parameters: string[]
) => (...values: unknown[]) => Promise<void>;

/**
 * An evaluator of plain JavaScript whose cells say what they send: `out(output)`, `print(text)`, `warn(text)`,
 * `show(data, id)`, `update(data, id)`, `lose(reason)`, and `late(f)`, which runs f once the notebook settles.
 */
export class FakeEvaluator implements CellEvaluator {
  readonly calls: { code: string; executionCount: number; timeout?: number }[] = [];
  private readonly late: (() => void)[] = [];
  closed = false;

  constructor(readonly settings: EvaluatorSettings) {}

  async execute(
    code: string,
    { executionCount, onOutput, timeout }: Parameters<CellEvaluator["execute"]>[1],
  ): ReturnType<CellEvaluator["execute"]> {
    this.calls.push({ code, executionCount, timeout });
    let send = onOutput;
    const out = (output: Output) => send(output);
    const helpers = {
      out,
      print: (text: string) => out({ output_type: "stream", name: "stdout", text }),
      warn: (text: string) => out({ output_type: "stream", name: "stderr", text }),
      show: (data: object, id?: string) =>
        out({
          output_type: "display_data",
          data: { ...data },
          metadata: {},
          ...(id ? { transient: { display_id: id } } : {}),
        }),
      update: (data: object, id: string) =>
        out({ output_type: "update_display_data", data: { ...data }, metadata: {}, transient: { display_id: id } }),
      lose: this.settings.onWarning,
      late: (f: () => void) => this.late.push(f),
    };
    try {
      await new AsyncFunction(...Object.keys(helpers), code)(...Object.values(helpers));
      return { status: "ok" };
    } catch (thrown) {
      const { name, message } = thrown as Error;
      const error: ErrorOutput = {
        output_type: "error",
        ename: name,
        evalue: message,
        traceback: [
          `\x1b[31m${name}: ${message}\x1b[0m`,
          `    at cell ${executionCount}:2:7`,
          `    at f (cell ${executionCount}:1:3)`,
        ],
      };
      out(error);
      return { status: "error", error };
    } finally {
      send = (output) => this.settings.onLateOutput(executionCount, output);
    }
  }

  async settle(): Promise<void> {
    for (const f of this.late.splice(0)) f();
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
