import type { Matrix } from "../matrix.js";
import { concat } from "./ops.js";
import { computationsBegun, discard, free, keep, upload, type Tensor } from "./tensors.js";

/**
 * Bytes of cached matrices held natively at a time. What finds no room beside those in use is copied anew at each use.
 */
export const CACHE_BYTES = 170e6;

/** Computations for which a cached matrix may stay unused before others may have its room. */
export const IDLE = 10;

/** A native copy that outlives a computation. */
interface Resident {
  readonly tensor: Tensor;
  readonly bytes: number;
  /** number of the last computation with it */
  used: number;
}

/** Arrays whose native copies are cached, each copy under its columns and those of all beside it. */
const cacheable = new WeakMap<Float64Array, Map<string, object>>();

/** The residents, the one unused for longest first. The key is an object that dies with no array. */
const residents = new Map<object, Resident>();

let bytes = 0;

/**
 * Marks m for caching: its native copy is kept after the first use until m is garbage-collected or the cache needs the
 * space. Its values must not change afterwards.
 */
export function cacheOnDevice(m: Matrix): Matrix {
  if (!cacheable.has(m.values)) cacheable.set(m.values, new Map());
  return m;
}

/** Bytes of cached matrices that are held natively now. */
export const cachedBytes = (): number => bytes;

/**
 * Copies m with the columns of the matrices `beside` it on its right into a float64 tensor, or returns the cached one
 * of before.
 */
export function uploadMatrix(m: Matrix, ...beside: readonly Matrix[]): Tensor {
  const forms = cacheable.get(m.values);
  if (!forms) return copied(m, beside);
  const cols = beside.reduce((sum, part) => sum + part.cols, m.cols);
  const form = `${m.cols} of ${cols}`;
  let key = forms.get(form);
  if (!key) {
    forms.set(form, (key = {}));
    collected.register(m.values, key);
  }
  let resident = residents.get(key);
  if (!resident) {
    const tensor = copied(m, beside);
    const size = 8 * m.rows * cols;
    if (!makeRoom(size)) return tensor;
    resident = { tensor: keep(tensor), bytes: size, used: 0 };
    bytes += size;
  }
  residents.delete(key);
  resident.used = computationsBegun();
  residents.set(key, resident); // last: used just now
  return resident.tensor;
}

const collected = new FinalizationRegistry<object>(evict);

function evict(key: object): void {
  const resident = residents.get(key);
  if (!resident) return;
  residents.delete(key);
  bytes -= resident.bytes;
  free(resident.tensor);
}

function makeRoom(size: number): boolean {
  for (const [key, { used }] of residents) {
    if (bytes + size <= CACHE_BYTES || computationsBegun() - used < IDLE) break;
    evict(key);
  }
  return bytes + size <= CACHE_BYTES;
}

function copied(m: Matrix, beside: readonly Matrix[]): Tensor {
  const parts = [m, ...beside].map(({ rows, cols, values }) => upload(values, [rows, cols], "float64"));
  if (parts.length === 1) return parts[0];
  const joined = concat(parts, 1);
  parts.forEach(discard);
  return joined;
}
