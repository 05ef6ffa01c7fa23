import type { MixtureRanks } from "../../analysis/scores/mixtureRanks.js";
import { heatmapsFigure } from "../heatmaps.js";
import type { Figure, FrameOptions } from "../style.js";

/**
 * Fractions of variance unexplained by numbers of components and rank, one panel for each noise level; the least of
 * each column is framed.
 *
 * @throws RangeError as heatmapsFigure does
 */
export function mixtureRanksFigure(maps: readonly MixtureRanks[], options: Omit<FrameOptions, "height">): Figure {
  return heatmapsFigure(
    maps.map(({ sigma, table }) => ({ name: `σ = ${sigma}`, ...table })),
    {
      ...options,
      rowTitles: (maps[0]?.ranks ?? []).map(String),
      columnTitles: (maps[0]?.components ?? []).map(String),
      xTitle: "components K",
      yTitle: "rank r",
      valueTitle: "unexplained fraction",
      across: 3,
    },
  );
}
