import { AsyncLocalStorage } from "node:async_hooks";
import { isMainThread } from "node:worker_threads";

/*
 * Where native code may run. The members of an ensemble compute with one thread each, in worker threads or not, so that
 * their results are the same either way.
 */

const context = new AsyncLocalStorage<true>();

/** Calls f as a member of an ensemble, its awaits included. */
export const asMember = <T>(f: () => T): T => context.run(true, f);

/** Whether this is called by a member of an ensemble. */
export const inMember = (): boolean => context.getStore() === true;

/** Whether this is called in the main thread by no member of an ensemble. */
export const isAlone = (): boolean => isMainThread && !inMember();
