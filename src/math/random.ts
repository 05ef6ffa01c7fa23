import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { JumpableRandomGenerator } from "pure-rand/types/JumpableRandomGenerator";
import { matrix, row, type Matrix } from "./matrix.js";

/** A source of random numbers. Whatever draws takes one; the same seed gives the same draws. */
export interface Source {
  /** the next number, uniform on [0, 1) in steps of 2⁻⁵³ */
  uniform(): number;
  /** the next integer, uniform on 0 … n - 1 */
  integer(n: number): number;
  /**
   * a stream of its own, which this one never meets: that of a seed begins here, and the seed's goes on 2⁶⁴ draws later;
   * that of such a stream begins at a hash of its state and of the number of its splits
   */
  split(): Source;
}

/**
 * The source of a seed (xoroshiro128+). Streams of one seed are unrelated: one for the data, one for the noise, say.
 *
 * @throws RangeError if seed or stream is not a safe integer
 */
export function randomSource(seed: number, stream = 0): Source {
  for (const [name, value] of [
    ["seed", seed],
    ["stream", stream],
  ] as const)
    if (!Number.isSafeInteger(value)) throw new RangeError(`randomSource: ${name} is ${value}, expected an integer`);
  // Near seeds must not give near states: the generator's first outputs are sums of its state.
  let hash = hashed(0, [seed, Math.floor(seed / 2 ** 32), stream, Math.floor(stream / 2 ** 32)]);
  return new Stream(generator(Array.from({ length: 4 }, () => (hash = mix(hash)))), true);
}

const hashed = (start: number, words: readonly number[]): number =>
  words.reduce((hash, word) => mix(hash ^ word), start);

/** The generator of a state of four words, which must not all be 0. */
const generator = (state: readonly number[]): JumpableRandomGenerator =>
  xoroshiro128plusFromState(state.some((word) => word !== 0) ? state : [1, 0, 0, 0]);

/** Random signs, 1 or -1 with equal probability, shape [rows, cols]. */
export function signs(source: Source, rows: number, cols: number): Matrix {
  const all = matrix(rows, cols);
  for (let i = 0; i < all.values.length; i++) all.values[i] = source.uniform() < 0.5 ? -1 : 1;
  return all;
}

class Stream implements Source {
  private splits = 0;
  /** `root` for the stream of a seed: only its own jumps never meet, a part's jumps would be those of its parent */
  constructor(
    private readonly generator: JumpableRandomGenerator,
    private readonly root: boolean,
  ) {}
  uniform(): number {
    return uniformFloat64(this.generator);
  }
  integer(n: number): number {
    if (!(Number.isSafeInteger(n) && n > 0)) throw new RangeError(`integer: n is ${n}, expected a positive integer`);
    return uniformInt(this.generator, 0, n - 1);
  }
  split(): Source {
    if (!this.root) {
      const words = [...this.generator.getState(), ++this.splits];
      return new Stream(generator([1, 2, 3, 4].map((start) => hashed(start, words))), false);
    }
    const own = this.generator.clone();
    this.generator.jump();
    return new Stream(own, false);
  }
}

/** The finaliser of MurmurHash3 after a Weyl step: every bit of the input reaches every bit of the output. */
function mix(word: number): number {
  let h = (word + 0x9e3779b9) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * Draws n points of N(0, I_d), shape [n, d]. Each point has its own stream: point 17 is the same in a batch of 20 and
 * of 2000, and two batches drawn one after the other are one batch of both.
 */
export function normal(source: Source, n: number, d: number): Matrix {
  return fillRows(source, n, d, fillNormal);
}

/** Draws n points uniform on [low, high)^d, shape [n, d], each from its own stream. */
export function uniform(source: Source, n: number, d: number, { low = 0, high = 1 } = {}): Matrix {
  return fillRows(source, n, d, (own, point) =>
    point.forEach((_, j) => (point[j] = low + (high - low) * own.uniform())),
  );
}

/**
 * Makes n independent draws of an index, index i with probability weights[i] / Σ weights.
 *
 * @throws RangeError if n is not an integer of at least 0, a weight is negative or not finite, or all are 0
 */
export function choice(source: Source, n: number, weights: ArrayLike<number>): Uint32Array {
  requireCount("choice", n);
  const cumulative = new Float64Array(weights.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    if (!(weights[i] >= 0 && weights[i] < Infinity))
      throw new RangeError(`choice: weight ${i} is ${weights[i]}, expected a finite number of at least 0`);
    cumulative[i] = total += weights[i];
  }
  if (!(total > 0))
    throw new RangeError(`choice: the ${weights.length} weights sum to ${total}, expected a positive sum`);
  return Uint32Array.from({ length: n }, () => firstAbove(cumulative, total * source.uniform()));
}

/**
 * The integers 0 … n - 1 in random order (Fisher and Yates).
 *
 * @throws RangeError if n is not an integer of at least 0
 */
export function permutation(source: Source, n: number): Uint32Array {
  requireCount("permutation", n);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = source.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

function requireCount(where: string, n: number): void {
  if (!(Number.isSafeInteger(n) && n >= 0))
    throw new RangeError(`${where}: n is ${n}, expected an integer of at least 0`);
}

function fillRows(source: Source, n: number, d: number, fill: (own: Source, point: Float64Array) => void): Matrix {
  const points = matrix(n, d);
  for (let i = 0; i < n; i++) fill(source.split(), row(points, i));
  return points;
}

/** Fills a point with draws of N(0, 1) from the source itself: Box and Muller; 1 - u is never 0. */
export function fillNormal(source: Source, point: Float64Array): void {
  for (let j = 0; j < point.length; j += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - source.uniform()));
    const angle = 2 * Math.PI * source.uniform();
    point[j] = radius * Math.cos(angle);
    if (j + 1 < point.length) point[j + 1] = radius * Math.sin(angle);
  }
}

/** Index of the first entry of an increasing array that exceeds the value. */
function firstAbove(increasing: Float64Array, value: number): number {
  let [low, high] = [0, increasing.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (increasing[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
