import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConnection, Signer, toCodePoints, toUtf16, type Message } from "../../../src/kernel/protocol/message.js";

const delimiter = Buffer.from("<IDS|MSG>");

/** A message with text beyond ASCII, since the signature is one of bytes. */
function message(signer: Signer): Message {
  return {
    identities: [Buffer.from([0, 255, 7]), Buffer.from("stream")],
    header: signer.header("execute_request"),
    parent: {},
    metadata: { tags: ["σ"] },
    content: { code: "'😀'", silent: false },
  };
}

describe("Messages on the wire", () => {
  for (const scheme of ["hmac-sha256", "hmac-sha512"])
    it(`are read as they were written, signed by ${scheme}`, () => {
      const [ours, theirs] = [new Signer("key", scheme), new Signer("key", scheme)];
      const sent = message(ours);
      assert.deepEqual(theirs.read(ours.frames(sent)), sent);
    });

  it("are signed by the HMAC of header, parent, metadata and content, in hexadecimal", () => {
    const signer = new Signer("a key", "hmac-sha256");
    const frames = signer.frames(message(signer));
    const at = frames.findIndex((frame) => frame.equals(delimiter));
    const signature = createHmac("sha256", "a key").update(Buffer.concat(frames.slice(at + 2)));
    assert.equal(frames[at + 1].toString(), signature.digest("hex"));
    assert.equal(frames.length, at + 6);
  });

  it("are not read if any part was changed, or if the key is another", () => {
    const signer = new Signer("key", "hmac-sha256");
    const frames = signer.frames(message(signer));
    const at = frames.findIndex((frame) => frame.equals(delimiter));
    for (let part = at + 1; part < frames.length; part++) {
      // a signature of another last digit, or JSON that means the same
      const changed =
        part === at + 1 ? `${frames[part]}`.replace(/.$/, (c) => (c === "0" ? "1" : "0")) : `${frames[part]} `;
      const tampered = frames.map((frame, i) => (i === part ? Buffer.from(changed) : frame));
      assert.equal(signer.read(tampered), undefined, `frame ${part}`);
    }
    assert.equal(new Signer("other", "hmac-sha256").read(frames), undefined);
    assert.equal(new Signer("", "hmac-sha256").read(frames), undefined);
    assert.equal(signer.read(new Signer("", "hmac-sha256").frames(message(signer))), undefined);
  });

  it("carry no signature where the key is empty", () => {
    const signer = new Signer("", "hmac-sha256");
    const sent = message(signer);
    const frames = signer.frames(sent);
    assert.equal(frames[sent.identities.length + 1].length, 0);
    assert.deepEqual(signer.read(frames), sent);
  });

  it("are read once: of the last 65,536 none is taken again", () => {
    const signer = new Signer("key", "hmac-sha256");
    const send = () => signer.frames(message(signer));
    const first = send();
    assert.ok(signer.read(first));
    assert.equal(signer.read(first), undefined);
    assert.equal(signer.read(first.slice(1)), undefined, "nor from another sender");
    for (let k = 1; k < 65_536; k++) signer.read(send());
    assert.equal(signer.read(first), undefined);
    signer.read(send());
    assert.ok(signer.read(first), "what is older is forgotten");
  }).timeout(60_000);

  it("are not read if they are nested deeper than what can be sent back", () => {
    const signer = new Signer("", "hmac-sha256");
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    const read = (...parts: string[]) =>
      signer.read([delimiter, Buffer.alloc(0), ...parts.map((part) => Buffer.from(part))]);
    const header = (date: string) => `{ "msg_id": "1", "msg_type": "kernel_info_request", "date": ${date} }`;
    const plain = header("0");
    assert.ok(read(header(nested(900)), "{}", "{}", nested(900)));
    for (const parts of [
      [header(nested(200_000)), "{}", "{}", "{}"],
      [header(`${"[".repeat(200_000)}${"]".repeat(200_000)}`), "{}", "{}", "{}"],
      [plain, nested(200_000), "{}", "{}"],
      [plain, "{}", nested(200_000), "{}"],
      [plain, "{}", "{}", nested(200_000)],
    ])
      assert.equal(read(...parts), undefined);
  });

  it("that are malformed are not read", () => {
    const signer = new Signer("", "hmac-sha256");
    const parts = (header: string, content = "{}") => [header, "{}", "{}", content].map((part) => Buffer.from(part));
    const read = (...[header, content]: Parameters<typeof parts>) =>
      signer.read([delimiter, Buffer.alloc(0), ...parts(header, content)]);
    const header = '{ "msg_id": "1", "msg_type": "kernel_info_request" }';
    assert.equal(read(header)?.header.msg_id, "1");
    for (const [wrong, content] of [
      ["{", "{}"],
      ["[]", "{}"],
      ["null", "{}"],
      ['{ "msg_id": "1" }', "{}"],
      ['{ "msg_id": 1, "msg_type": "x" }', "{}"],
      [header, "[]"],
      [header, "1"],
    ])
      assert.equal(read(wrong, content), undefined, `${wrong} ${content}`);
    assert.equal(signer.read(parts(header)), undefined);
    assert.equal(signer.read([delimiter, Buffer.alloc(0), ...parts(header).slice(1)]), undefined);
    assert.equal(signer.read([]), undefined);
  });

  it("have headers of their own in one session, which is another for each signer", () => {
    const signer = new Signer("key", "hmac-sha256");
    const [a, b] = [signer.header("status"), signer.header("status")];
    assert.notEqual(a.msg_id, b.msg_id);
    assert.equal(a.session, b.session);
    assert.notEqual(new Signer("key", "hmac-sha256").header("status").session, a.session);
    assert.ok(Math.abs(Date.parse(a.date) - Date.now()) < 60_000);
  });
});

