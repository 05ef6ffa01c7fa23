import type { EndPlane } from "../../analysis/trajectories/endPlane.js";
import type { Matrix } from "../../math/matrix.js";
import { packedBytes } from "../packed.js";
import { axis, frame, ink, palette, type Figure, type FrameOptions, type Trace } from "../style.js";

/** What a study has of trajectories, as far as their arcs show it. */
export interface ArcPath {
  /** the states at each moment in the variance-preserving process, shape [n, d] */
  readonly coordinates: { readonly state: readonly Matrix[] };
  /** the endpoint estimates at the same moments */
  readonly trajectory: { readonly denoised: readonly Matrix[] };
  /** α_t² at each moment, of the rotation law */
  readonly alphaBar: ArrayLike<number>;
}

/** Settings of arcFigure. */
export interface ArcOptions extends FrameOptions {
  /** the trajectory whose images are shown */
  readonly shown?: number;
  /** how many others are drawn, thin, from the first on */
  readonly others?: number;
  /** how many images there are along it */
  readonly images?: number;
}

/** States outside and endpoint estimates inside: the distance of their centres from 0 and their sides, in lengths of x_T. */
const [OUTER, INNER] = [
  { radius: 1.26, width: 0.25 },
  { radius: 0.7, width: 0.16 },
];

/**
 * Draws trajectories of a variance-preserving process in the planes of their ends, from the noise x_T, upwards, to the
 * image x_0, on the right, in lengths of x_T; along one of them its states outside of the arc, without those that would
 * hide another, and its endpoint estimates inside, and the rotation law dashed.
 *
 * @throws RangeError if the trajectory shown is none of them, its images are not square, or there are fewer than 2
 */
export function arcFigure(
  plane: Pick<EndPlane, "along" | "across">,
  { coordinates: { state: states }, trajectory: { denoised }, alphaBar }: ArcPath,
  { shown = 0, others: thin = 10, images = 7, title, width = 700 }: ArcOptions,
): Figure {
  const side = Math.sqrt(states[0].cols);
  if (!(shown >= 0 && shown < states[0].rows))
    throw new RangeError(`arcFigure: trajectory ${shown} of ${states[0].rows}, expected one of them`);
  if (!Number.isInteger(side))
    throw new RangeError(`arcFigure: ${states[0].cols} pixels, expected those of a square image`);
  if (!(Number.isSafeInteger(images) && images >= 2))
    throw new RangeError(`arcFigure: ${images} images, expected at least 2`);
  const moments = states.length;
  const alphas = Array.from(alphaBar, Math.sqrt);
  const rounded = (value: number) => Number(value.toPrecision(4));
  const at = (n: number) => {
    const unit = Math.hypot(plane.along[0][n], plane.across[0][n]);
    return Array.from({ length: moments }, (_, t) => [plane.along[t][n] / unit, plane.across[t][n] / unit]);
  };
  const line = (points: number[][], more: Trace): Trace => ({
    type: "scatter",
    mode: "lines",
    x: points.map(([x]) => rounded(x)),
    y: points.map(([, y]) => rounded(y)),
    hoverinfo: "skip",
    ...more,
  });
  const others = Array.from({ length: states[0].rows }, (_, n) => n)
    .filter((n) => n !== shown)
    .slice(0, thin);
  const own = at(shown);
  const [noise, end] = [own[0], own[moments - 1]];
  const law = Array.from(alphas, (alpha) => {
    const turn = Math.sqrt(Math.max(1 - alpha ** 2, 0));
    return [alpha * end[0] + turn * noise[0], alpha * end[1] + turn * noise[1]];
  });
  const chosen = Array.from({ length: images }, (_, i) => nearestTurn(alphas, (i * Math.PI) / 2 / (images - 1)));
  const marks = chosen.map((t) => own[t]);
  const centre = (t: number, { radius }: typeof OUTER) => {
    const angle = Math.atan2(own[t][1], own[t][0]);
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  };
  const apart = chosen.reduce<number[]>((kept, t) => {
    const before = kept.length > 0 ? centre(kept[kept.length - 1], OUTER) : [Infinity, Infinity];
    const far = centre(t, OUTER).some((place, axis) => Math.abs(place - before[axis]) >= OUTER.width);
    return far ? [...kept, t] : kept;
  }, []);
  const picture = (x: Matrix, t: number, place: typeof OUTER): Trace => {
    const { width } = place;
    const pixel = width / side;
    const [left, bottom] = centre(t, place).map((middle) => middle - width / 2);
    return {
      type: "heatmap",
      z: packedBytes(grey(x.values.subarray(shown * x.cols, (shown + 1) * x.cols), side), side, side),
      x0: rounded(left + pixel / 2),
      dx: pixel,
      y0: rounded(bottom + pixel / 2),
      dy: pixel,
      zmin: 0,
      zmax: 255,
      colorscale: [
        [0, "#ffffff"],
        [1, "#000000"],
      ],
      showscale: false,
      hoverinfo: "skip",
    };
  };
  const pale = { line: { color: "#b8c4d0", width: 1 }, showlegend: false };
  const text = (x: number, y: number, label: string) => ({ x, y, text: label, showarrow: false, font: { size: 13 } });
  const range = [-0.25, 1.5];
  return {
    data: [
      ...others.map((n) => line(at(n), pale)),
      line(law, {
        name: "α<sub>t</sub> x<sub>0</sub> + √(1 − α<sub>t</sub>²) x<sub>T</sub>",
        line: { color: palette[1], width: 2, dash: "dash" },
      }),
      line(own, { name: "trajectory (thin: others)", line: { color: palette[0], width: 2.5 } }),
      line(marks, { mode: "markers", marker: { color: palette[0], size: 7 }, showlegend: false }),
      ...apart.map((t) => picture(states[t], t, OUTER)),
      ...chosen.map((t) => picture(denoised[t], t, INNER)),
    ],
    layout: frame(
      { title, width, height: width },
      {
        margin: { l: 65, r: 15, t: 50, b: 60 },
        xaxis: {
          ...axis({ title: "along x<sub>0</sub> (lengths of x<sub>T</sub>)", range: range as [number, number] }),
          showgrid: false,
        },
        yaxis: {
          ...axis({ title: "at right angles to it (lengths of x<sub>T</sub>)", range: range as [number, number] }),
          showgrid: false,
          scaleanchor: "x",
        },
        annotations: [
          text(0.16, 0.1, "inside: x̂<sub>0</sub>(x<sub>t</sub>)"),
          text(1.2, 1.2, "outside: x<sub>t</sub>"),
        ],
        legend: { x: 0.98, xanchor: "right", y: 0.98, yanchor: "top" },
        font: { size: 14, color: ink },
      },
    ),
  };
}

/** The moment whose α_t is nearest to the sine of an angle. */
function nearestTurn(alphas: ArrayLike<number>, angle: number): number {
  const distances = Array.from(alphas, (alpha) => Math.abs(Math.asin(Math.min(alpha, 1)) - angle));
  return distances.indexOf(Math.min(...distances));
}

/** Pixels from -1, white, to 1, black, as levels from 0 to 255, the bottom row first. */
function grey(pixels: Float64Array, side: number): number[] {
  const levels = Array.from(pixels, (value) => Math.round(Math.min(Math.max((value + 1) * 127.5, 0), 255)));
  return Array.from({ length: side }, (_, i) => levels.slice((side - 1 - i) * side, (side - i) * side)).flat();
}
