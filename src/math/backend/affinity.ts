import { foreign, type Library } from "./foreign.js";

/** Bytes of a set of processors, as the C library has it. */
const BYTES = 128;

/**
 * Returns what keeps a library's own threads off the processor that its caller is on, or undefined where the library or
 * the system cannot tell; it is called before every call that the threads share, when they run.
 *
 * A thread that has slept is woken on the processor of the one that wakes it, if it was there before, and gets no turn
 * until the scheduler looks again, up to 10 ms later, since the caller waits for it awake.
 */
export function keptApart(library: Library): ((threads: number) => void) | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const get = library.func("int openblas_getaffinity(int, size_t, void *)") as Affinity;
    const set = library.func("int openblas_setaffinity(int, size_t, void *)") as Affinity;
    const current = foreign().load("libc.so.6").func("int sched_getcpu(void)") as () => number;
    return apart(get, set, current);
  } catch {
    return undefined; // another library, or another C library
  }
}

/** Reads or sets the processors of a thread, the caller counted as the last; 0 if it could. */
type Affinity = (thread: number, bytes: number, set: Uint8Array) => number;

function apart(get: Affinity, set: Affinity, current: () => number): (threads: number) => void {
  const allowed = new Uint8Array(BYTES);
  return (threads) => {
    const processor = current();
    const [at, bit] = [processor >> 3, 1 << (processor & 7)];
    if (get(threads - 2, BYTES, allowed) !== 0 || (allowed[at] & bit) === 0) return;
    if (get(threads - 1, BYTES, allowed) !== 0) return; // the last is the caller
    allowed[at] &= ~bit;
    if (allowed.every((bits) => bits === 0)) return;
    for (let thread = 0; thread < threads - 1; thread++) set(thread, BYTES, allowed);
  };
}
