import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { arrayBuffers } from "./arrayBuffers.js";
import { withoutNative } from "./backend/binding.js";
import type { MemberRequest } from "./ensembleMember.js";

/** The progress of an ensemble. */
export interface EnsembleProgress {
  /** members computed so far */
  readonly done: number;
  readonly total: number;
}

/** Settings of an ensemble that do not change its results. */
export interface EnsembleOptions {
  /** worker threads; 0 computes in the calling thread; by default one for each processor */
  readonly workers?: number;
  /** called about twice a second and at the end */
  readonly progress?: (progress: EnsembleProgress) => void;
  /** stops all threads: the call then throws the signal's reason; in a notebook by default an interrupt of the cell */
  readonly signal?: AbortSignal;
}

/** Megabytes of JavaScript objects in a thread; typed arrays do not count. */
const heapPerThread = 1024;

/**
 * Computes all members of an ensemble in worker threads, and returns their results in order. The task is a function
 * that the module exports under its own name; what it takes and gives is plain data (matrices, arrays, numbers), and
 * all that is random in it comes from the member's seed. So the results are the same, bit for bit, for any number of
 * threads. The typed arrays of a result leave the thread for good: the task must not keep them.
 *
 * TensorFlow's native library has one state for a process; a task does without, in plain JavaScript.
 *
 * @example
 * // in its own compiled module
 * export const endpoint = ({ seed, steps }: Walk) => randomWalk(randomSource(seed), steps);
 * // anywhere
 * const ends = await ensemble(endpoint, new URL("./walk.js", import.meta.url), walks);
 *
 * @throws Error if a member fails: it names the member and stops the others
 * @throws RangeError if the number of workers is not an integer of at least 0
 */
export async function ensemble<M extends { readonly seed: number }, R>(
  task: (member: M) => R | Promise<R>,
  module: URL | string,
  members: readonly M[],
  { workers = availableParallelism(), progress, signal = cellSignal() }: EnsembleOptions = {},
): Promise<R[]> {
  if (!(Number.isSafeInteger(workers) && workers >= 0))
    throw new RangeError(`ensemble: ${workers} workers, expected an integer of at least 0`);
  const threads = Math.min(workers, members.length);
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal!.reason);
  const results = new Array<R>(members.length);
  let [next, done, told] = [0, 0, performance.now()];
  const lane = async (compute: (member: M) => Promise<R>): Promise<void> => {
    while (next < members.length && !stop.signal.aborted) {
      const index = next++;
      try {
        results[index] = await compute(members[index]);
      } catch (error) {
        stop.abort(failure(task.name, index, members[index].seed, error));
        return;
      }
      done++;
      if (progress && (done === members.length || performance.now() - told > 500)) {
        progress({ done, total: members.length });
        told = performance.now();
      }
    }
  };
  signal?.throwIfAborted();
  signal?.addEventListener("abort", onAbort);
  const pool = threads === 0 ? undefined : await threadPool(threads);
  try {
    const compute = pool
      ? (member: M) =>
          pool.run({ module: String(module), name: task.name, member } satisfies MemberRequest, {
            signal: stop.signal,
          }) as Promise<R>
      : (member: M) => inThisThread(task, member);
    await Promise.all(Array.from({ length: Math.max(1, threads) }, () => lane(compute)));
    stop.signal.throwIfAborted();
    return results;
  } finally {
    signal?.removeEventListener("abort", onAbort);
    await pool?.destroy();
  }
}

async function threadPool(threads: number) {
  const { Piscina } = await import("piscina");
  return new Piscina({
    filename: fileURLToPath(new URL("./ensembleMember.js", import.meta.url)),
    name: "computeMember",
    minThreads: threads,
    maxThreads: threads,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapPerThread },
  });
}

/** Computes a member in a turn of the event loop of its own, from a copy and into a copy, as threads do. */
function inThisThread<M, R>(task: (member: M) => R | Promise<R>, member: M): Promise<R> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      void (async () => {
        const result = await withoutNative(() => task(structuredClone(member)));
        return structuredClone(result, { transfer: arrayBuffers(result) });
      })().then(resolve, reject);
    });
  });
}

function failure(name: string, index: number, seed: number, cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new Error(`ensemble: member ${index} (seed ${seed}) of ${name} failed: ${message}`, { cause });
}

/** Returns the signal that an interrupt of the calling cell gives, in a notebook. */
const cellSignal = (): AbortSignal | undefined =>
  (globalThis as { [key: symbol]: (() => AbortSignal | undefined) | undefined })[
    Symbol.for("scorebook.cellSignal")
  ]?.();
