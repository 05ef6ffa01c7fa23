import { move, transferableSymbol, valueSymbol } from "piscina";
import { asMember } from "./backend/members.js";

/** One member of an ensemble, as it is sent to a thread. */
export interface MemberRequest {
  /** the file URL of the module that exports the task */
  readonly module: string;
  /** the task's name in it */
  readonly name: string;
  readonly member: unknown;
}

/** Computes one member in a worker thread; the typed arrays of its result are moved to the caller, not copied. */
export async function computeMember({ module, name, member }: MemberRequest): Promise<unknown> {
  try {
    const task = ((await import(module)) as Readonly<Record<string, unknown>>)[name];
    if (typeof task !== "function") throw new TypeError(`${module} exports no function of that name`);
    const result: unknown = await asMember(() => (task as (member: unknown) => unknown)(member));
    const moved = structuredClone(result, { transfer: arrayBuffers(result) }); // what cannot be sent throws here
    return move({ [transferableSymbol]: arrayBuffers(moved), [valueSymbol]: moved as object });
  } catch (error) {
    throw sendable(error);
  }
}

/** Returns an error that reaches another thread with its message; exceptions of the platform do not. */
function sendable(thrown: unknown): Error {
  try {
    const copy: unknown = structuredClone(thrown);
    if (copy instanceof Error) return copy;
  } catch {
    // its cause cannot be sent
  }
  return new Error(thrown instanceof Error ? thrown.message : String(thrown));
}

/** Returns the memory of all typed arrays in plain data, each once. */
function arrayBuffers(data: unknown): ArrayBuffer[] {
  const seen = new Set<unknown>();
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null || seen.has(part)) return;
    seen.add(part);
    if (ArrayBuffer.isView(part)) visit(part.buffer);
    else if (part instanceof Map) for (const entry of part) entry.forEach(visit);
    else if (part instanceof Set) part.forEach(visit);
    else Object.values(part).forEach(visit);
  };
  visit(data);
  const buffers = [...seen].filter((part) => part instanceof ArrayBuffer);
  if (buffers.some(isDetached))
    throw new Error("its result holds a typed array that left with an earlier one, expected a new array each time");
  return buffers;
}

function isDetached(buffer: ArrayBuffer): boolean {
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
