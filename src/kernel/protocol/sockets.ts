/** The five sockets of a kernel. Every send waits for the one before it: zeromq refuses or drops overlapping ones. */
import { Router, XPublisher, type Writable } from "zeromq";
import type { Connection, Message, Signer } from "./message.js";

class Outbox {
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly socket: Writable) {}

  drained(): Promise<void> {
    return this.queue;
  }

  send(frames: Buffer[]): Promise<void> {
    return this.next(() => this.socket.send(frames));
  }

  protected next(step: () => Promise<void>): Promise<void> {
    return (this.queue = this.queue.then(step).catch(() => {})); // a peer that left
  }
}

/**
 * What is published. Each new subscriber first gets a welcome, from which on it misses nothing: the subscriptions that
 * have come are read, and answered, before anything is sent to them.
 */
class Publications extends Outbox {
  private readonly looking = setInterval(() => void this.next(() => this.welcomeNew()), 50).unref();

  constructor(
    private readonly publisher: XPublisher,
    private readonly welcome: (topic: Buffer) => Buffer[],
  ) {
    super(publisher);
  }

  override send(frames: Buffer[]): Promise<void> {
    return this.next(async () => {
      await this.welcomeNew();
      await this.publisher.send(frames);
    });
  }

  close(): void {
    clearInterval(this.looking);
    this.publisher.close();
  }

  private async welcomeNew(): Promise<void> {
    while (this.publisher.readable) {
      const [frame] = await this.publisher.receive();
      if (frame[0] === 1) await this.publisher.send(this.welcome(frame.subarray(1)));
    }
  }
}

/** Takers of incoming messages, by socket. */
export interface Handlers {
  shell(message: Message): void;
  control(message: Message): void;
  stdin(message: Message): void;
}

/** The bound sockets of one kernel. */
export class KernelSockets {
  private readonly unlimited = { sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: 1000, ipv6: true };
  private readonly shell = new Router({ ...this.unlimited, handover: true });
  private readonly control = new Router({ ...this.unlimited, handover: true });
  private readonly stdin = new Router({ ...this.unlimited, handover: true });
  private readonly iopub = new XPublisher({ sendHighWaterMark: 0, linger: 1000, ipv6: true, verbosity: "allSubs" });
  private readonly heartbeat = new Router({ linger: 0, ipv6: true }); // a REP socket fails where the peer has left
  private readonly outboxes = {
    shell: new Outbox(this.shell),
    control: new Outbox(this.control),
    stdin: new Outbox(this.stdin),
    iopub: new Publications(this.iopub, (topic) =>
      this.signer.frames({
        identities: [topic],
        header: this.signer.header("iopub_welcome"),
        parent: {},
        metadata: {},
        content: { subscription: topic.toString() },
      }),
    ),
  };

  constructor(
    private readonly connection: Connection,
    private readonly signer: Signer,
  ) {}

  /**
   * Binds the ports and hands incoming messages over as they come; broken or wrongly signed ones are dropped.
   *
   * @throws Error if a port is taken, or the address is not of this machine's loopback
   */
  async open(handlers: Handlers): Promise<void> {
    const { transport, ip } = this.connection;
    if (transport === "tcp" && !/^(?:127\.\d+\.\d+\.\d+|localhost|::1)$/.test(ip)) {
      throw new Error(
        `the connection file asks to listen on ${ip}; this kernel listens on the loopback address alone, reach it through an SSH tunnel`,
      );
    }
    const host = ip.includes(":") ? `[${ip}]` : ip;
    for (const [name, socket] of [
      ["hb", this.heartbeat],
      ["iopub", this.iopub],
      ["stdin", this.stdin],
      ["control", this.control],
      ["shell", this.shell],
    ] as const) {
      const port = this.connection[`${name}_port`];
      await socket.bind(transport === "tcp" ? `tcp://${host}:${port}` : `ipc://${ip}-${port}`).catch((error: Error) => {
        throw new Error(`${name}_port ${port} on ${ip} cannot be listened on: ${error.message}`);
      });
    }
    void this.echo();
    for (const name of ["shell", "control", "stdin"] as const) void this.receive(this[name], handlers[name]);
  }

  /** Sends on a socket, after all that was sent there before. */
  send(socket: keyof KernelSockets["outboxes"], message: Message): Promise<void> {
    return this.outboxes[socket].send(this.signer.frames(message));
  }

  /** Closes all sockets once what was sent is under way. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.outboxes).map((outbox) => outbox.drained()));
    for (const socket of [this.shell, this.control, this.stdin, this.heartbeat, this.outboxes.iopub]) socket.close();
  }

  private async receive(socket: Router, handle: (message: Message) => void): Promise<void> {
    for await (const frames of socket) {
      const message = this.signer.read(frames);
      if (message) handle(message);
    }
  }

  private async echo(): Promise<void> {
    const outbox = new Outbox(this.heartbeat);
    for await (const frames of this.heartbeat) void outbox.send(frames);
  }
}
