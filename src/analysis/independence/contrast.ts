import { estimateMean, type Estimate } from "../../math/estimate.js";
import { requireColumns, type Matrix } from "../../math/matrix.js";
import { mean, variance } from "../../math/stats.js";

/**
 * Estimates the excess kurtosis of points in the plane, shape [n, 2], projected onto the direction at each angle: what
 * independent component analysis climbs. It is 0 at all angles of a Gaussian.
 *
 * @throws RangeError if the points are not in the plane, or fewer than two
 */
export function kurtosisByAngle(x: Matrix, angles: ArrayLike<number>): Estimate[] {
  requireColumns("kurtosisByAngle", "x", x, 2);
  return Array.from(angles, (angle) => {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const projected = Float64Array.from({ length: x.rows }, (_, n) => c * x.values[2 * n] + s * x.values[2 * n + 1]);
    return excessKurtosis(projected);
  });
}

/** Returns m₄ / m₂² - 3 with its standard error by the infinitesimal jackknife. */
export function excessKurtosis(values: Float64Array): Estimate {
  const [centre, square] = [mean(values), (variance(values) * (values.length - 1)) / values.length];
  const u = values.map((value) => (value - centre) / Math.sqrt(square));
  const { value: fourth } = estimateMean(u.map((one) => one ** 4));
  const { mean: third } = { mean: mean(u.map((one) => one ** 3)) };
  // of the fourth moment, less what the scale and the centre of the same values change
  const influence = u.map((one) => one ** 4 - fourth - 2 * fourth * (one ** 2 - 1) - 4 * third * one);
  return {
    value: fourth - 3,
    standardError: Math.sqrt(variance(influence) / values.length),
    count: values.length,
  };
}
