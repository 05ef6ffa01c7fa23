import { addScaled, scale, scaleRows, squaredLengths, type Matrix } from "../../math/matrix.js";
import { last } from "../../math/ode.js";
import { normal, type Source } from "../../math/random.js";
import { incrementsOf } from "./increments.js";

/**
 * Draws walks from the same starts with steps as long as those of given paths, every one in a new random direction. In
 * a space of many more dimensions than steps, equal steps leave (6/π²)/k² of the variance along axis k: the first two
 * hold 0.76 (arXiv 1806.08805).
 *
 * @param path the states of n paths, shape [n, d] each
 */
export function randomWalk(path: readonly Matrix[], source: Source): Matrix[] {
  const walk = [path[0]];
  for (const increment of incrementsOf(path)) {
    const direction = normal(source, increment.rows, increment.cols);
    const [wanted, drawn] = [squaredLengths(increment), squaredLengths(direction)];
    const step = scaleRows(
      direction,
      wanted.map((square, n) => Math.sqrt(square / drawn[n])),
    );
    walk.push(addScaled(last(walk), 1, step));
  }
  return walk;
}

/** Returns straight ways from the first states of paths to the last ones, in as many equal steps. */
export function straightPath(path: readonly Matrix[]): Matrix[] {
  const [from, to] = [path[0], last(path)];
  return path.map((_, i) => {
    const share = i / (path.length - 1);
    return addScaled(scale(from, 1 - share), share, to);
  });
}
