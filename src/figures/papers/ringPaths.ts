import type { RingPath } from "../../analysis/symmetry/ringStudy.js";
import type { PointRows } from "../pointRows.js";
import { sliderFigure } from "../slider.js";
import type { Figure } from "../style.js";
import { pathPanelsFigure } from "./mostLikelyPaths.js";

/** Settings of the figures of paths to a ring. */
export interface RingPathsOptions {
  readonly title: string;
  /** R */
  readonly radius?: number;
  /** the trajectory of the probability flow from the same state, one state a row */
  readonly flow?: PointRows;
}

const points = (rows: readonly (readonly [number, number])[]): PointRows => ({
  rows: rows.length,
  cols: 2,
  values: rows.flat(),
});

const degrees = (angle: number) => `${Math.round((angle * 180) / Math.PI)}°`.replace("-", "−");

function parts({ radius = 5, flow }: Omit<RingPathsOptions, "title">) {
  if (flow?.rows === 0) throw new RangeError("ringPaths: a flow without states, expected at least one");
  const circle = Array.from({ length: 91 }, (_, k): [number, number] => {
    const at = (2 * Math.PI * k) / 90;
    return [radius * Math.cos(at), radius * Math.sin(at)];
  });
  const last = flow && 2 * (flow.rows - 1);
  return {
    ring: [
      ...(flow ? [{ name: "probability flow", points: flow }] : []),
      { name: "ring", points: points(circle), outline: true },
    ],
    marks: [
      { name: "start", points: points([[0, 2 * radius]]) },
      ...(flow ? [{ name: "end of the flow", points: points([[flow.values[last!], flow.values[last! + 1]]]) }] : []),
    ],
    xRange: [-1.2 * radius, 1.3 * radius] as const,
    yRange: [-1.2 * radius, 2.15 * radius] as const,
  };
}

/** Returns most likely paths to a ring, a panel for each Lagrangian and a line for each place on the ring. */
export function ringPathsFigure(study: readonly RingPath[], { title, ...options }: RingPathsOptions): Figure {
  const { ring, marks, xRange, yRange } = parts(options);
  const panels = [...new Set(study.map(({ lagrangian }) => lagrangian))].map((name) => {
    const own = study.filter(({ lagrangian }) => lagrangian === name);
    const paths = own.map(({ angle, path }) => ({ name: `to ${degrees(angle)}`, points: path.points }));
    return { title: name, paths: [...paths, ...ring], marks };
  });
  return pathPanelsFigure(panels, { title, xRange, yRange });
}

/** Returns a slider over the place on the ring, with a line for each Lagrangian and its angular momentum above. */
export function ringPathsSlider(
  study: readonly RingPath[],
  { title, initial, ...options }: RingPathsOptions & { readonly initial: number },
): Figure {
  const { ring, marks, xRange, yRange } = parts(options);
  const steps = [...new Set(study.map(({ angle }) => angle))].map((at) => {
    const own = study.filter(({ angle }) => angle === at);
    const momenta = own.map(({ lagrangian, L }) => `${lagrangian} ${L.toFixed(4).replace(/^-(0\.0+)$/, "$1")}`);
    const half = Math.ceil(momenta.length / 2);
    const heading = [momenta.slice(0, half), momenta.slice(half)].map((line) => line.join(", ")).join(",<br>");
    const paths = own.map(({ lagrangian, path }) => ({ name: lagrangian, points: path.points }));
    const panel = { title: `L: ${heading}`, paths: [...paths, ...ring], marks };
    return { label: degrees(at), figure: pathPanelsFigure([panel], { title, xRange, yRange, width: 500 }) };
  });
  return sliderFigure(steps, { variable: "angle", initial });
}
