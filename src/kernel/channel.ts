/**
 * The line between a kernel and its worker: one JSON message a line, written at once, so that a crash loses nothing.
 */
import { constants } from "node:buffer";
import { writeSync } from "node:fs";
import type { Readable } from "node:stream";
import type { TypeCheck } from "./cellOptions.js";
import type { ErrorOutput, Output } from "./output.js";

/** A message from the kernel to its worker. */
export type Request =
  | { readonly type: "start"; readonly typeCheck: TypeCheck }
  | {
      readonly type: "execute";
      readonly run: number;
      readonly count: number;
      readonly code: string;
      readonly silent: boolean;
    }
  | { readonly type: "interrupt"; readonly run: number }
  | { readonly type: "settle"; readonly id: number; readonly limit: number }
  | { readonly type: "complete" | "inspect"; readonly id: number; readonly code: string; readonly offset: number }
  | { readonly type: "inputReply"; readonly id: number; readonly value?: string; readonly refused?: string }
  | { readonly type: "isComplete"; readonly id: number; readonly code: string };

/** A message from the worker to its kernel. */
export type Reply =
  | { readonly type: "ready" }
  | {
      readonly type: "output";
      readonly run: number;
      readonly output: Output;
      /** where in the reader's code a figure was shown, should it be refused */
      readonly origin?: readonly string[];
    }
  | {
      /** a program that a cell has started, or that has ended */
      readonly type: "program";
      readonly run: number;
      readonly pid: number;
      readonly ended: boolean;
    }
  | { readonly type: "done"; readonly run: number; readonly error?: ErrorOutput }
  | {
      readonly type: "input";
      readonly id: number;
      readonly run: number;
      readonly prompt: string;
      readonly password: boolean;
    }
  | {
      readonly type: "exit";
      readonly code: number;
      /** where in the reader's code it was called */
      readonly origin: readonly string[];
    }
  /** the compiler works on a question, and no code of a cell runs */
  | { readonly type: "taken"; readonly id: number }
  | { readonly type: "answer"; readonly id: number; readonly value: unknown };

/** File descriptors of the worker beyond the standard three. */
export const descriptors = { requests: 3, replies: 4, lifeline: 5 } as const;

// Taken before cells run, which may put others in their place.
const { parse, stringify } = JSON;
const { from: bytesOf, concat } = Buffer;
const { defineProperty, getOwnPropertyDescriptor } = Object;
const { deleteProperty } = Reflect;
const ofAll = [Object.prototype, Array.prototype] as const;
const ownWriteSync = writeSync;
const endSelf = process.kill.bind(process, process.pid, "SIGKILL");

/** Writes a message to the kernel before it returns; ends the process if the kernel is gone. */
export function writeReply(message: Reply): void {
  let bytes = bytesOf(`${wellFormed(json(message))}\n`);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(ownWriteSync(descriptors.replies, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN") continue;
      if (code !== "EPIPE") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000); // a cell has closed it: the kernel says so
      endSelf(); // nobody listens any more
    }
  }
}

/** Returns a message as JSON, whatever a cell has objects say of themselves. */
function json(message: Reply): string {
  const own = ofAll.map((of) => [of, getOwnPropertyDescriptor(of, "toJSON")] as const);
  for (const [of, descriptor] of own) if (descriptor) deleteProperty(of, "toJSON");
  try {
    return stringify(message);
  } finally {
    for (const [of, descriptor] of own) if (descriptor) defineProperty(of, "toJSON", descriptor);
  }
}

/** Replaces halves of surrogate pairs, which JSON escapes and front ends cannot store, by U+FFFD. */
function wellFormed(json: string): string {
  if (!json.includes("\\ud")) return json;
  return json.replace(/(\\\\)|\\ud[89a-f][0-9a-f]{2}/g, (_, backslash?: string) => backslash ?? "\ufffd");
}

/**
 * Calls back with the messages of each chunk that arrives, in time linear in its bytes however long a line is; at the
 * first line that is none it calls `broken` with that line's beginning, and reads no further.
 */
export function readMessages<M>(
  stream: Readable,
  receive: (messages: M[]) => void,
  isMessage: (value: unknown) => value is M,
  broken: (line: string) => void,
): void {
  let parts: Buffer[] = [],
    length = 0;
  stream.on("data", function read(chunk: Buffer) {
    const messages: M[] = [];
    let start = 0,
      wrong: Buffer | undefined;
    const keep = (part: Buffer): void => {
      parts.push(part);
      length += part.length;
    };
    for (let end = chunk.indexOf(10); end >= 0 && !wrong; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      const line = concat(parts),
        message = parsed(line);
      if (isMessage(message)) messages.push(message);
      else wrong = line;
      [parts, length, start] = [[], 0, end + 1];
    }
    if (start < chunk.length) keep(chunk.subarray(start));
    if (length > constants.MAX_STRING_LENGTH) wrong ??= parts[0]; // no text is as long
    if (messages.length > 0) receive(messages);
    if (!wrong) return;
    stream.off("data", read).resume();
    broken(wrong.toString("utf8", 0, 40));
  });
}

/** Returns what a line says; undefined if it is no JSON. */
function parsed(line: Buffer): unknown {
  try {
    return parse(line.toString());
  } catch {
    return undefined;
  }
}
