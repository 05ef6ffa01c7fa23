import type { ElementStudy } from "../../analysis/trajectories/elementStudy.js";
import { estimateSeries } from "../curves.js";
import { panelsFigure } from "../panels.js";
import { extent, type Figure, type FrameOptions } from "../style.js";

/** The elements of a field's trajectories. */
export type FieldElements = Pick<ElementStudy, "variances" | "elements"> & { readonly name: string };

/**
 * Draws the levels at which elements commit over their variances, in panels below each other; the points of the first
 * field of a panel have the elements' names.
 *
 * @throws RangeError if there is no panel, or no field in one
 */
export function elementsFigure(
  panels: Readonly<Record<string, readonly FieldElements[]>>,
  options: FrameOptions,
): Figure {
  const drawn = Object.entries(panels).map(([title, fields]) => ({
    title,
    series: fields.map(({ name, variances, elements }, i) => ({
      ...estimateSeries(
        name,
        variances,
        elements.map(({ commits }) => commits),
      ),
      mode: "markers" as const,
      ...(i === 0 && { labels: elements.map((element) => element.name) }),
    })),
  }));
  const fields = Object.values(panels).flat();
  const shares = extent("log", ...fields.map(({ variances }) => variances));
  const commits = fields.flatMap(({ elements }) => elements.map((element) => element.commits));
  const bars = [-1, 1].map((side) => commits.map(({ value, standardError }) => value + side * standardError));
  const levels = extent("log", ...bars);
  return panelsFigure(drawn, {
    ...options,
    x: { title: "share of the pixels' variance", range: [shares[0] / 1.1, 1.4 * shares[1]] }, // room for the last name
    y: {
      title: "level σ at which it commits (pixel value)",
      type: "log",
      range: [levels[0] / 1.1, 1.1 * levels[1]],
    },
    columns: 1,
  });
}
