import type { FarFieldStudy } from "../../analysis/scores/farFieldStudy.js";
import type { Figure, FrameOptions } from "../style.js";
import { unexplainedFigure } from "./unexplained.js";

/**
 * Ratios of means against the noise level, one panel for each data set, with the laws of the far field for the Gaussian
 * and for the mean alone beyond √λ₁ and a mark at √tr Σ.
 *
 * @throws RangeError as unexplainedFigure does
 */
export function farFieldFigure(
  studies: readonly (FarFieldStudy & { readonly name: string })[],
  { columns = 2, ...options }: FrameOptions & { readonly columns?: number },
): Figure {
  return unexplainedFigure(
    studies.map(({ name, curves, sigmas, law, firstDeviation, totalDeviation }) => {
      const far = sigmas.map((sigma, i) => ({ sigma, ...law[i] })).filter(({ sigma }) => sigma > firstDeviation);
      const x = far.map(({ sigma }) => sigma);
      return {
        title: name,
        curves,
        measure: "scoreRatioOfMeans" as const,
        series: [
          { name: "law, σ⁻⁶", x, y: far.map(({ gaussian }) => gaussian) },
          { name: "law, σ⁻⁴", x, y: far.map(({ meanOnly }) => meanOnly) },
        ],
        marks: [{ x: totalDeviation, label: "√tr Σ" }],
      };
    }),
    { ...options, columns },
  );
}
