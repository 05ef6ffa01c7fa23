import { linspace } from "../../math/ode.js";

/**
 * Returns N + 1 times from one to another at which a clock moves in equal steps: σ² of a variance-exploding process,
 * say. The clock is given by its inverse, from the reading to the time.
 *
 * @throws RangeError if N is not a positive integer, or the times do not run one way, from the one to the other
 */
export function clockTimes(from: number, to: number, N: number, clock: Clock = plainClock): Float64Array {
  const readings = linspace(clock.reading(from), clock.reading(to), N);
  const times = readings.map((reading, k) => (k === 0 ? from : k === N ? to : clock.time(reading)));
  const wrong = times.findIndex((t, k) => k > 0 && !((t - times[k - 1]) * (to - from) > 0));
  if (wrong > 0)
    throw new RangeError(
      `clockTimes: t = ${times[wrong]} after ${times[wrong - 1]}, expected times that run from ${from} to ${to}; take ends at which the clock has a reading`,
    );
  return times;
}

/** A monotone function of time and its inverse. */
export interface Clock {
  readonly reading: (t: number) => number;
  readonly time: (reading: number) => number;
}

/** The time itself. */
export const plainClock: Clock = { reading: (t) => t, time: (reading) => reading };
/** The square of the time: σ² where the time is the noise level. */
export const varianceClock: Clock = { reading: (t) => t * t, time: Math.sqrt };
/** The logarithm of the time. */
export const logClock: Clock = { reading: Math.log, time: Math.exp };
