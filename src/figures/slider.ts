import { packedTrace } from "./packed.js";
import type { Figure, Layout, Trace } from "./style.js";

/** One place of the slider and what it shows. */
export interface SliderStep {
  /** value of the variable, such as `0.05` */
  readonly label: string;
  readonly figure: Figure;
}

/** Settings of sliderFigure. */
export interface SliderOptions {
  /** what the slider moves, such as `t` or `training step` */
  readonly variable: string;
  /** index of the step shown first, and in a picture; the first one without it */
  readonly initial?: number;
}

/** Pixels below a figure for its slider. */
const HEIGHT = 88;

/**
 * One figure with a slider below it that shows one of several figures, without a kernel: all their traces are in it,
 * those which are equal once, and each step says which of them are visible and what differs in the layout (titles,
 * annotations, ranges). Coordinates are sent as float32.
 *
 * @throws RangeError if there is no step, the initial one is none of them, the steps differ in their axes, or one has a
 *   slider already
 */
export function sliderFigure(steps: readonly SliderStep[], { variable, initial = 0 }: SliderOptions): Figure {
  if (!(initial in steps))
    throw new RangeError(`sliderFigure: no step ${initial}, expected one of the ${steps.length} steps`);
  for (const { label, figure } of steps)
    if (figure.layout["sliders"])
      throw new RangeError(`sliderFigure: the step "${label}" has a slider already, expected figures without one`);
  const axes = steps.map(({ figure }) => axesOf(figure.layout));
  const other = axes.findIndex((names) => names !== axes[0]);
  if (other >= 0)
    throw new RangeError(
      `sliderFigure: the step "${steps[other].label}" has the axes ${axes[other]}, expected ${axes[0]} as "${steps[0].label}"`,
    );
  const layouts = steps.map(({ figure }) => withRoom(figure.layout));
  const { traces, shown } = shared(steps.map(({ figure }) => figure.data.map(packedTrace)));
  const changing = traces.map((_, i) => i).filter((i) => !shown[i].every((visible) => visible));
  const changes = differences(layouts.map(({ layout, y }) => ({ ...leaves(layout), "sliders[0].y": y })));
  return {
    data: traces.map((trace, i) => (shown[i][initial] ? trace : { ...trace, visible: false })),
    layout: {
      ...layouts[initial].layout,
      sliders: [
        {
          active: initial,
          x: 0,
          len: 1,
          y: layouts[initial].y,
          yanchor: "top",
          pad: { t: 4, b: 0, l: 0, r: 0 },
          font: { size: 12 },
          currentvalue: { prefix: `${variable} = `, xanchor: "left", offset: 8, font: { size: 14 } },
          ticklen: 4,
          steps: steps.map(({ label }, step) => ({
            label,
            method: "update",
            args: [
              // Plotly takes no traces for all of them, and no values for visible.
              changing.length === 0
                ? {}
                : { visible: changing.map((i) => (shown[i][step] ? (traces[i]["visible"] ?? true) : false)) },
              changes[step],
              changing,
            ],
          })),
        },
      ],
    },
  };
}

const axesOf = (layout: Layout): string =>
  Object.keys(layout)
    .filter((key) => /^[xy]axis\d*$/.test(key))
    .map((key) => key.replace("axis", ""))
    .join(", ");

/** A layout with room for the slider, and where that begins, in heights of the panels. */
function withRoom(layout: Layout): { readonly layout: Layout; readonly y: number } {
  const { height = 450, margin = {} } = layout as {
    readonly height?: number;
    readonly margin?: { readonly t?: number; readonly b?: number };
  };
  const { t = 100, b = 80 } = margin; // Plotly's own
  return {
    layout: { ...layout, height: height + HEIGHT, margin: { ...margin, b: b + HEIGHT } },
    y: -b / (height - t - b),
  };
}

/**
 * The traces of all steps, equal ones at the same place once, and for each whether a step shows it. Traces of a step
 * keep their order, and with it what is drawn over what.
 */
function shared(steps: readonly (readonly Trace[])[]): {
  readonly traces: readonly Trace[];
  readonly shown: readonly (readonly boolean[])[];
} {
  const texts = steps.map((traces) => traces.map((trace) => JSON.stringify(trace)));
  const places = Math.max(...steps.map((traces) => traces.length));
  const distinct = Array.from({ length: places }, (_, place) =>
    [...new Set(texts.map((own) => own[place]))].filter((text) => text !== undefined).map((text) => ({ place, text })),
  ).flat();
  return {
    traces: distinct.map(({ text }) => JSON.parse(text) as Trace),
    shown: distinct.map(({ place, text }) => texts.map((own) => own[place] === text)),
  };
}

/** The values of a layout by their paths, such as `title.text`; an array is one value. */
function leaves(value: Layout, path = ""): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      typeof item === "object" && item !== null && !Array.isArray(item)
        ? Object.entries(leaves(item as Layout, `${path}${key}.`))
        : [[`${path}${key}`, item]],
    ),
  );
}

/** What each layout sets differently from the others; what it lacks is emptied. */
function differences(layouts: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const paths = [...new Set(layouts.flatMap(Object.keys))].filter(
    (path) => new Set(layouts.map((layout) => JSON.stringify(layout[path]))).size > 1,
  );
  return layouts.map((layout) =>
    Object.fromEntries(
      paths.map((path) => {
        if (path in layout) return [path, layout[path]];
        if (path.endsWith(".range")) return [path.replace(/range$/, "autorange"), true];
        return [path, layouts.some((other) => Array.isArray(other[path])) && !path.includes(".") ? [] : null];
      }),
    ),
  );
}
