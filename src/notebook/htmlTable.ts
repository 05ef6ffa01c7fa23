/** Returns an HTML table of cells that are HTML; `right` names the columns of numbers. */
export function htmlTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  right: (column: number) => boolean = () => false,
): string {
  const cell = (tag: string) => (html: string, column: number) =>
    `<${tag} style="text-align:${right(column) ? "right" : "left"};vertical-align:top;padding:4px 10px;border-bottom:1px solid #8888">${html}</${tag}>`;
  const line = (cells: readonly string[], tag = "td") => `<tr>${cells.map(cell(tag)).join("")}</tr>`;
  return `<table style="border-collapse:collapse">${line(heads, "th")}${rows.map((row) => line(row)).join("")}</table>`;
}
