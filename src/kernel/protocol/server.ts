/**
 * The Jupyter protocol: requests in, evaluator driven, answers and outputs out, in the order that the protocol
 * promises.
 */
import { createRequire } from "node:module";
import type { Evaluator } from "../host/evaluator.js";
import { History } from "./history.js";
import {
  protocolVersion,
  Signer,
  toCodePoints,
  toUtf16,
  type Connection,
  type Header,
  type Message,
} from "./message.js";
import type { Output } from "../output.js";
import { packageManifest } from "../../files/packageRoot.js";
import { KernelSockets } from "./sockets.js";

type Content = Record<string, unknown>;

const require = createRequire(import.meta.url);
const { version } = packageManifest;
// The compiler itself is the evaluator's: this process answers before it is loaded.
const typescript = (require("typescript/package.json") as { version: string }).version;

const failed = (ename: string, evalue: string): Content => ({ status: "error", ename, evalue, traceback: [] });

/** A kernel that speaks the Jupyter protocol over its sockets. */
export class KernelServer {
  private readonly signer: Signer;
  private readonly sockets: KernelSockets;
  private readonly history = new History();
  private readonly queue: Message[] = [];
  private readonly answers = new Map<string, (value: string) => void>();
  private working = false;
  private executionCount = 0;
  private stopping: Promise<void> | undefined;
  /** resolves when the kernel has shut down */
  readonly closed: Promise<void>;
  private resolveClosed!: () => void;

  constructor(
    connection: Connection,
    private readonly evaluator: Evaluator,
  ) {
    this.signer = new Signer(connection.key, connection.signature_scheme);
    this.sockets = new KernelSockets(connection, this.signer);
    this.closed = new Promise((resolve) => {
      this.resolveClosed = resolve;
    });
  }

  /**
   * Binds the sockets and takes requests.
   *
   * @throws Error if a port cannot be bound
   */
  async start(): Promise<void> {
    await this.sockets.open({
      shell: (message) => {
        this.queue.push(message);
        void this.work();
      },
      control: (message) => void this.control(message),
      stdin: (message) => {
        if (message.header.msg_type === "input_reply")
          this.answers.get((message.parent as Header).msg_id ?? "")?.(String(message.content.value ?? ""));
      },
    });
    this.publish("status", { execution_state: "starting" }, {});
  }

  /** Interrupts the running cell. */
  interrupt(): void {
    void this.evaluator.interrupt();
  }

  /** Closes the evaluator, then the sockets; what was sent arrives. */
  shutdown(): Promise<void> {
    return (this.stopping ??= (async () => {
      await this.evaluator.close();
      await this.sockets.close();
      this.resolveClosed();
    })());
  }

  private publish(msg_type: string, content: Content, parent: Message["parent"], metadata: Content = {}): void {
    void this.sockets.send("iopub", {
      identities: [Buffer.from(msg_type)],
      header: this.signer.header(msg_type),
      parent,
      metadata,
      content,
    });
  }

  private reply(socket: "shell" | "control", request: Message, content: Content): void {
    const header = this.signer.header(request.header.msg_type.replace(/_request$/, "_reply"));
    void this.sockets.send(socket, {
      identities: request.identities,
      header,
      parent: request.header,
      metadata: {},
      content,
    });
  }

