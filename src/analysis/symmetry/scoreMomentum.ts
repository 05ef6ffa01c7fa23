import { row, type Matrix } from "../../math/matrix.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { normal, randomSource, type Source } from "../../math/random.js";
import { intervals } from "./action.js";
import type { Lagrangian } from "./lagrangian.js";
import { clockTimes, logClock } from "./clock.js";
import { mostLikelyPath, type MostLikelyPath } from "./mostLikelyPath.js";
import { pulledScore, scoreLagrangian } from "./scoreLagrangian.js";
import { largestDistance, straightPath } from "./straightness.js";

/** The momentum of the forward process, x′ / 2σ, along the most likely path of a reverse equation. */
export interface ScoreMomentum {
  readonly sigmas: Float64Array;
  /** |q(σ) - q̄| / |q̄| in each interval: 0 along a straight line in σ² */
  readonly deviation: Float64Array;
  /** its root mean square over the intervals */
  readonly rms: number;
  /** the largest distance of the path from the straight one, over the distance of the ends */
  readonly bend: number;
  readonly path: MostLikelyPath;
}

/** Settings of scoreMomentum. */
export interface ScoreMomentumOptions {
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly high: number;
  readonly low: number;
  readonly N: number;
  /** as of mostLikelyPath */
  readonly tolerance?: number;
}

/** Returns states of one path of the forward process from an image at two noise levels, as ends of scoreMomentum. */
export function forwardEnds(
  image: ArrayLike<number>,
  { low, high, source }: { readonly low: number; readonly high: number; readonly source: Source },
): Pick<ScoreMomentumOptions, "from" | "to" | "low" | "high"> {
  const draws = normal(source, 2, image.length);
  const to = Float64Array.from(image, (value, j) => value + low * row(draws, 0)[j]);
  const more = Math.sqrt(high ** 2 - low ** 2);
  return { from: to.map((value, j) => value + more * row(draws, 1)[j]), to, low, high };
}

/**
 * Measures what is left of the conservation of momentum by a field in the place of a score. By the full action, with
 * the divergence, a translation u changes L of an exact score by the total derivative of -u · s alone, so that u · x′ /
 * 2σ is conserved: the most likely path is straight in σ². A field that is no score of a noised distribution, as the
 * score of a trained network, breaks that.
 *
 * @throws RangeError as mostLikelyPath does
 */
export function scoreMomentum(
  lagrangian: Lagrangian,
  { from, to, high, low, N, tolerance = 1e-5 }: ScoreMomentumOptions,
): ScoreMomentum {
  const times = clockTimes(high, low, N, logClock);
  const straight: Matrix = straightPath(times, from, to);
  const path = mostLikelyPath({ lagrangian, times, from, to }, { guess: straight, tolerance });
  const { v, t } = intervals(path);
  const d = from.length;
  const q = v.values.map((value, i) => value / (2 * t[Math.floor(i / d)]));
  const mean = from.map((_, j) => {
    let total = 0;
    for (let k = 0; k < N; k++) total += q[k * d + j];
    return total / N;
  });
  const size = Math.hypot(...mean);
  const deviation = t.map((_, k) => Math.hypot(...mean.map((value, j) => q[k * d + j] - value)) / size);
  return {
    sigmas: t,
    deviation,
    rms: Math.sqrt(deviation.reduce((total, value) => total + value * value, 0) / N),
    bend: largestDistance(path.points, straight) / Math.hypot(...from.map((value, j) => value - to[j])),
    path,
  };
}

/** The momentum along several paths, of one score. */
export interface ScoreMomenta {
  readonly name: string;
  /** of the paths' rms and bend */
  readonly rms: Estimate;
  readonly bend: Estimate;
  /** the mean deviation over the paths, as a curve over σ */
  readonly series: {
    readonly name: string;
    readonly x: Float64Array;
    readonly y: Float64Array;
    readonly mode: "lines+markers";
  };
}

/** Settings of scoreMomenta. */
export interface ScoreMomentaOptions extends Pick<ScoreMomentumOptions, "high" | "low" | "N"> {
  readonly seed: number;
  /** path n is of the forward process from row n */
  readonly images: Matrix;
  readonly count: number;
}

/** Measures the momentum of a score along paths between noised images and the images, with the divergence. */
export function scoreMomenta(
  name: string,
  score: Parameters<typeof pulledScore>[0],
  { seed, images, count, high, low, N }: ScoreMomentaOptions,
): ScoreMomenta {
  const lagrangian = scoreLagrangian(name, pulledScore(score), { divergence: true });
  const found = Array.from({ length: count }, (_, n) => {
    const ends = forwardEnds(row(images, n), { low, high, source: randomSource(seed, 10 + n) });
    return scoreMomentum(lagrangian, { ...ends, N });
  });
  const x = found[0].sigmas;
  const y = x.map((_, k) => found.reduce((total, { deviation }) => total + deviation[k] / count, 0));
  return {
    name,
    rms: estimateMean(found.map(({ rms }) => rms)),
    bend: estimateMean(found.map(({ bend }) => bend)),
    series: { name, x, y, mode: "lines+markers" },
  };
}
