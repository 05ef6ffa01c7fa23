import { curvesFigure } from "../curves.js";
import { extent, type Figure, type FrameOptions } from "../style.js";

/** The emerged fraction of feature k at falling noise levels. */
export interface EmergenceSeries {
  readonly k: number;
  /** σ / √λ_k */
  readonly ratio: ArrayLike<number>;
  readonly fraction: ArrayLike<number>;
}

/** Settings of emergenceFigure. */
export interface EmergenceOptions extends FrameOptions {
  /** the fraction that a theory expects at a ratio, and its name in the legend */
  readonly theory: (ratio: number) => number;
  readonly theoryName?: string;
}

/**
 * Markers of a feature over the whole axis: so few, and staggered between features, that each is seen where all agree.
 */
const MARKERS = 16;

/**
 * The emerged fractions of several features against σ / √λ_k, on which they fall together, over the curve of a theory.
 *
 * @throws RangeError if there is no feature or one has no positive ratio
 */
export function emergenceFigure(
  features: readonly EmergenceSeries[],
  { theory, theoryName = "theory", ...options }: EmergenceOptions,
): Figure {
  const [low, high] = extent("log", ...features.map(({ ratio }) => ratio));
  const line = Array.from({ length: 201 }, (_, i) => low * (high / low) ** (i / 200));
  const points = features.map(({ k, ratio, fraction }, index) => {
    // Bins of equal width in ln ratio, shifted from feature to feature; the first point in each bin is drawn.
    const bin = (i: number) =>
      Math.floor((MARKERS * Math.log(ratio[i] / low)) / Math.log(high / low) + index / features.length);
    const kept = (_: number, i: number) => i === 0 || bin(i) !== bin(i - 1);
    return {
      name: `feature ${k}`,
      x: Array.from(ratio).filter(kept),
      y: Array.from(fraction).filter(kept),
      mode: "markers" as const,
    };
  });
  return curvesFigure([{ name: theoryName, x: line, y: line.map(theory) }, ...points], {
    ...options,
    x: { title: "σ / √λ<sub>k</sub>" },
    y: { title: "share of the final amplitude" },
  });
}
