/** The image of a figure, or the reason why plotly.js refuses it. */
export type Drawing =
  { readonly image: string; readonly width: number; readonly height: number } | { readonly refusal: string };

/**
 * Draws a figure inside the page that holds plotly.js: the browser gets this function's text, so it refers to nothing
 * outside itself. The size is the layout's, else 700 x 450 CSS pixels; a PNG has twice as many pixels each way.
 *
 * Of the codes of Plotly.validate, `array`, `object`, `schema` and `value` are mistakes. `unused`, `dynamic` and
 * `invisible` tell only that an attribute had no effect (a marker size without markers, a trace without points yet),
 * and null is plotly's way of saying that an attribute is not set.
 */
export async function draw({ json, format }: { json: string; format: "png" | "svg" }): Promise<Drawing> {
  const { Plotly, Math } = globalThis as any;
  const page = globalThis as { formulaError?: string };
  delete page.formulaError;
  const { data, layout = {}, config = {} } = JSON.parse(json);
  if (!Array.isArray(data)) return { refusal: "data must be an array of traces" };
  const noTrace = data.findIndex((trace) => typeof trace !== "object" || trace === null);
  if (noTrace >= 0) return { refusal: `data[${noTrace}] must be a trace, such as { x: [1, 2], y: [3, 4] }` };

  // plotly.js draws the ids inside its SVG at random: the same ones for every figure.
  let state = 1;
  Math.random = () => (state = (state * 48271) % 2147483647) / 2147483647;

  const at = (problem: any): any =>
    problem.path &&
    problem.path.reduce(
      (part: any, key: any) => part?.[key],
      problem.container === "layout" ? layout : data[problem.trace],
    );
  const clipped = (value: any): string => {
    const text = JSON.stringify(value);
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
  };
  const meanings: Record<string, (problem: any) => string> = {
    array: () => "must be an array",
    object: ({ astr }) => (/(^|\.)title$/.test(astr) ? 'must be an object such as { text: "…" }' : "must be an object"),
    schema: () => "is not an attribute of plotly.js",
    value: (problem) => `has the invalid value ${clipped(at(problem))}`,
  };
  const sentence = (problem: any): string => {
    const trace = data[problem.trace];
    const owner = problem.trace === null ? problem.container : `data[${problem.trace}] (${trace?.type ?? "scatter"})`;
    return [`${owner}:`, problem.astr, meanings[problem.code](problem)].filter(Boolean).join(" ");
  };
  let problems: any[] = [];
  try {
    problems = Plotly.validate(data, layout) ?? [];
  } catch {
    // plotly.js fails to describe what it fails to draw; drawing tells why
  }
  const mistakes = problems.filter((problem) => {
    const value = at(problem);
    if (!(problem.code in meanings) || (problem.path?.length && value === null)) return false;
    if (problem.code === "array" && value?.bdata) return false; // the packed arrays that plotly.js reads but its check does not know
    return !(problem.code === "value" && /^coloraxis\d*$/.test(value)); // nor does it know the names of colour axes
  });
  if (mistakes.length) {
    const more = mistakes.length > 3 ? `; and ${mistakes.length - 3} more` : "";
    return { refusal: mistakes.slice(0, 3).map(sentence).join("; ") + more };
  }

  const width = layout.width ?? 700;
  const height = layout.height ?? 450;
  try {
    const figure = { data, layout, config: { ...config, staticPlot: true } };
    const image: string = await Plotly.toImage(figure, { format, width, height, scale: 2 });
    if (!image.startsWith("data:image/"))
      return { refusal: `layout: ${width} x ${height} CSS px is more than the browser can draw` };
    if (page.formulaError !== undefined) return { refusal: `a formula cannot be set: ${page.formulaError}` };
    const comma = image.indexOf(",");
    return {
      image: format === "png" ? image.slice(comma + 1) : decodeURIComponent(image.slice(comma + 1)),
      width,
      height,
    };
  } catch (error) {
    return { refusal: `plotly.js cannot draw it: ${(error as any)?.message ?? String(error)}` };
  }
}

/** Sets MathJax up, before it is loaded: nothing but what plotly.js asks for, and errors instead of red text. */
export function prepareFormulas(): void {
  const page = globalThis as { MathJax?: object; formulaError?: string };
  const formatError = (_: unknown, error: Error): never => {
    page.formulaError ??= error.message;
    throw error;
  };
  page.MathJax = {
    startup: { typeset: false },
    options: { enableMenu: false },
    svg: { fontCache: "local" },
    tex: { formatError },
  };
}
