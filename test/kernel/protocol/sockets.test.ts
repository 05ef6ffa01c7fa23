import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Dealer, Subscriber } from "zeromq";
import { Signer, type Connection } from "../../../src/kernel/protocol/message.js";
import { KernelSockets } from "../../../src/kernel/protocol/sockets.js";

const names = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;
const handlers = { shell: () => {}, control: () => {}, stdin: () => {} };

/** A connection on free ports of an address. */
async function connection(ip: string): Promise<Connection> {
  const servers = names.map(() => createServer().listen(0, ip));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  const own = Object.fromEntries(names.map((name, k) => [name, ports[k]])) as Record<(typeof names)[number], number>;
  return { transport: "tcp", ip, key: "", signature_scheme: "hmac-sha256", ...own };
}

const opened = (own: Connection) => {
  const sockets = new KernelSockets(own, new Signer(own.key, own.signature_scheme));
  return { sockets, open: sockets.open(handlers) };
};

describe("The sockets", () => {
  for (const ip of ["127.0.0.1", "localhost", "::1"])
    it(`listen on ${ip}`, async function () {
      if (ip === "::1" && !Object.values(networkInterfaces()).some((own) => own!.some(({ address }) => address === ip)))
        return this.skip();
      const own = await connection(ip);
      const { sockets, open } = opened(own);
      const peer = new Dealer({ ipv6: true, linger: 0, receiveTimeout: 5000 });
      try {
        await open;
        peer.connect(`tcp://${ip === "::1" ? "[::1]" : ip}:${own.hb_port}`);
        await peer.send("ping");
        assert.equal(`${(await peer.receive())[0]}`, "ping");
      } finally {
        peer.close();
        await sockets.close();
      }
    });

  it("welcome each subscriber before it hears anything else, however much is published meanwhile", async () => {
    const own = await connection("127.0.0.1");
    const { sockets, open } = opened(own);
    await open;
    const signer = new Signer(own.key, own.signature_scheme);
    let published = true;
    const busy = async (): Promise<void> => {
      while (published) {
        const header = signer.header("status");
        void sockets.send("iopub", { identities: [], header, parent: {}, metadata: {}, content: {} });
        for (const until = performance.now() + 1.5; performance.now() < until;);
        await sleep(Math.random() * 2);
      }
    };
    const publishing = busy();
    const first: string[] = [];
    for (let k = 0; k < 60; k++) {
      const subscriber = new Subscriber({ linger: 0, receiveTimeout: 5000 });
      subscriber.connect(`tcp://127.0.0.1:${own.iopub_port}`);
      await sleep(Math.random() * 5);
      subscriber.subscribe("");
      const message = signer.read(await subscriber.receive());
      first.push(message!.header.msg_type);
      subscriber.close();
    }
    published = false;
    await publishing;
    await sockets.close();
    assert.deepEqual([...new Set(first)], ["iopub_welcome"]);
  });

  it("say which port is taken", async () => {
    const own = await connection("127.0.0.1");
    const holder = createServer().listen(own.control_port, own.ip);
    await once(holder, "listening");
    const taken = opened(own);
    try {
      await assert.rejects(taken.open, {
        message: `control_port ${own.control_port} on 127.0.0.1 cannot be listened on: Address already in use`,
      });
    } finally {
      holder.close();
      await taken.sockets.close();
    }
  });

  it("say that two of them have one port", async () => {
    const own = await connection("127.0.0.1");
    const { sockets, open } = opened({ ...own, shell_port: own.hb_port });
    await assert.rejects(open, {
      message: `shell_port ${own.hb_port} on 127.0.0.1 cannot be listened on: Address already in use`,
    });
    await sockets.close();
  });

  for (const ip of ["0.0.0.0", "::", "*", "192.168.0.1", "127.0.0.1.example.org"])
    it(`refuse ${ip}, before one is bound`, async () => {
      const { sockets, open } = opened({ ...(await connection("127.0.0.1")), ip });
      await assert.rejects(open, /asks to listen on .*; this kernel listens on the loopback address alone/);
      await sockets.close();
    });
});
