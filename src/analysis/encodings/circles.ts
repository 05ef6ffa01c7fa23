import { decode, type CodeOptions } from "../../diffusion/encoding.js";
import type { Distribution } from "../../diffusion/distribution.js";
import { matrix, type Matrix } from "../../math/matrix.js";
import { mean } from "../../math/stats.js";

/** What a circle of codes decodes to. */
export interface DecodedCircle {
  readonly radius: number;
  /** the share of codes of N(0, I) that lie farther out, exp(-r² / 2) */
  readonly outside: number;
  /** shape [points, 2], a closed curve */
  readonly points: Matrix;
  /** mean and least log density of these */
  readonly logDensity: number;
  readonly least: number;
}

/**
 * Decodes circles of codes about 0 in the plane.
 *
 * @throws RangeError as decode does
 */
export function decodedCircles(
  p: Distribution,
  radii: readonly number[],
  { count = 300, sigmaMin = 1e-3, ...options }: CodeOptions & { readonly count?: number } = {},
): DecodedCircle[] {
  return radii.map((radius) => {
    const circle = matrix(count + 1, 2);
    for (let n = 0; n <= count; n++) {
      const angle = (2 * Math.PI * n) / count;
      circle.values.set([radius * Math.cos(angle), radius * Math.sin(angle)], 2 * n);
    }
    const { points } = decode(p, circle, { sigmaMin, ...options });
    const logs = p.logDensity(points, sigmaMin);
    return {
      radius,
      outside: Math.exp((-radius * radius) / 2),
      points,
      logDensity: mean(logs),
      least: Math.min(...logs),
    };
  });
}
