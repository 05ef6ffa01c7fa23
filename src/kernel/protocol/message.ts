/** Jupyter messages on the wire: https://jupyter-client.readthedocs.io/en/stable/messaging.html, version 5.5. */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
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
  let value: Partial<Connection>;
  try {
    value = JSON.parse(readFileSync(file, "utf8")) as Partial<Connection>;
  } catch (error) {
    throw new Error(
      `${file}: not a Jupyter connection file (${(error as Error).message}); kernels are started by a front end such as jupyter lab`,
    );
  }
  for (const port of ports)
    if (typeof value[port] !== "number")
      throw new Error(`${file}: ${port} is ${JSON.stringify(value[port])}, expected a port number`);
  const { transport = "tcp", ip = "127.0.0.1", signature_scheme = "hmac-sha256", key = "" } = value;
  if (!/^hmac-/.test(signature_scheme))
    throw new Error(`${file}: signature_scheme is ${signature_scheme}, expected hmac-sha256 or another hmac`);
  if (transport !== "tcp" && transport !== "ipc")
    throw new Error(`${file}: transport is ${transport}, expected tcp or ipc`);
  return { ...(value as Connection), transport, ip, signature_scheme, key };
}

/** A signer and reader of one session's messages. */
export class Signer {
  /** the session's identifier, new in every kernel process */
  readonly session = randomUUID();
  private readonly algorithm: string;

  constructor(
    private readonly key: string,
    scheme: string,
  ) {
    this.algorithm = scheme.replace(/^hmac-/, "");
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

  /** Reads the message in the frames; undefined if they are no message or not signed with this session's key. */
  read(frames: readonly Buffer[]): Message | undefined {
    const at = frames.findIndex((frame) => frame.equals(delimiter));
    if (at < 0 || frames.length < at + 6) return undefined;
    const parts = frames.slice(at + 2, at + 6),
      expected = this.signature(parts),
      given = frames[at + 1];
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
    try {
      const [header, parent, metadata, content] = parts.map((part) => JSON.parse(part.toString("utf8")) as unknown);
      if (!isRecord(header) || typeof header.msg_id !== "string" || typeof header.msg_type !== "string")
        return undefined;
      if (!isRecord(parent) || !isRecord(metadata) || !isRecord(content)) return undefined;
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
