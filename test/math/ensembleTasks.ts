import { threadId } from "node:worker_threads";
import { isAlone } from "../../src/math/backend/members.js";
import { matrix } from "../../src/math/matrix.js";
import { multiply } from "../../src/math/multiply.js";
import { normal, randomSource } from "../../src/math/random.js";
import { svd } from "../../src/math/svd.js";

/** A member of the ensembles of the tests. */
export interface Member {
  readonly seed: number;
  /** shared by the members */
  readonly shared?: Int32Array;
}

/** A large product, its spectrum and whether it was made outside of an ensemble. */
export function spectrum({ seed }: Member) {
  const a = normal(randomSource(seed), 300, 200); // alone, two threads would share it
  const product = multiply(a, a, { transposeA: true });
  return { seed, product, parts: [svd(product).values, Uint8Array.of(seed)], alone: isAlone() };
}

/** Likewise, after awaits of its own. */
export async function aloneAfterAwait({ seed }: Member): Promise<{ seed: number; alone: boolean }> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return { seed, alone: isAlone() };
}

/** Waits until two members have met, for ten seconds at the most; returns how many have. */
export function meet({ shared }: Member): number {
  Atomics.add(shared!, 0, 1);
  Atomics.notify(shared!, 0);
  if (Atomics.load(shared!, 0) === 1) Atomics.wait(shared!, 0, 1, 10_000);
  return Atomics.load(shared!, 0);
}

/** Says in the first of the shared numbers that it has begun, and counts without end in the second. */
export function endless({ shared }: Member): number {
  Atomics.add(shared!, 0, 1);
  for (;;) Atomics.add(shared!, 1, 1);
}

/** Fails for seed 13, and has no end for a greater one. */
export function fragile(member: Member): number {
  if (member.seed === 13) throw new RangeError("thirteen");
  return member.seed > 13 ? endless(member) : member.seed;
}

/** Takes more memory than a thread may have. */
export function hoard(_: Member): number {
  const all: number[][] = [];
  for (;;) all.push(new Array<number>(1e6).fill(Math.PI));
}

const kept = matrix(1, 2);

/** Gives what it keeps. */
export const keeper = (_: Member) => kept;

/** Gives what is no plain data. */
export const closure = (_: Member) => () => 1;

/** Fails with an error that cannot be given. */
export function unsendable(_: Member): number {
  throw new Error("with a closure", { cause: () => 1 });
}

/** Fails with what is no error. */
export function thrower(_: Member): number {
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  throw "a word";
}

/** Ends its thread. */
export const leaver = (_: Member) => process.exit(0);

/** Says which thread it is in. */
export const thread = (_: Member) => threadId;