  /** Handles shell requests one after the other, each between busy and idle. */
  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    for (let request = this.queue.shift(); request; request = this.queue.shift()) {
      this.publish("status", { execution_state: "busy" }, request.header);
      try {
        await this.shell(request);
      } catch (error) {
        this.reply("shell", request, failed((error as Error).name, (error as Error).message));
      }
      this.publish("status", { execution_state: "idle" }, request.header);
    }
    this.working = false;
  }

  private async control(request: Message): Promise<void> {
    this.publish("status", { execution_state: "busy" }, request.header);
    try {
      await this.controlled(request);
    } catch (error) {
      this.reply("control", request, failed((error as Error).name, (error as Error).message));
    }
    this.publish("status", { execution_state: "idle" }, request.header);
  }

  private async controlled(request: Message): Promise<void> {
    switch (request.header.msg_type) {
      case "interrupt_request":
        await this.evaluator.interrupt();
        return this.reply("control", request, { status: "ok" });
      case "shutdown_request":
        return this.shutdownRequest("control", request);
      case "kernel_info_request":
        return this.reply("control", request, this.info());
      case "debug_request":
        return this.reply("control", request, {
          type: "response",
          request_seq: request.content.seq ?? 0,
          success: false,
          command: request.content.command ?? "",
          message: "this kernel has no debugger",
        });
      default:
        this.unknown("control", request);
    }
  }

  private async shell(request: Message): Promise<void> {
    const { content, header } = request;
    switch (header.msg_type) {
      case "kernel_info_request":
        return this.reply("shell", request, this.info());
      case "execute_request":
        return this.execute(request);
      case "complete_request":
        return this.complete(request, String(content.code ?? ""), Number(content.cursor_pos ?? 0));
      case "inspect_request":
        return this.inspect(request, String(content.code ?? ""), Number(content.cursor_pos ?? 0));
      case "is_complete_request":
        return this.reply("shell", request, {
          indent: "",
          ...(await this.evaluator.isComplete(String(content.code ?? ""))),
        });
      case "history_request":
        return this.reply("shell", request, { status: "ok", history: this.history.find(content) });
      case "comm_info_request":
        return this.reply("shell", request, { status: "ok", comms: {} });
      case "comm_open": // no widget lives here; closing it at once is how a front end learns that
        return this.publish("comm_close", { comm_id: content.comm_id, data: {} }, header);
      case "comm_msg":
      case "comm_close":
        return;
      case "shutdown_request":
        return this.shutdownRequest("shell", request);
      case "interrupt_request":
        return this.reply("shell", request, { status: "ok" }); // it waited for the cell that it meant
      default:
        this.unknown("shell", request);
    }
  }

  private unknown(socket: "shell" | "control", request: Message): void {
    if (request.header.msg_type.endsWith("_request"))
      this.reply(socket, request, failed("UnknownRequest", `this kernel does not know ${request.header.msg_type}`));
  }

  private info(): Content {
    return {
      status: "ok",
      protocol_version: protocolVersion,
      implementation: "scorebook",
      implementation_version: version,
      language_info: {
        name: "typescript",
        version: typescript,
        mimetype: "text/x-typescript",
        file_extension: ".ts",
        pygments_lexer: "typescript",
        codemirror_mode: "typescript",
        nbconvert_exporter: "script",
      },
      banner: `scorebook ${version}: TypeScript ${typescript} on Node.js ${process.versions.node}`,
      help_links: [
        { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
        { text: "Node.js", url: "https://nodejs.org/docs/latest/api/" },
        { text: "Plotly", url: "https://plotly.com/javascript/" },
      ],
      debugger: false,
      supported_features: [],
    };
  }

  private async execute(request: Message): Promise<void> {
    const {
      code,
      silent = false,
      store_history = true,
      user_expressions = {},
      allow_stdin = false,
      stop_on_error = true,
    } = request.content as {
      code?: string;
      silent?: boolean;
      store_history?: boolean;
      user_expressions?: Record<string, string>;
      allow_stdin?: boolean;
      stop_on_error?: boolean;
    };
    if (typeof code !== "string")
      return this.reply("shell", request, {
        ...failed("InvalidRequest", "execute_request: code is missing, expected a string"),
        execution_count: this.executionCount,
      });
    const isEmpty = code.trim() === "",
      stores = store_history && !silent && !isEmpty;
    if (stores) this.executionCount++;
    const execution_count = this.executionCount,
      parent = request.header;
    const noteResult = stores ? this.history.add(execution_count, code) : undefined;
    if (!silent) this.publish("execute_input", { code, execution_count }, parent);
    const send = (output: Output): void => {
      if (silent) return;
      if (output.output_type === "execute_result") noteResult?.(String(output.data["text/plain"] ?? ""));
      this.output(output, parent);
    };
    const result = isEmpty
      ? { status: "ok" as const }
      : await this.evaluator.execute(code, {
          executionCount: execution_count,
          silent,
          onOutput: send,
          onLateOutput: send,
          ...(allow_stdin && { onInput: (prompt, password) => this.input(request, prompt, password) }),
        });
    this.answers.clear(); // what is answered later was asked by nobody who waits
    if (result.status === "error") {
      const { ename = "Error", evalue = "", traceback = [] } = result.error ?? {};
      this.reply("shell", request, {
        status: "error",
        ename,
        evalue,
        traceback,
        execution_count,
        user_expressions: {},
        payload: [],
      });
      if (stop_on_error) await this.abortQueued();
      return;
    }
    this.reply("shell", request, {
      status: "ok",
      execution_count,
      user_expressions: await this.userExpressions(user_expressions),
      payload: [],
    });
  }

  /** Refuses the requests to run cells that were received before an error; later ones run. */
  private async abortQueued(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve)); // what lies in the sockets was received
    for (let i = 0; i < this.queue.length;) {
      const request = this.queue[i];
      if (request.header.msg_type !== "execute_request") {
        i++;
        continue;
      }
      this.queue.splice(i, 1);
      this.publish("status", { execution_state: "busy" }, request.header);
      this.reply("shell", request, {
        ...failed("ExecutionAborted", "an earlier cell failed"),
        execution_count: this.executionCount,
      });
      this.publish("status", { execution_state: "idle" }, request.header);
    }
  }

  private output(output: Output, parent: Header): void {
    const { output_type, ...content } = output;
    this.publish(output_type, "data" in output ? { transient: {}, ...content } : content, parent);
  }

  private async userExpressions(expressions: unknown): Promise<Content> {
    const values: Content = {};
    if (typeof expressions !== "object" || expressions === null) return values; // a text would be one for each character
    for (const [name, expression] of Object.entries(expressions)) {
      if (typeof expression !== "string") {
        values[name] = failed(
          "InvalidRequest",
          `user_expressions: ${name} is ${JSON.stringify(expression)}, expected a string`,
        );
        continue;
      }
      let shown: Extract<Output, { output_type: "execute_result" }> | undefined;
      const result = await this.evaluator.execute(`(${expression})`, {
        executionCount: this.executionCount,
        onOutput: (o) => {
          if (o.output_type === "execute_result") shown = o;
        },
      });
      values[name] = result.error
        ? { status: "error", ename: result.error.ename, evalue: result.error.evalue, traceback: result.error.traceback }
        : { status: "ok", data: shown?.data ?? { "text/plain": "undefined" }, metadata: shown?.metadata ?? {} };
    }
    return values;
  }

  private input(request: Message, prompt: string, password: boolean): Promise<string> {
    const header = this.signer.header("input_request");
    void this.sockets.send("stdin", {
      identities: request.identities,
      header,
      parent: request.header,
      metadata: {},
      content: { prompt, password },
    });
    return new Promise((resolve) => {
      const answer = (value: string): void => {
        this.answers.delete(header.msg_id);
        if (this.answers.get("") === answer) this.answers.delete("");
        resolve(value);
      };
      this.answers.set(header.msg_id, answer);
      this.answers.set("", answer); // front ends that leave the parent out
    });
  }

  private async complete(request: Message, code: string, cursor: number): Promise<void> {
    const offset = toUtf16(code, cursor);
    const found = (await this.evaluator.complete(code, offset)) ?? {
      start: offset,
      end: offset,
      matches: [],
      kinds: [],
    };
    const start = toCodePoints(code, found.start),
      end = toCodePoints(code, found.end);
    const types = found.matches.map((text, i) => ({ start, end, text, type: found.kinds[i], signature: "" }));
    this.reply("shell", request, {
      status: "ok",
      matches: found.matches,
      cursor_start: start,
      cursor_end: end,
      metadata: { _jupyter_types_experimental: types },
    });
  }

  private async inspect(request: Message, code: string, cursor: number): Promise<void> {
    const text = await this.evaluator.inspect(code, toUtf16(code, cursor));
    this.reply("shell", request, {
      status: "ok",
      found: text !== null,
      data: text === null ? {} : { "text/plain": text },
      metadata: {},
    });
  }

  private async shutdownRequest(socket: "shell" | "control", request: Message): Promise<void> {
    const content = { status: "ok", restart: request.content.restart ?? false };
    await this.evaluator.close();
    this.reply(socket, request, content);
    this.publish("shutdown_reply", content, request.header);
    this.publish("status", { execution_state: "idle" }, request.header);
    await this.shutdown();
  }
}
