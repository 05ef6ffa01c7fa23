import { preferLargePages } from "./backend/foreign.js";

/** Numbers from which zeros cost more than the way around them. */
const LARGE = 1024;

/** Numbers that fill large pages: 4 MB. */
const PAGES = 2 ** 19;

/** An array whose numbers may be any until they are written: zeros would cost as much again as the writing. */
export function room(length: number): Float64Array {
  if (length < LARGE) return new Float64Array(length);
  const values = new Float64Array(Buffer.allocUnsafeSlow(8 * length).buffer);
  if (length >= PAGES) preferLargePages(values);
  return values;
}

/** A copy of numbers; `slice` takes twice as long, as it writes zeros first. */
export function copied(values: Float64Array): Float64Array {
  const copy = room(values.length);
  copy.set(values);
  return copy;
}

/** Numbers that are kept for the next call, 16 MB for each purpose: fresh memory costs more than small matrices. */
const KEPT = 2 ** 21;
const kept = new Map<string, Float64Array>();

/** Room that the next call for the same purpose takes again. */
export function sharedRoom(purpose: string, length: number): Float64Array {
  if (length > KEPT) return room(length);
  let known = kept.get(purpose);
  if (!known || known.length < length) kept.set(purpose, (known = room(length)));
  return known.subarray(0, length);
}
