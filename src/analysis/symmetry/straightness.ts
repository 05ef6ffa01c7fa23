import { distance, matrix, row, type Matrix } from "../../math/matrix.js";
import type { ContinuousSchedule } from "../../diffusion/schedule.js";
import { onsagerMachlup } from "./lagrangian.js";
import { clockTimes, logClock } from "./clock.js";
import { mostLikelyPath } from "./mostLikelyPath.js";
import { reverseDiffusion, type ScoredData } from "./reverseDiffusion.js";

/** The most likely paths of a reverse diffusion beside the straight one, with finer and finer steps. */
export interface Straightness {
  readonly name: string;
  /** 1 / N */
  readonly h: number[];
  /** the largest distance of a point from its place on the straight path, over the distance of the ends */
  readonly deviation: number[];
  /** the same of the action of small noise, which has no such theorem */
  readonly smallNoise: number[];
}

/** Settings of straightness. */
export interface StraightnessOptions {
  /** the state at much noise and that at little */
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  /** the times of these; noise levels without a schedule */
  readonly high: number;
  readonly low: number;
  readonly N: readonly number[];
  readonly schedule?: ContinuousSchedule;
}

/**
 * Measures how far the most likely path of a reverse diffusion is from the straight one. With the divergence, the
 * path's probability is that of the forward process: the two are one measure on paths. So the most likely path between
 * two states is that of a Brownian bridge in the clock σ², whatever the data are.
 *
 * @throws RangeError if the ends are the same state, or as mostLikelyPath does
 */
export function straightness(
  data: ScoredData,
  { from, to, high, low, N, schedule }: StraightnessOptions,
): Straightness {
  const way = distance(rowOf(from), rowOf(to));
  if (way === 0) throw new RangeError("straightness: the ends are the same state, expected two");
  const system = reverseDiffusion(data, { schedule });
  const level = schedule ? schedule.noiseLevel : (sigma: number) => sigma;
  const clock = schedule
    ? { reading: (t: number) => Math.log(level(t)), time: (log: number) => schedule.time(Math.exp(log)) }
    : logClock;
  const deviations = (divergence: boolean) =>
    N.map((steps) => {
      const times = clockTimes(high, low, steps, clock);
      const straight = straightPath(times, from, to, (t) => level(t) ** 2, schedule?.alpha);
      const lagrangian = onsagerMachlup(system, { divergence });
      const { points } = mostLikelyPath({ lagrangian, times, from, to }, { guess: straight });
      return largestDistance(points, straight) / way;
    });
  return {
    name: `${data.name}, ${schedule ? "VP" : "VE"}`,
    h: N.map((steps) => 1 / steps),
    deviation: deviations(true),
    smallNoise: deviations(false),
  };
}

const rowOf = (point: ArrayLike<number>) => matrix(1, point.length, Float64Array.from(point));

/** The largest distance of two points of the same row. */
export function largestDistance(a: Matrix, b: Matrix): number {
  let most = 0;
  for (let k = 0; k < a.rows; k++) {
    const other = row(b, k);
    most = Math.max(most, Math.hypot(...row(a, k).map((value, j) => value - other[j])));
  }
  return most;
}

/**
 * Returns the straight path between two states in a clock, σ² of a variance-exploding process say, with each point
 * scaled by α where the process shrinks by it: the mean of a bridge of the forward process.
 *
 * @throws RangeError if the states differ in dimension
 */
export function straightPath(
  times: Float64Array,
  from: ArrayLike<number>,
  to: ArrayLike<number>,
  variance: (t: number) => number = (sigma) => sigma ** 2,
  alpha: (t: number) => number = () => 1,
): Matrix {
  if (from.length !== to.length)
    throw new RangeError(`straightPath: ends of ${from.length} and ${to.length} coordinates, expected as many`);
  const [first, last] = [times[0], times[times.length - 1]];
  const points = matrix(times.length, from.length);
  times.forEach((t, k) => {
    const share = (variance(t) - variance(first)) / (variance(last) - variance(first));
    row(points, k).forEach((_, j, own) => {
      const [a, b] = [from[j] / alpha(first), to[j] / alpha(last)];
      own[j] = alpha(t) * (a + share * (b - a));
    });
  });
  return points;
}

/** A curve over the number of steps. */
export interface StraightnessSeries {
  readonly name: string;
  readonly x: number[];
  readonly y: number[];
  readonly mode: "lines+markers";
  readonly like?: string;
}

/** Returns both distances of several studies as curves over the number of steps, in one colour for each study. */
export function straightnessSeries(studies: readonly Straightness[]): StraightnessSeries[] {
  return studies.flatMap(({ name, h, deviation, smallNoise }) => {
    const x = h.map((step) => Math.round(1 / step));
    return [
      { name, x, y: deviation, mode: "lines+markers" as const },
      { name: `${name}, small noise`, x, y: smallNoise, mode: "lines+markers" as const, like: name },
    ];
  });
}
