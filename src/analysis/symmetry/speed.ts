import { squaredLengths } from "../../math/matrix.js";
import { intervals } from "./action.js";
import type { DecisionRow } from "./decisions.js";
import { driftField } from "./system.js";
import { threeAttractors } from "./systems.js";

/** A curve over the share of the time that has passed. */
export interface SpeedSeries {
  readonly name: string;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly mode: "lines" | "markers";
  /** the series whose colour it has */
  readonly like?: string;
}

/** Points of a curve of speeds. */
const [LINE, MARKERS] = [100, 20];

/**
 * Returns the speed |x′| along transitions between decisions and, as markers, √(|f|² + 2 E): what the conserved energy
 * makes of the speed where the drift is f, and √(2 E) where it vanishes.
 */
export function speedSeries(transitions: readonly DecisionRow[]): SpeedSeries[] {
  return transitions.flatMap(({ n, T, E, minimum }) => {
    const { t, x, v } = intervals(minimum);
    const speed = squaredLengths(v).map(Math.sqrt);
    const byEnergy = squaredLengths(driftField(threeAttractors({ n }))(x, 0)).map((f) =>
      Math.sqrt(Math.max(0, f + 2 * E)),
    );
    const name = `|x′|, T = ${T}`;
    const thinned = (values: Float64Array, count: number) =>
      values.filter((_, k) => k % Math.ceil(values.length / count) === 0);
    const curve = (values: Float64Array, count: number) => ({
      x: thinned(t, count).map((at) => at / T),
      y: thinned(values, count),
    });
    return [
      { name, ...curve(speed, LINE), mode: "lines" as const },
      { name: `√(|f|² + 2E), T = ${T}`, ...curve(byEnergy, MARKERS), mode: "markers" as const, like: name },
    ];
  });
}
