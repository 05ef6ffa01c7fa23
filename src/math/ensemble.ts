import { processors } from "./processors.js";
import { fileURLToPath } from "node:url";
import type { Piscina } from "piscina";
import { asMember } from "./backend/members.js";
import { withOneThread } from "./backend/openblas.js";
import type { MemberRequest } from "./ensembleMember.js";

/** The progress of an ensemble. */
export interface EnsembleProgress {
  /** members computed so far */
  readonly done: number;
  readonly total: number;
}

/** Settings of an ensemble that do not change its results. */
export interface EnsembleOptions {
  /**
   * worker threads at most, by default one for each processor, and never more than four for each; 0 computes in the
   * calling thread, without the module
   */
  readonly workers?: number;
  /** called about twice a second and at the end */
  readonly progress?: (progress: EnsembleProgress) => void;
  /**
   * stops the threads: the call then throws the signal's reason; by default that of the calling cell in a notebook,
   * which an interrupt or a failure of the cell aborts
   */
  readonly signal?: AbortSignal;
}

/** Threads for each processor; with many more, the machine is busy with starting them alone. */
const threadsPerProcessor = 4;

/** Megabytes of JavaScript objects that a thread may hold; typed arrays do not count. */
const heapPerThread = 512;

/**
 * Computes all members of an ensemble in worker threads, and returns their results in order. The task is a function
 * that the module, a compiled one, exports under its own name. What it takes and gives is plain data (numbers, arrays,
 * matrices), copied from thread to thread; what is random in it comes from the member's seed. So the results are the
 * same, bit for bit, for any number of threads.
 *
 * Typed arrays of a member that lie in a SharedArrayBuffer are not copied; those of a result are moved out, so that the
 * task must not keep them. Every member multiplies and decomposes matrices in one thread. None uses TensorFlow, which is
 * not safe in several: networks have no derivatives there.
 *
 * @example
 * // walk.ts
 * export const endpoint = ({ seed, steps }: Walk) => randomWalk(randomSource(seed), steps);
 * // elsewhere
 * const ends = await ensemble(endpoint, new URL("./walk.js", import.meta.url), walks);
 *
 * @throws Error if a member fails, which it names; the others are stopped
 * @throws RangeError if the number of workers is not an integer of at least 0
 * @throws TypeError if the task has no name, or the module is a path that is relative to nothing
 */
export async function ensemble<M extends { readonly seed: number }, R>(
  task: (member: M) => R | Promise<R>,
  module: URL | string,
  members: readonly M[],
  { workers = processors(), progress, signal = cellSignal() }: EnsembleOptions = {},
): Promise<R[]> {
  if (!(Number.isSafeInteger(workers) && workers >= 0))
    throw new RangeError(`ensemble: ${workers} workers, expected an integer of at least 0`);
  if (task.name === "")
    throw new TypeError("ensemble: the task has no name, expected a function that its module exports by its name");
  if (/^\.\.?\//.test(String(module)))
    throw new TypeError(
      `ensemble: the module is ${String(module)}, expected a URL or an absolute path; new URL("${String(module)}", import.meta.url) is relative to the calling module`,
    );
  signal?.throwIfAborted();
  const stop = new AbortController();
  const pool = await threadPool(Math.min(workers, members.length, threadsPerProcessor * processors()), (error) =>
    stop.abort(error),
  );
  const onAbort = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  if (signal?.aborted) onAbort();
  const compute = (member: M): Promise<R> =>
    pool
      ? (pool.run({ module: String(module), name: task.name, member } satisfies MemberRequest) as Promise<R>)
      : inThisThread(task, member);

  const results = new Array<R>(members.length);
  const tell = teller(members.length, progress);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < members.length && !stop.signal.aborted) {
      const index = next++;
      try {
        results[index] = await compute(members[index]);
      } catch (error) {
        return stop.abort(failure(task.name, index, members[index].seed, error));
      }
      tell();
    }
  };
  try {
    await withOneThread(() =>
      Promise.race([Promise.all(Array.from({ length: pool?.maxThreads ?? 1 }, lane)), rejection(stop.signal)]),
    );
    return results;
  } finally {
    signal?.removeEventListener("abort", onAbort);
    await pool?.destroy();
  }
}

/** Returns that many threads; none, with a warning, where the process may not have any. */
async function threadPool(threads: number, onError: (error: Error) => void): Promise<Piscina | undefined> {
  if (threads === 0) return undefined;
  const { Piscina, isWorkerThread } = await import("piscina");
  if (isWorkerThread)
    throw new Error(
      "ensemble: called in a thread of an ensemble, as where the task's module calls it while it loads; put the task into a module of its own",
    );
  try {
    const pool = new Piscina({
      filename: fileURLToPath(new URL("./ensembleMember.js", import.meta.url)),
      name: "computeMember",
      minThreads: threads,
      maxThreads: threads,
      resourceLimits: { maxOldGenerationSizeMb: heapPerThread },
    });
    return pool.on("error", onError);
  } catch (error) {
    console.warn(`ensemble: no worker threads (${(error as Error).message}); it computes in the calling thread`);
    return undefined;
  }
}

/** Computes a member in a turn of the event loop of its own, from a copy and into a copy, as threads do. */
function inThisThread<M, R>(task: (member: M) => R | Promise<R>, member: M): Promise<R> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      // begun in the callback itself, where an interrupt of a cell can stop it
      const result = (async () => asMember(() => task(structuredClone(member))))();
      result.then((value) => structuredClone(value)).then(resolve, reject);
    });
  });
}

/** Counts the members and tells of them. */
function teller(total: number, progress?: (progress: EnsembleProgress) => void): () => void {
  let [done, told] = [0, performance.now()];
  return () => {
    done++;
    if (done < total && performance.now() - told < 500) return;
    progress?.({ done, total });
    told = performance.now();
  };
}

const failure = (name: string, index: number, seed: number, cause: unknown): Error =>
  new Error(
    `ensemble: member ${index} (seed ${seed}) of ${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );

const rejection = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error));
  });

/** Returns the signal of the notebook's cell that calls, where there is one; the kernel puts it there. */
const cellSignal = (): AbortSignal | undefined =>
  (globalThis as { [key: symbol]: (() => AbortSignal | undefined) | undefined })[
    Symbol.for("scorebook.cellSignal")
  ]?.();
