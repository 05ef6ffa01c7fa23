import { move, transferableSymbol, valueSymbol } from "piscina";
import { arrayBuffers } from "./arrayBuffers.js";
import { withoutNative } from "./backend/binding.js";

/** One member of an ensemble, as it is sent to a thread. */
export interface MemberRequest {
  /** the file URL of the module that exports the task */
  readonly module: string;
  /** the task's name in it */
  readonly name: string;
  readonly member: unknown;
}

/** Computes one member in a worker thread of a pool; the numbers of its result are moved out, not copied. */
export async function computeMember({ module, name, member }: MemberRequest): Promise<unknown> {
  const task = ((await import(module)) as Readonly<Record<string, unknown>>)[name];
  if (typeof task !== "function") throw new TypeError(`${module} exports no function ${name}`);
  const result: unknown = await withoutNative(() => (task as (member: unknown) => unknown)(member));
  return move({ [transferableSymbol]: arrayBuffers(result), [valueSymbol]: result as object });
}
