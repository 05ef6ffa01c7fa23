import { padded, place, type LegendPlace } from "../curves.js";
import { axis, extent, frame, ink, palette, plain, type Figure, type FrameOptions, type Trace } from "../style.js";

/** The singular values of flow maps along noise levels, one line for each of them and each trajectory. */
export interface SingularValueSeries {
  readonly name: string;
  /** at each noise level, those of all trajectories, shape [n, d] */
  readonly singularValues: readonly { readonly values: ArrayLike<number> }[];
}

/** Settings of singularValuesFigure. */
export interface SingularValuesOptions extends FrameOptions {
  /** curves of a theory, over the lines */
  readonly theory?: readonly { readonly name: string; readonly values: ArrayLike<number> }[];
  readonly xTitle?: string;
  readonly yTitle?: string;
  readonly legend?: LegendPlace;
}

/**
 * Singular values of the flow map against the noise level, both logarithmic: those along the manifold become constant,
 * those across it fall with slope 1 as the noise does.
 *
 * @throws RangeError if there is no series, or one has not as many sets of values as there are noise levels
 */
export function singularValuesFigure(
  sigmas: ArrayLike<number>,
  series: readonly SingularValueSeries[],
  options: SingularValuesOptions,
): Figure {
  const {
    theory = [],
    xTitle = "noise level σ (unit of x)",
    yTitle = "singular value of ∂x<sub>σ</sub>/∂x<sub>T</sub>",
    legend = "bottom right",
    ...rest
  } = options;
  if (series.length === 0) throw new RangeError("singularValuesFigure: no series, expected at least one");
  const measured = series.map(({ name, singularValues }) => ({
    name,
    values: singularValues.map(({ values }) => values),
  }));
  for (const { name, values } of [...measured, ...theory])
    if (values.length !== sigmas.length)
      throw new RangeError(`singularValuesFigure: "${name}" has ${values.length} levels, expected ${sigmas.length}`);
  const lines = measured.map(({ name, values }, index): Trace => ({
    type: "scatter",
    mode: "lines",
    name,
    ...broken(sigmas, values),
    line: { color: palette[index % palette.length], width: 1.2 },
    opacity: values[0].length > 12 ? 0.55 : 1,
  }));
  const curves = theory.map(({ name, values }, index): Trace => ({
    type: "scatter",
    mode: "lines",
    name,
    x: plain(sigmas),
    y: plain(values),
    line: { color: ink, width: 2, dash: index === 0 ? "dash" : "dot" },
  }));
  return {
    data: [...lines, ...curves],
    layout: frame(rest, {
      xaxis: axis({ title: xTitle, type: "log", range: padded(extent("log", sigmas), "log") }),
      yaxis: axis({
        title: yTitle,
        type: "log",
        range: padded(
          extent("log", ...measured.flatMap(({ values }) => values), ...theory.map(({ values }) => values)),
          "log",
        ),
      }),
      showlegend: true,
      legend: place(legend),
    }),
  };
}

/** All lines of a series in one trace, null between them; four digits are finer than any screen. */
function broken(
  sigmas: ArrayLike<number>,
  values: readonly ArrayLike<number>[],
): { x: (number | null)[]; y: (number | null)[] } {
  const [x, y]: (number | null)[][] = [[], []];
  for (let line = 0; line < values[0].length; line++) {
    if (line > 0) {
      x.push(null);
      y.push(null);
    }
    values.forEach((level, i) => {
      x.push(Number(sigmas[i].toPrecision(4)));
      y.push(Number.isFinite(level[line]) ? Number(level[line].toPrecision(4)) : null);
    });
  }
  return { x, y };
}
