import { basename, join } from "node:path";
import type { IDisplayData } from "@jupyterlab/nbformat";
import { isCode, readNotebook } from "./nbformat.js";
import { printable } from "../kernel/printable.js";
import { plotlyMime } from "../kernel/figure.js";
import type { NotebookRun } from "./results.js";

/** A picture of an executed notebook that was written as a file. */
export interface Picture {
  readonly file: string;
  readonly run: NotebookRun;
  readonly cell: string;
  /** the title of the figure, without markup; empty where it has none */
  readonly caption: string;
}

/**
 * Writes every image/png of the executed notebooks as figures/<notebook>-<cell id>.png, what would have the same name
 * as …-2.png.
 */
export function extractFigures(
  out: string,
  runs: readonly NotebookRun[],
  write: (file: string, content: Uint8Array) => void,
): Picture[] {
  const taken = new Set<string>();
  return runs.flatMap((run) =>
    picturesOf(run).map(({ cell, png, caption }) => {
      const stem = join(out, "figures", `${basename(run.notebook, ".ipynb")}-${cell}`);
      let file = `${stem}.png`;
      for (let n = 2; taken.has(file); n++) file = `${stem}-${n}.png`;
      taken.add(file);
      write(file, Buffer.from(png, "base64"));
      return { file, run, cell, caption };
    }),
  );
}

function picturesOf(run: NotebookRun): { cell: string; png: string; caption: string }[] {
  if (run.output === undefined) return [];
  return readNotebook(run.output)
    .cells.filter(isCode)
    .flatMap((cell) =>
      cell.outputs.flatMap((output) => {
        const { data } = output as IDisplayData;
        const png = data?.["image/png"];
        return typeof png === "string" ? [{ cell: cell.id, png, caption: titleOf(data[plotlyMime]) }] : [];
      }),
    );
}

function titleOf(figure: unknown): string {
  const title = (figure as { layout?: { title?: string | { text?: string } } } | undefined)?.layout?.title;
  const text = typeof title === "string" ? title : (title?.text ?? "");
  return printable(text.replace(/<br>/g, " ").replace(/<[^>]*>/g, "")).replace(/\s+/g, " ");
}
