import assert from "node:assert/strict";
import type { Source } from "../../src/math/random.js";

/** What a part of the soak is given: its random source, and when it is to come to its end by `performance.now()`. */
export interface Soak {
  readonly source: Source;
  readonly deadline: number;
}

/** A part of the soak: returns its figures in one sentence, and throws with one if something does not hold. */
export type Part = (soak: Soak) => Promise<string>;

/** One of the values. */
export const oneOf = <T>(source: Source, values: readonly T[]): T => values[source.integer(values.length)];

/** Calls an action with 0, 1, … until the time is up, at least `least` times; returns how often. */
export async function repeat({ deadline }: Soak, least: number, action: (i: number) => Promise<void>): Promise<number> {
  let i = 0;
  while (i < least || performance.now() < deadline) await action(i++);
  return i;
}

/** Waits for what is to come within a time. */
export async function within<T>(seconds: number, what: string, result: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new assert.AssertionError({ message: `${what} took longer than ${seconds} s` })),
      seconds * 1000,
    );
  });
  return Promise.race([result, limit]).finally(() => clearTimeout(timer));
}

/** Says whether a process is there, and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
