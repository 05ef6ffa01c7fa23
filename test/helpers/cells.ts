import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { CellOptions, CellResult } from "../../src/kernel/cellOptions.js";
import { Evaluator, type EvaluatorOptions } from "../../src/kernel/host/evaluator.js";
import type { ErrorOutput, Output } from "../../src/kernel/output.js";

export interface Ran extends CellResult {
  readonly outputs: Output[];
  /** text/plain of the result */
  readonly value: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly errors: ErrorOutput[];
}

/** An evaluator in a folder of its own, with files in it, and what it says about each cell. */
export class TestNotebook {
  readonly evaluator: Evaluator;
  readonly late: { count: number; output: Output }[] = [];

  constructor(
    options: EvaluatorOptions = {},
    readonly folder = mkdtempSync(path.join(tmpdir(), "scorebook-test-")),
  ) {
    this.evaluator = new Evaluator({ cwd: folder, ...options });
    this.evaluator.onLateOutput = (count, output) => this.late.push({ count, output });
  }

  write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
    writeFileSync(path.join(this.folder, file), text);
  }

  async run(code: string, options: CellOptions = {}): Promise<Ran> {
    const outputs: Output[] = [];
    const result = await this.evaluator.execute(code, {
      timeout: 60_000,
      ...options,
      onOutput: (output) => outputs.push(output),
    });
    const text = (name: string): string =>
      outputs.map((o) => (o.output_type === "stream" && o.name === name ? o.text : "")).join("");
    const shown = outputs.find((o) => o.output_type === "execute_result");
    return {
      ...result,
      outputs,
      stdout: text("stdout"),
      stderr: text("stderr"),
      value: shown && (shown.data["text/plain"] as string),
      errors: outputs.filter((o) => o.output_type === "error"),
    };
  }

  async close(): Promise<void> {
    await this.evaluator.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
