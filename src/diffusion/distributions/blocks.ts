/** Numbers that a block's intermediate results may hold: 64 MB. */
export const BLOCK_NUMBERS = 2 ** 23;

/**
 * Returns ln (2⁻⁵⁴ / count): all of that many weights, each less than this of the largest, change no float64 sum. They
 * are taken as 0 and cost nothing.
 */
export function negligible(count: number): number {
  return -54 * Math.LN2 - Math.log(count);
}
