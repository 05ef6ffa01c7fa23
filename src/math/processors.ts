import { availableParallelism } from "node:os";

/**
 * The processors that computations of this process and of those that it starts may keep busy: all that the system lets
 * it use, or fewer by `SCOREBOOK_THREADS`.
 *
 * @throws RangeError if the variable is no positive integer
 */
export function processors(): number {
  const { SCOREBOOK_THREADS: wanted } = process.env;
  if (!wanted) return availableParallelism();
  if (!/^[1-9]\d{0,8}$/.test(wanted))
    throw new RangeError(`SCOREBOOK_THREADS is ${JSON.stringify(wanted)}, expected a positive integer`);
  return Math.min(Number(wanted), availableParallelism());
}

/**
 * Gives each of so many processes that are to be started its share of the processors, unless the user has done so.
 *
 * @throws RangeError as `processors` does
 */
export function shareProcessors(among: number): void {
  if (among > 1) process.env.SCOREBOOK_THREADS ||= String(Math.max(1, Math.floor(processors() / among)));
  processors();
}
