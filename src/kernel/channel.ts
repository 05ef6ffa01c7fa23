/**
 * The line between a kernel and its worker: one JSON message a line, written at once, so that a crash loses nothing.
 */
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
  | { readonly type: "begun"; readonly run: number }
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
  | { readonly type: "answer"; readonly id: number; readonly value: unknown };

/** File descriptors of the worker beyond the standard three. */
export const descriptors = { requests: 3, replies: 4, lifeline: 5 } as const;

/** Writes a message to the kernel before it returns; ends the process if the kernel is gone. */
export function writeReply(message: Reply): void {
  let bytes = Buffer.from(`${wellFormed(JSON.stringify(message))}\n`);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(descriptors.replies, bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EPIPE") process.kill(process.pid, "SIGKILL"); // nobody listens any more
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

/** Replaces halves of surrogate pairs, which JSON escapes and front ends cannot store, by U+FFFD. */
function wellFormed(json: string): string {
  if (!json.includes("\\ud")) return json;
  return json.replace(/(\\\\)|\\ud[89a-f][0-9a-f]{2}/g, (_, backslash?: string) => backslash ?? "\ufffd");
}

/** Calls back with the messages of each chunk that arrives, in time linear in its bytes however long a line is. */
export function readMessages<M>(stream: Readable, receive: (messages: M[]) => void): void {
  let parts: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => {
    const messages: M[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      messages.push(JSON.parse(Buffer.concat(parts).toString()) as M);
      parts = [];
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
    if (messages.length > 0) receive(messages);
  });
}
