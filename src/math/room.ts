/** Numbers from which zeros cost more than the way around them. */
const LARGE = 1024;

/** An array whose numbers may be any until they are written: zeros would cost as much again as the writing. */
export const room = (length: number): Float64Array =>
  length < LARGE ? new Float64Array(length) : new Float64Array(Buffer.allocUnsafeSlow(8 * length).buffer);

/** A copy of numbers; `slice` takes twice as long, as it writes zeros first. */
export function copied(values: Float64Array): Float64Array {
  const copy = room(values.length);
  copy.set(values);
  return copy;
}
