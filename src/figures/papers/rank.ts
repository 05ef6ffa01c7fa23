import type { RankStudy } from "../../analysis/scores/rankStudy.js";
import { panelsFigure } from "../panels.js";
import type { Figure, FrameOptions } from "../style.js";

/**
 * Ranks needed against the noise level in units of √λ₁, measured and by their laws, that of the far field from √λ₁ on;
 * one panel for each score, both axes logarithmic.
 *
 * @throws RangeError if there is no study
 */
export function rankFigure(
  studies: readonly (RankStudy & { readonly name: string })[],
  { columns = 2, ...options }: FrameOptions & { readonly columns?: number },
): Figure {
  return panelsFigure(
    studies.map(({ name, ratios, rank, c, standingOut, farField }) => {
      const far = ratios.flatMap((ratio, i) => (farField && ratio >= 1 ? [{ ratio, rank: farField[i] }] : []));
      return {
        title: name,
        series: [
          { name: "measured", x: ratios, y: rank, mode: "lines+markers" as const },
          { name: `#{λ<sub>k</sub> > ${c} σ²}`, x: ratios, y: standingOut },
          ...(far.length > 0
            ? [{ name: "far-field law", x: far.map(({ ratio }) => ratio), y: far.map(({ rank }) => rank) }]
            : []),
        ],
      };
    }),
    { ...options, columns, x: { title: "σ / √λ<sub>1</sub>" }, y: { title: "rank" } },
  );
}
