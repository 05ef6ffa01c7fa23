import { scheduledDenoiser, scheduledProbabilityFlow, type ContinuousSchedule } from "../../diffusion/schedule.js";
import type { Denoiser } from "../../diffusion/score.js";
import { row, type Matrix } from "../../math/matrix.js";
import { euler, integrate, linspace } from "../../math/ode.js";

/** Settings of flowGapMasses. */
export interface GapOptions {
  readonly schedule: ContinuousSchedule;
  /** the time at which sampling ends */
  readonly epsilon: number;
  /** Euler's steps of the probability flow from t = 1, equal in √t; default 100 */
  readonly eulerSteps?: number;
  /** Tells whether a sample lies between the data points; by default, whether ‖x‖ is between ¼ and ¾. */
  readonly isGap?: (point: Float64Array) => boolean;
  /** stops between two steps: the call then throws the signal's reason */
  readonly signal?: AbortSignal;
}

/**
 * Measures which share of each of m equal parts of the starts, points x_1 at t = 1 of shape [m n, d], the probability
 * flow of a denoiser carries between the data points, by Euler's method in time: shape [m].
 *
 * @throws RangeError if the starts are not m equal parts, ε is not from 0 to below 1, or as integrate does
 */
export async function flowGapMasses(
  denoiser: Denoiser,
  starts: Matrix,
  m: number,
  { schedule, epsilon, eulerSteps = 100, isGap = betweenQuarters, signal }: GapOptions,
): Promise<Float64Array> {
  if (!(Number.isSafeInteger(m) && m > 0 && starts.rows > 0 && starts.rows % m === 0))
    throw new RangeError(`flowGapMasses: ${starts.rows} starts in ${m} parts, expected equal ones of at least one`);
  if (!(epsilon >= 0 && epsilon < 1))
    throw new RangeError(`flowGapMasses: sampling ends at t = ${epsilon}, expected a time from 0 to below 1`);
  signal?.throwIfAborted();
  const times = linspace(1, Math.sqrt(epsilon), eulerSteps).map((root) => root ** 2);
  let end = starts;
  for (const x of integrate(
    scheduledProbabilityFlow(schedule, scheduledDenoiser(schedule, denoiser)),
    starts,
    times,
    euler,
  )) {
    end = x;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) throw signal.reason;
  }
  const n = end.rows / m;
  const counts = new Float64Array(m);
  for (let i = 0; i < end.rows; i++) if (isGap(row(end, i))) counts[Math.floor(i / n)]++;
  return counts.map((count) => count / n);
}

function betweenQuarters(point: Float64Array): boolean {
  const distance = Math.hypot(...point);
  return distance > 0.25 && distance < 0.75;
}
