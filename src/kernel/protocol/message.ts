/** Jupyter messages on the wire: https://jupyter-client.readthedocs.io/en/stable/messaging.html, version 5.5. */
import { createHmac, getHashes, randomUUID, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";

/** The version of the protocol that this kernel speaks. */
export const protocolVersion = "5.5";

/** The content of a connection file, which a front end writes. */
export interface Connection {
  readonly transport: string;
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
  readonly key: string;
  readonly signature_scheme: string;
}

/** A message's header. */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** A message with its addresses. */
export interface Message {
  /** addresses of the sender, for ROUTER sockets; the topic, for the iopub socket */
  readonly identities: readonly Buffer[];
  readonly header: Header;
  readonly parent: Header | Record<string, never>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, unknown>>;
}

const delimiter = Buffer.from("<IDS|MSG>");
const ports = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;

/**
 * Reads a connection file.
 *
 * @throws Error if the file is no connection file, or asks for what this kernel does not do
 */
export function readConnection(file: string): Connection {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, "utf8"));
    if (!isRecord(read)) throw new Error("no object");
  } catch (error) {
    throw new Error(
      `${file}: not a Jupyter connection file (${(error as Error).message}); kernels are started by a front end such as jupyter lab`,
    );
  }
  const value = { transport: "tcp", ip: "127.0.0.1", signature_scheme: "hmac-sha256", key: "", ...read } as Connection;
  for (const text of ["transport", "ip", "signature_scheme", "key"] as const)
    if (typeof value[text] !== "string")
      throw new Error(`${file}: ${text} is ${JSON.stringify(value[text])}, expected a text`);
  const { transport, signature_scheme } = value;
  for (const port of ports)
    if (!isPort(value[port], transport))
      throw new Error(
        `${file}: ${port} is ${JSON.stringify(value[port])}, expected a port number${transport === "tcp" ? ", 1 to 65535" : ""}`,
      );
  if (!getHashes().includes(algorithmOf(signature_scheme)))
    throw new Error(`${file}: signature_scheme is ${signature_scheme}, expected hmac-sha256 or another hmac`);
  if (transport !== "tcp" && transport !== "ipc")
    throw new Error(`${file}: transport is ${transport}, expected tcp or ipc`);
  return value;
}

const algorithmOf = (scheme: string): string => /^hmac-(.*)$/.exec(scheme)?.[1] ?? "";

/** Says whether sockets can be told apart by the number: over TCP it is a port, over IPC the end of a file's name. */
const isPort = (value: unknown, transport: string): boolean =>
  Number.isSafeInteger(value) && (value as number) > 0 && (transport !== "tcp" || (value as number) < 65536);

/** The number of signatures that are remembered, as by Jupyter's own kernels. */
const remembered = 65_536;

/** The depth of nesting up to which messages are read, as by Jupyter's own kernels; parts of them are sent back. */
const deepest = 1000;

/** A signer and reader of one session's messages. */
export class Signer {
  /** the session's identifier, new in every kernel process */
  readonly session = randomUUID();
  private readonly algorithm: string;
  /** of messages that were read, the oldest first */
  private readonly seen = new Set<string>();

  constructor(
    private readonly key: string,
    scheme: string,
  ) {
    this.algorithm = algorithmOf(scheme);
  }

  private signature(parts: readonly Buffer[]): Buffer {
    if (this.key === "") return Buffer.alloc(0);
    const hmac = createHmac(this.algorithm, this.key);
    for (const part of parts) hmac.update(part);
    return Buffer.from(hmac.digest("hex"));
  }

  /** Makes the header of a new message. */
  header(msg_type: string): Header {
    return {
      msg_id: randomUUID(),
      msg_type,
      session: this.session,
      username: "kernel",
      date: new Date().toISOString(),
      version: protocolVersion,
    };
  }

  /** Signs a message and returns its frames on the wire. */
  frames(message: Message): Buffer[] {
    const parts = [message.header, message.parent, message.metadata, message.content].map((part) =>
      Buffer.from(JSON.stringify(part)),
    );
    return [...message.identities, delimiter, this.signature(parts), ...parts];
  }

  /**
   * Reads the message in the frames; undefined if they are no message, are not signed with this session's key or were
   * read before: who cannot sign a message cannot send it again either.
   */
  read(frames: readonly Buffer[]): Message | undefined {
    const at = frames.findIndex((frame) => frame.equals(delimiter));
    if (at < 0 || frames.length < at + 6) return undefined;
    const parts = frames.slice(at + 2, at + 6),
      expected = this.signature(parts),
      given = frames[at + 1];
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
    if (this.key !== "" && !this.isNew(given.toString("latin1"))) return undefined;
    try {
      const [header, parent, metadata, content] = parts.map((part) => JSON.parse(part.toString("utf8")) as unknown);
      if (!isRecord(header) || typeof header.msg_id !== "string" || typeof header.msg_type !== "string")
        return undefined;
      if (!isRecord(parent) || !isRecord(metadata) || !isRecord(content)) return undefined;
      if ([header, parent, metadata, content].some(isTooDeep)) return undefined;
      return {
        identities: frames.slice(0, at),
        header: header as unknown as Header,
        parent,
        metadata,
        content,
      } as unknown as Message;
    } catch {
      return undefined;
    }
  }

  private isNew(signature: string): boolean {
    if (this.seen.has(signature)) return false;
    this.seen.add(signature);
    if (this.seen.size > remembered) this.seen.delete(this.seen.values().next().value!);
    return true;
  }
}

function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Converts a position in Unicode code points, which Jupyter counts, to UTF-16 units, which JavaScript counts. */
export function toUtf16(text: string, codePoints: number): number {
  let units = 0;
  for (const character of text) {
    if (codePoints-- <= 0) break;
    units += character.length;
  }
  return units;
}

/** Converts a position in UTF-16 units to Unicode code points. */
export function toCodePoints(text: string, units: number): number {
  return [...text.slice(0, units)].length;
}
