import { padded } from "../curves.js";
import { axis, dashes, extent, frame, ink, palette, type Figure, type FrameOptions, type Trace } from "../style.js";

/** The singular values of flow maps along noise levels, one line for each of them and each trajectory. */
export interface SingularValueSeries {
  readonly name: string;
  /** at each noise level, those of all trajectories, decreasing, shape [n, d] */
  readonly singularValues: readonly { readonly values: ArrayLike<number>; readonly cols: number }[];
}

/** Settings of singularValuesFigure. */
export interface SingularValuesOptions extends FrameOptions {
  /** so many of each trajectory's singular values belong to directions along the manifold */
  readonly dimension: number;
  readonly xTitle?: string;
  readonly yTitle?: string;
}

/**
 * Singular values of the flow map against the noise level, both logarithmic, σ falling from left to right as in
 * sampling: those along the manifold in one colour become constant, slope 0, those across it in another fall with slope
 * 1 as the noise does. Every series has its own dash.
 *
 * @throws RangeError if there is no series, or one has not as many sets of values as there are noise levels
 */
export function singularValuesFigure(
  sigmas: ArrayLike<number>,
  series: readonly SingularValueSeries[],
  options: SingularValuesOptions,
): Figure {
  const {
    dimension,
    xTitle = "noise level σ (unit of x), falling as in sampling",
    yTitle = "singular value of ∂x<sub>σ</sub>/∂x<sub>T</sub>",
    ...rest
  } = options;
  if (series.length === 0) throw new RangeError("singularValuesFigure: no series, expected at least one");
  for (const { name, singularValues } of series)
    if (singularValues.length !== sigmas.length)
      throw new RangeError(
        `singularValuesFigure: "${name}" has ${singularValues.length} levels, expected ${sigmas.length}`,
      );
  const sides = [
    { name: "along", color: palette[0], own: (i: number) => i < dimension },
    { name: "across", color: palette[1], own: (i: number) => i >= dimension },
  ];
  const data = series.flatMap(({ name, singularValues }, index) =>
    sides.map((side): Trace => ({
      type: "scatter",
      mode: "lines",
      name: series.length > 1 ? `${name}, ${side.name}` : `${side.name} the manifold`,
      ...broken(sigmas, singularValues, side.own),
      line: { color: side.color, width: 2, dash: dashes[index % dashes.length] },
    })),
  );
  const values = series.flatMap(({ singularValues }) => singularValues.map((level) => level.values));
  const [low, high] = padded(extent("log", sigmas), "log");
  const [bottom, top] = padded(extent("log", ...values), "log");
  const least = Math.min(...Array.from(sigmas));
  const [lowest] = extent("log", ...values);
  const ends = series[0].singularValues[Array.from(sigmas).indexOf(least)].values;
  const slope = (text: string, value: number, yanchor: "top" | "bottom") => ({
    text,
    showarrow: false,
    x: Math.log10(least) + (yanchor === "top" ? 0.1 * Math.log10(high / low) : 0),
    y: Math.log10(value),
    xanchor: "right",
    yanchor,
    font: { size: 13, color: ink },
  });
  return {
    data,
    layout: frame(rest, {
      xaxis: { ...axis({ title: xTitle, type: "log", range: [low, high] }), range: [high, low].map(Math.log10) },
      yaxis: axis({ title: yTitle, type: "log", range: [bottom, top] }),
      showlegend: true,
      legend: { x: 1.02, xanchor: "left", y: 1, yanchor: "top" },
      margin: { l: 75, r: 195, t: 50, b: 60 },
      annotations: [slope("slope 0", ends[0], "bottom"), slope("slope 1", 1.3 * lowest, "top")],
    }),
  };
}

/** The wanted lines of a series in one trace, null between them; four digits are finer than any screen. */
function broken(
  sigmas: ArrayLike<number>,
  levels: SingularValueSeries["singularValues"],
  own: (index: number) => boolean,
): { x: (number | null)[]; y: (number | null)[] } {
  const [x, y]: (number | null)[][] = [[], []];
  const [{ values: first, cols }] = levels;
  for (let line = 0; line < first.length; line++) {
    if (!own(line % cols)) continue;
    if (x.length > 0) {
      x.push(null);
      y.push(null);
    }
    levels.forEach(({ values }, i) => {
      x.push(Number(sigmas[i].toPrecision(4)));
      y.push(Number.isFinite(values[line]) ? Number(values[line].toPrecision(4)) : null);
    });
  }
  return { x, y };
}
