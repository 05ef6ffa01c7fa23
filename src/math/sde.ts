import { allFinite, matrix, requireSameShape, row, type Matrix } from "./matrix.js";
import { fillNormal, type Source } from "./random.js";
import type { Field } from "./ode.js";

/**
 * The coefficient g of dx = f(x, t) dt + g(x, t) dW: one number for all, or of every coordinate of every point, shape
 * [n, d] (diagonal noise).
 */
export type DiffusionCoefficient = (x: Matrix, t: number) => number | Matrix;

/** One step of dx = f dt + g dW from t to t + h; dW of shape [n, d] with variance |h|. */
export type SdeMethod = (
  drift: Field,
  diffusion: DiffusionCoefficient,
  x: Matrix,
  t: number,
  h: number,
  dW: Matrix,
) => Matrix;

/**
 * Euler and Maruyama's method, for the equation in Itô's sense: strong order ½ (1 where g does not depend on x), weak
 * order 1.
 */
export const eulerMaruyama: SdeMethod = (drift, diffusion, x, t, h, dW) =>
  combine(x, [[drift(x, t), h]], [[diffusion(x, t), 1]], dW);

/**
 * Heun's method, for the equation in Stratonovich's sense, of which Itô's drift is f + ½ g ∂g/∂x: strong order 1 with
 * diagonal noise. The two senses agree where g does not depend on x. (Kloeden and Platen, Numerical Solution of
 * Stochastic Differential Equations.)
 */
export const stochasticHeun: SdeMethod = (drift, diffusion, x, t, h, dW) => {
  const [f, g] = [drift(x, t), diffusion(x, t)];
  const ahead = combine(x, [[f, h]], [[g, 1]], dW);
  return combine(
    x,
    [
      [f, h / 2],
      [drift(ahead, t + h), h / 2],
    ],
    [
      [g, 1 / 2],
      [diffusion(ahead, t + h), 1 / 2],
    ],
    dW,
  );
};

/**
 * A path of dx = f(x, t) dt + g(x, t) dW from x(times[0]) = x, shape [n, d], one step from each time to the next. Where
 * the times run down it is the equation of reverse time: dt negative, the variance of dW still |dt|. Yields x at every
 * time, beginning with the given one. Each point has its own stream of noise: its path is the same in a batch of any
 * size.
 *
 * @throws RangeError if there is no time, or a time or a state is not finite
 */
export function* integrateSde(
  drift: Field,
  diffusion: DiffusionCoefficient,
  x: Matrix,
  times: ArrayLike<number>,
  source: Source,
  method: SdeMethod = eulerMaruyama,
): Generator<Matrix, void, undefined> {
  if (times.length === 0) throw new RangeError("integrateSde: no times, expected at least the one of the given state");
  for (let i = 0; i < times.length; i++)
    if (!Number.isFinite(times[i]))
      throw new RangeError(`integrateSde: times[${i}] is ${times[i]}, expected a finite number`);
  yield x;
  const streams = Array.from({ length: x.rows }, () => source.split());
  for (let i = 1; i < times.length; i++) {
    const h = times[i] - times[i - 1];
    const dW = matrix(x.rows, x.cols);
    streams.forEach((stream, n) => fillNormal(stream, row(dW, n)));
    const size = Math.sqrt(Math.abs(h));
    for (let k = 0; k < dW.values.length; k++) dW.values[k] *= size;
    x = method(drift, diffusion, x, times[i - 1], h, dW);
    if (!allFinite(x.values))
      throw new RangeError(
        `integrateSde: the state is not finite at times[${i}] = ${times[i]}; take smaller steps, or end before the equation is singular`,
      );
    yield x;
  }
}

/** x + Σ factor · f + Σ factor · g dW */
function combine(x: Matrix, drifts: [Matrix, number][], diffusions: [number | Matrix, number][], dW: Matrix): Matrix {
  const values = x.values.slice();
  for (const [f, factor] of drifts) {
    requireSameShape("integrateSde", x, f);
    for (let i = 0; i < values.length; i++) values[i] += factor * f.values[i];
  }
  for (const [g, factor] of diffusions) {
    if (typeof g !== "number") requireSameShape("integrateSde", x, g);
    for (let i = 0; i < values.length; i++)
      values[i] += factor * (typeof g === "number" ? g : g.values[i]) * dW.values[i];
  }
  return { ...x, values };
}
