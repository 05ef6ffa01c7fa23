import { normal, randomSource } from "../../src/math/random.js";

/** A member of the ensembles of the tests. */
export interface Member {
  readonly seed: number;
  readonly milliseconds?: number;
}

/** Draws the member's numbers, after the given time of computing. */
export function draws({ seed, milliseconds = 0 }: Member) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
  return normal(randomSource(seed), 20, 3);
}
