import { padded, place, trace } from "./curves.js";
import { axis, extent, frame, type Figure, type FrameOptions } from "./style.js";

/** The variances of one set of data. */
export interface Spectrum {
  readonly name: string;
  /** λ_1, λ_2, …, decreasing */
  readonly values: ArrayLike<number>;
}

/** Below this share of the largest value a double has only round-off. */
const ROUND_OFF = 1e-12;

/**
 * Eigenvalues against their rank k = 1, 2, …, both logarithmic. Values below 10⁻¹² of the largest are round-off and not
 * shown; `yTitle` says what is drawn and in what unit.
 *
 * @throws RangeError if no value is positive
 */
export function spectrumFigure(
  spectra: readonly Spectrum[],
  { yTitle = "variance λ<sub>k</sub>", ...options }: FrameOptions & { readonly yTitle?: string },
): Figure {
  const shown = spectra.map(({ name, values }) => {
    const largest = extent("log", values)[1];
    const y = Array.from(values, (value) => (value > ROUND_OFF * largest ? value : NaN));
    return { name, x: y.map((_, k) => k + 1), y, mode: "lines+markers" as const };
  });
  const x = {
    title: "rank k",
    type: "log",
    range: padded(extent("log", ...shown.map((one) => one.x)), "log"),
  } as const;
  const y = { title: yTitle, type: "log", range: padded(extent("log", ...shown.map((one) => one.y)), "log") } as const;
  return {
    data: shown.map((one, index) => ({ ...trace(one, index), marker: { size: 4, symbol: "circle" } })),
    layout: frame(options, {
      xaxis: axis(x),
      yaxis: axis(y),
      showlegend: shown.length > 1,
      legend: place("bottom left"),
    }),
  };
}
