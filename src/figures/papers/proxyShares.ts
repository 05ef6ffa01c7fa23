import type { Matrix } from "../../math/matrix.js";
import { planeMapsFigure, type PlaneMap } from "../planeMaps.js";
import { sliderFigure } from "../slider.js";
import type { Figure, FrameOptions } from "../style.js";

/** The share f = tr C / (tr C + |s|²) of the proxy score's variance in its mean square, around one set of points. */
export interface ProxyShares {
  readonly name: string;
  /** the training points, shape [points, 2] */
  readonly points: Matrix;
  readonly times: readonly number[];
  /** f at each time, shape [y, x] */
  readonly shares: readonly Matrix[];
  /** of the grid, increasing in equal steps */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

type ShareOptions = Omit<FrameOptions, "height">;

const scale = {
  valueTitle: "f = tr C / (tr C + |s|²)",
  ticks: [0, 25, 50, 75, 100].map((level) => [level, String(level / 100)] as const),
  hover: "f = %{z} %",
};

/**
 * Draws the shares of the proxy score's variance as maps of the plane in whole percent, a row for each set of points
 * and a column for each time (Fig. 1 of "Generalization through variance", Vastola, ICLR 2025).
 *
 * @throws RangeError if there is no set, the sets differ in their times, or a share is not from 0 to 1
 */
export function proxySharesFigure(sets: readonly ProxyShares[], options: ShareOptions): Figure {
  const times = commonTimes(sets);
  return planeMapsFigure(
    sets.map((set) => times.map((_, i) => map(set, i))),
    { ...options, ...scale, rowTitles: sets.map(({ name }) => name), columnTitles: times.map((t) => `t = ${t}`) },
  );
}

/**
 * Draws the shares of all sets of points side by side, with a slider over the time.
 *
 * @param initial index of the time shown first; the middle one without it
 * @throws RangeError as proxySharesFigure does, or if there is no such time
 */
export function proxySharesSlider(
  sets: readonly ProxyShares[],
  { initial, ...options }: ShareOptions & { readonly initial?: number },
): Figure {
  const times = commonTimes(sets);
  const steps = times.map((t, i) => ({
    label: String(t),
    figure: planeMapsFigure([sets.map((set) => map(set, i))], {
      ...options,
      ...scale,
      valueTitle: "f",
      rowTitles: [""],
      columnTitles: sets.map(({ name }) => name),
    }),
  }));
  return sliderFigure(steps, { variable: "t", initial: initial ?? Math.floor(times.length / 2) });
}

function commonTimes(sets: readonly ProxyShares[]): readonly number[] {
  if (sets.length === 0) throw new RangeError("proxyShares: no sets of points, expected at least one");
  const [{ name: first, times }] = sets;
  for (const { name, times: own, shares } of sets) {
    if (own.join() !== times.join())
      throw new RangeError(`proxyShares: "${name}" has the times ${own.join(", ")}, "${first}" ${times.join(", ")}`);
    if (shares.length !== own.length)
      throw new RangeError(`proxyShares: "${name}" has ${shares.length} maps, expected ${own.length}, one for a time`);
  }
  return times;
}

function map({ name, points, times, shares, x, y }: ProxyShares, i: number): PlaneMap {
  const { rows, cols, values } = shares[i];
  if (rows !== y.length || cols !== x.length)
    throw new RangeError(
      `proxyShares: "${name}" has ${rows} × ${cols} shares at t = ${times[i]}, expected ${y.length} × ${x.length}`,
    );
  const levels = Array.from(values, (share) => Math.round(100 * share));
  const wrong = levels.findIndex((level) => !(level >= 0 && level <= 100));
  if (wrong >= 0)
    throw new RangeError(`proxyShares: "${name}" has a share of ${values[wrong]} at t = ${times[i]}, expected 0 to 1`);
  return { levels, x, y, points };
}
