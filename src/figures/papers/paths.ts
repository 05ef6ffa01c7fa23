import { mean } from "../../math/stats.js";
import { curvesFigure } from "../curves.js";
import { withMarks } from "../marks.js";
import type { Figure, FrameOptions } from "../style.js";

/** How far the states of trajectories are from others at each level, for each seed. */
export interface PathErrors {
  readonly name: string;
  /** at each level, shape [n] */
  readonly errors: readonly ArrayLike<number>[];
}

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
  paths: readonly PathErrors[],
  sigmas: Float64Array,
  { yTitle = "mean squared difference / variance", range = [1e-4, 2], marks = {}, ...options }: PathErrorsOptions,
): Figure {
  const shown = sigmas.subarray(1, sigmas[sigmas.length - 1] === 0 ? -1 : sigmas.length);
  const curves = paths.map(({ name, errors }) => {
    if (errors.length !== sigmas.length)
      throw new RangeError(
        `pathErrorsFigure: "${name}" has errors at ${errors.length} levels, expected ${sigmas.length}`,
      );
    return { name, x: shown, y: errors.slice(1, 1 + shown.length).map(mean) };
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
