import type { ComparedPath } from "../../analysis/trajectories/prediction.js";
import { curvesFigure } from "../curves.js";
import { withMarks } from "../marks.js";
import type { Figure, FrameOptions } from "../style.js";

/** Settings of pathErrorsFigure. */
export interface PathErrorsOptions extends FrameOptions {
  readonly yTitle?: string;
  /** of the errors */
  readonly range?: readonly [number, number];
  /** levels worth pointing at, by their labels */
  readonly marks?: Readonly<Record<string, number>>;
}

/**
 * Mean errors of trajectories by noise level, one curve a name, both axes logarithmic. The first level, at which all
 * trajectories begin with the same noise, and σ = 0 have no place on them.
 *
 * @throws RangeError if there are no paths, or one has not an error for each level
 */
export function pathErrorsFigure(
  paths: readonly Pick<ComparedPath, "name" | "meanErrors">[],
  sigmas: Float64Array,
  { yTitle = "mean squared difference / variance", range = [1e-4, 2], marks = {}, ...options }: PathErrorsOptions,
): Figure {
  const shown = sigmas.subarray(1, sigmas[sigmas.length - 1] === 0 ? -1 : sigmas.length);
  const curves = paths.map(({ name, meanErrors }) => {
    if (meanErrors.length !== sigmas.length)
      throw new RangeError(
        `pathErrorsFigure: "${name}" has errors at ${meanErrors.length} levels, expected ${sigmas.length}`,
      );
    return { name, x: shown, y: meanErrors.subarray(1, 1 + shown.length) };
  });
  const figure = curvesFigure(curves, {
    ...options,
    x: { title: "noise level σ (pixel value)" },
    y: { title: yTitle, type: "log", range },
  });
  return withMarks(
    figure,
    Object.entries(marks).map(([label, x]) => ({ label, x })),
  );
}
