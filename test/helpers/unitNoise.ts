import type { Source } from "../../src/math/random.js";

/**
 * A source by which the k-th draw of one point in d dimensions, k = 0, 1, …, is the unit vector e_{k+1}. A linear
 * sampler of one point that starts along e_0 then ends with each draw's share in a coordinate of its own, and its
 * squared length is the exact variance of what it makes of random draws.
 */
export function unitNoise(d: number): Source {
  const pairs = Math.ceil(d / 2); // Box and Muller draw a radius and an angle for two coordinates
  let count = 0;
  const source: Source = {
    split: () => source,
    integer: () => 0,
    uniform() {
      const k = Math.floor(count / (2 * pairs)) + 1;
      const pair = Math.floor((count % (2 * pairs)) / 2);
      if (count++ % 2 === 1) return k % 2 === 1 ? 0.25 : 0;
      return pair === Math.floor(k / 2) ? 1 - Math.exp(-0.5) : 0;
    },
  };
  return source;
}
