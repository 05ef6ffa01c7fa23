import { format, type AstPath, type Options, type Plugin } from "prettier";
import { hasTag, isCode, parseNotebook } from "../../src/notebook/nbformat.js";
import { layOut } from "../../src/notebook/nbformatLayout.js";
import type { Notebook } from "../../src/notebook/nbformatTypes.js";

/**
 * A plugin that lets Prettier format the code cells of notebooks, each as a file of its own; all else in a notebook is
 * laid out as Jupyter does.
 */
const plugin: Plugin<Notebook> = {
  languages: [{ name: "Jupyter Notebook", parsers: ["notebook"], extensions: [".ipynb"] }],
  parsers: {
    notebook: {
      astFormat: "notebook",
      parse: async (text: string, options: Options) => {
        const notebook = parseNotebook(text, options.filepath ?? "notebook");
        for (const [index, cell] of notebook.cells.entries())
          if (isCode(cell) && !hasTag(cell, "skip-execution"))
            cell.source = await formatCell(cell.source, index + 1, options);
        return notebook;
      },
      locStart: () => 0,
      locEnd: () => 0,
    },
  },
  printers: { notebook: { print: ({ node }: AstPath<Notebook>) => layOut(node) } },
};
export default plugin;

/** A cell's last line has no line break, and its text no empty line at the end. */
async function formatCell(source: string, cell: number, { printWidth }: Options): Promise<string> {
  try {
    return (await format(source, { printWidth, parser: "typescript" })).trimEnd();
  } catch (error) {
    throw new Error(`cell ${cell}: ${(error as Error).message}`, { cause: error });
  }
}
