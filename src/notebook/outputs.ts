import type { IDisplayData, IExecuteResult } from "@jupyterlab/nbformat";
import { plotlyMime } from "../kernel/figure.js";
import type { Output } from "../kernel/output.js";
import { outputProblem } from "./nbformat.js";
import type { CodeCell, StoredOutput } from "./nbformatTypes.js";
import { terminalText } from "./terminal.js";

/**
 * A collector of outputs into their notebook, as in a front end: adjacent chunks of a stream become one, `clear_output`
 * clears, `update_display_data` changes every earlier display of its id in whatever cell.
 */
export class OutputCollector {
  private readonly displays = new Map<string, { cell: CodeCell; output: IDisplayData | IExecuteResult }[]>();
  private readonly changed = new Set<CodeCell>();
  private readonly clearing = new Set<CodeCell>();
  /** chunks of the streams that are still growing; joined once, in `finish` */
  private readonly chunks = new Map<StoredOutput, string[]>();

  /** @param place makes the paths of error traces and of stderr independent of the machine */
  constructor(private readonly place: (text: string) => string) {}

  /** Adds an output to its cell; returns what was lost, in one sentence that does not name the cell. */
  add(cell: CodeCell, output: Output): string | undefined {
    this.changed.add(cell);
    if (output.output_type === "clear_output") {
      if (output.wait) this.clearing.add(cell);
      else this.clear(cell);
      return undefined;
    }
    if (output.output_type === "update_display_data") return this.update(output.transient?.display_id, output);
    if (this.clearing.has(cell)) this.clear(cell);
    if (output.output_type === "stream") {
      const last = cell.outputs.at(-1);
      if (last?.output_type === "stream" && last.name === output.name && this.chunks.has(last))
        this.chunks.get(last)!.push(output.text);
      else {
        const stream: StoredOutput = { output_type: "stream", name: output.name, text: "" };
        cell.outputs.push(stream);
        this.chunks.set(stream, [output.text]);
      }
      return undefined;
    }
    if (output.output_type === "error") {
      cell.outputs.push({
        output_type: "error",
        ename: output.ename,
        evalue: this.place(output.evalue),
        traceback: output.traceback.map(this.place),
      });
      return undefined;
    }
    const stored =
      output.output_type === "execute_result"
        ? ({
            output_type: output.output_type,
            data: { ...output.data },
            metadata: { ...output.metadata },
            execution_count: output.execution_count,
          } as IExecuteResult)
        : ({
            output_type: output.output_type,
            data: { ...output.data },
            metadata: { ...output.metadata },
          } as IDisplayData);
    const problem = outputProblem(stored);
    if (problem) return `an output was dropped, since no notebook can hold it: ${problem}`;
    cell.outputs.push(stored);
    const id = output.output_type === "display_data" ? output.transient?.display_id : undefined;
    if (id !== undefined) {
      if (!this.displays.has(id)) this.displays.set(id, []);
      this.displays.get(id)!.push({ cell, output: stored });
    }
    return undefined;
  }

  /**
   * Brings streams to the text that a terminal would show, and so into the notebook; returns the cells whose outputs
   * have changed since the last time.
   */
  finish(): CodeCell[] {
    const changed = [...this.changed];
    this.changed.clear();
    for (const output of changed.flatMap((cell) => cell.outputs)) {
      const chunks = this.chunks.get(output);
      if (output.output_type !== "stream" || !chunks) continue;
      const text = chunks.join("");
      this.chunks.set(output, [text]);
      output.text = terminalText(output.name === "stderr" ? this.place(text) : text);
    }
    return changed;
  }

  private clear(cell: CodeCell): void {
    this.clearing.delete(cell);
    for (const output of cell.outputs) this.chunks.delete(output);
    cell.outputs.length = 0;
  }

  private update(id: string | undefined, { data, metadata }: { data: object; metadata: object }): string | undefined {
    const displays = id === undefined ? undefined : this.displays.get(id);
    if (!displays)
      return `an update of display id ${JSON.stringify(id ?? null)} was dropped: nothing was displayed under it before`;
    const problem = outputProblem({ output_type: "display_data", data: data as never, metadata: metadata as never });
    if (problem)
      return `an update of display id ${JSON.stringify(id)} was dropped, since no notebook can hold it: ${problem}`;
    for (const { cell, output } of displays) {
      Object.assign(output, { data: { ...data }, metadata: { ...metadata } });
      this.changed.add(cell);
    }
    return undefined;
  }
}

/** Counts the cell's figures without a picture, which cannot be seen where Plotly does not run. */
export function figuresWithoutPicture(cell: CodeCell): number {
  return cell.outputs.filter(
    (output) =>
      "data" in output &&
      plotlyMime in (output as IDisplayData).data &&
      !("image/png" in (output as IDisplayData).data),
  ).length;
}