describe("Positions in text", () => {
  const text = "aé 😀\n𝒳e\u0301 👩‍🔬z";
  const points = [...text];

  it("convert from code points to UTF-16 and back", () => {
    for (let k = 0; k <= points.length; k++) {
      const units = points.slice(0, k).join("").length;
      assert.equal(toUtf16(text, k), units, `${k}`);
      assert.equal(toCodePoints(text, units), k, `${units}`);
    }
  });

  it("are the same in both where all is in the basic plane", () => {
    const plain = "σ = 80; // é";
    for (let k = 0; k <= plain.length; k++) assert.deepEqual([toUtf16(plain, k), toCodePoints(plain, k)], [k, k]);
  });

  it("beyond the text are at its end", () => {
    assert.equal(toUtf16(text, 1000), text.length);
    assert.equal(toCodePoints(text, 1000), points.length);
    assert.equal(toUtf16(text, -1), 0);
  });
});

describe("A connection file", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "scorebook-connection-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const ports = { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 };
  const read = (content: unknown) => {
    const file = join(folder, "connection.json");
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return readConnection(file);
  };

  it("is read with the defaults of what it leaves out", () => {
    const all = { ...ports, transport: "ipc", ip: "/tmp/x", key: "k", signature_scheme: "hmac-sha512" };
    assert.deepEqual(read(all), all);
    const { transport, ip, key, signature_scheme } = read(ports);
    assert.deepEqual([transport, ip, key, signature_scheme], ["tcp", "127.0.0.1", "", "hmac-sha256"]);
  });

  it("that is malformed, or asks for what this kernel does not do, is refused in one sentence", () => {
    for (const [content, said] of [
      ["{", /not a Jupyter connection file \(.+\); kernels are started by a front end/],
      ["null", /not a Jupyter connection file \(no object\); kernels are started by a front end/],
      [{ ...ports, hb_port: "5" }, /: hb_port is "5", expected a port number, 1 to 65535$/],
      [{ ...ports, stdin_port: undefined }, /: stdin_port is undefined, expected a port number, 1 to 65535$/],
      ...[0, -1, 1e9, 1.5, 65536, null].map(
        (port) =>
          [
            { ...ports, shell_port: port },
            new RegExp(`: shell_port is ${port}, expected a port number, 1 to 65535$`),
          ] as const,
      ),
      [{ ...ports, transport: "ipc", hb_port: -1 }, /: hb_port is -1, expected a port number$/],
      [{ ...ports, ip: 5 }, /: ip is 5, expected a text$/],
      [{ ...ports, key: null }, /: key is null, expected a text$/],
      [{ ...ports, signature_scheme: "hmac-none" }, /: signature_scheme is hmac-none, expected hmac-sha256 or another/],
      [{ ...ports, signature_scheme: "rsa" }, /: signature_scheme is rsa, expected hmac-sha256 or another hmac$/],
      [{ ...ports, transport: "udp" }, /: transport is udp, expected tcp or ipc$/],
    ] as const)
      assert.throws(() => read(content), said);
    assert.throws(
      () => readConnection(join(folder, "none.json")),
      /none\.json: not a Jupyter connection file \(ENOENT/,
    );
  });
});
