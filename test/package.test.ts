import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Dealer } from "zeromq";
import { readNotebook } from "../src/notebook/nbformat.js";
import type { CodeCell } from "../src/notebook/nbformatTypes.js";
import { sketchNotebook, temporaryDirectory } from "./helpers/notebooks.js";

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A free port of the loopback address. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

describe("the package, installed from its tarball without install scripts", function () {
  this.timeout(300_000);
  const project = temporaryDirectory();
  const env = {
    ...process.env,
    JUPYTER_DATA_DIR: join(project, "jupyter"),
    SCOREBOOK_NO_SNAPSHOT: "1", // made in the background, it would outlive the folder
  };
  const run = (program: string, ...args: readonly string[]) =>
    spawnSync(program, args, {
      cwd: project,
      encoding: "utf8",
      env,
      shell: process.platform === "win32",
    });
  /** The output of a program that has to succeed. */
  const output = (program: string, ...args: readonly string[]): string => {
    const { status, stdout, stderr } = run(program, ...args);
    assert.equal(status, 0, `${program} ${args.join(" ")}: ${stdout}${stderr}`);
    return stdout;
  };
  const installed = (...parts: readonly string[]) => join(project, "node_modules", ...parts);
  const readJson = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
  /** What its users can import. */
  const doors = (): string[] =>
    Object.keys((readJson(installed("scorebook", "package.json")) as Manifest).exports)
      .filter((door) => !door.endsWith(".json"))
      .map((door) => `scorebook${door.slice(1)}`);
  let packed: Packed;

  before(() => {
    writeFileSync(join(project, "package.json"), `{ "name": "consumer", "private": true, "type": "module" }`);
    const pack = ["pack", process.cwd(), "--ignore-scripts", "--json", "--silent"];
    [packed] = JSON.parse(output("npm", ...pack)) as [Packed];
    output("npm", "install", "--ignore-scripts", "--prefer-offline", "--silent", `./${packed.filename}`);
  });

  it("has at most 15 MB, and nothing that only this repository's own tests and studies use", () => {
    assert.ok(packed.size <= 15e6, `${packed.size} bytes`);
    const paths = packed.files.map(({ path }) => path);
    for (const needed of ["LICENSE", "README.md", "environment.md", "dist/src/cli.js", "dist/src/index.d.ts"])
      assert.ok(paths.includes(needed), needed);
    assert.deepEqual(
      paths.filter((path) => /(^|\/)(test|bench|reference|notebooks)\/|\.test\.|\.ipynb$|\.tsbuildinfo$/.test(path)),
      [],
    );
  });

  it("has source maps that hold their sources", () => {
    const maps = packed.files.map(({ path }) => path).filter((path) => path.endsWith(".map"));
    assert.ok(maps.length > 100);
    for (const map of maps) {
      const { sourcesContent } = readJson(installed("scorebook", map)) as { sourcesContent?: unknown[] };
      assert.equal(typeof sourcesContent?.[0], "string", map);
    }
  });

  it("comes from a registry alone, with all that it depends on, at exact versions of its own choice", () => {
    const own = readJson(installed("scorebook", "package.json")) as Manifest;
    for (const [name, version] of Object.entries({ ...own.dependencies, ...own.optionalDependencies }))
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
    const { packages } = readJson(installed(".package-lock.json")) as { packages: Record<string, Manifest> };
    const elsewhere = Object.entries(packages).flatMap(([folder, { dependencies, optionalDependencies }]) =>
      Object.entries({ ...dependencies, ...optionalDependencies })
        .filter(([, version]) => /^(?!npm:).*[:/]/.test(version))
        .map(([name, version]) => `${folder}: ${name}@${version}`),
    );
    assert.deepEqual(elsewhere, []);
  });

  it("computes in plain Node.js", () => {
    writeFileSync(
      join(project, "score.js"),
      `import { fitGaussian, matrixFromRows } from "scorebook";
       const g = fitGaussian(matrixFromRows([[-1], [-1], [1], [1]]));
       for (const door of ${JSON.stringify(doors())}) await import(door);
       console.log(g.score(matrixFromRows([[6]]), Math.sqrt(2)).values[0]);`,
    );
    assert.ok(Math.abs(Number(output(process.execPath, "score.js")) + 2) < 1e-12); // -6 / (1 + 2)
  });

  for (const settings of [
    ["--module", "NodeNext", "--skipLibCheck", "false"],
    ["--module", "ESNext", "--moduleResolution", "Bundler"],
  ])
    it(`has types for a compiler with ${settings.join(" ")}`, () => {
      writeFileSync(
        join(project, "types.ts"),
        `${doors()
          .map((door, i) => `export * as door${i} from "${door}";`)
          .join("\n")}
         import { matrix, type Matrix } from "scorebook/math";
         import { describeNotebooks } from "scorebook/mocha";
         export const m: Matrix = matrix(1, 1);
         // @ts-expect-error
         export const no: string = matrix(1, 1);
         // @ts-expect-error
         describeNotebooks(1);`,
      );
      const tsc = installed("typescript", "bin", "tsc");
      output(process.execPath, tsc, "--noEmit", "--strict", "--types", "node", ...settings, "types.ts");
    });

  it("gives Jupyter a kernel that answers", async () => {
    const stdout = output("npx", "scorebook", "kernel", "install");
    const folder = join(project, "jupyter", "kernels", "scorebook");
    assert.ok(stdout.startsWith(`installed ${folder}\n`), stdout);
    assert.equal(output("npx", "scorebook", "kernel", "list").trim(), folder);
    const { argv } = readJson(join(folder, "kernel.json")) as { argv: string[] };
    const ports = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;
    const connection = Object.fromEntries(
      await Promise.all(ports.map(async (name) => [name, await freePort()] as const)),
    );
    const file = join(project, "connection.json");
    const rest = { ip: "127.0.0.1", transport: "tcp", key: "k", signature_scheme: "hmac-sha256" };
    writeFileSync(file, JSON.stringify({ ...connection, ...rest }));
    const [program, ...args] = argv.map((word) => word.replace("{connection_file}", file));
    const kernel = spawn(program, args, { cwd: project, stdio: "ignore", env });
    const heartbeat = new Dealer({ linger: 0, receiveTimeout: 30_000 });
    try {
      heartbeat.connect(`tcp://127.0.0.1:${connection.hb_port}`);
      await heartbeat.send("alive?");
      assert.equal(String(await heartbeat.receive()), "alive?");
    } finally {
      heartbeat.close();
      const ended = once(kernel, "exit");
      kernel.kill();
      await ended;
    }
  });

  it("runs a notebook without TensorFlow, says so once and names the command that installs it", () => {
    sketchNotebook(project, "plain.ipynb", [
      { code: "import { eigen, identity } from 'scorebook/math';\nconst n: number = process.cwd().length;\nn > 0" },
      { code: "eigen(identity(64)).values[63] + eigen(identity(65)).values[64]" },
    ]);
    const { status, stderr } = run("npx", "scorebook", "run", "plain.ipynb");
    const notice = /^scorebook: without TensorFlow's native library .*; `npx scorebook setup` installs it\n$/;
    assert.equal(status, 0, stderr);
    assert.match(stderr, notice);
    const [first, second] = readNotebook(join(project, "out", "plain.ipynb")).cells as CodeCell[];
    assert.deepEqual(
      first.outputs.map((output) => (output.data as Record<string, unknown>)["text/plain"]),
      ["true"],
    );
    // matrices need none of it
    assert.deepEqual(
      second.outputs.map((output) => (output.data as Record<string, unknown>)["text/plain"]),
      ["2"],
    );
  });

  it("names that command in the error of what needs TensorFlow", () => {
    sketchNotebook(project, "network.ipynb", [
      {
        code: "import { loadDenoiser } from 'scorebook';\nimport { matrix } from 'scorebook/math';\nloadDenoiser('digits-7').jacobians(matrix(1, 49), 1).length",
      },
    ]);
    const { status, stderr } = run("npx", "scorebook", "run", "network.ipynb");
    assert.equal(status, 1);
    assert.match(stderr, /cell 1 \(c1\): Error: tensorflow: the native library does not load .*npx scorebook setup/);
  });

  it("computes with TensorFlow after that command, and does not speak of it any more", () => {
    assert.match(
      output("npx", "scorebook", "setup"),
      /^OpenBLAS: loads, by [^]*^ONNX Runtime: loads, by [^]*^TensorFlow: loads, by /m,
    );
    const { status, stderr } = run("npx", "scorebook", "run", "network.ipynb", "plain.ipynb");
    assert.deepEqual([status, stderr], [0, ""]);
    const second = readNotebook(join(project, "out", "plain.ipynb")).cells[1] as CodeCell;
    assert.deepEqual(
      second.outputs.map((output) => output.output_type),
      ["execute_result"],
    );
  });

  it("keeps the start-up snapshot of its kernel where the project's packages lie", () => {
    const snapshot = pathToFileURL(installed("scorebook", "dist", "src", "kernel", "host", "snapshot.js")).href;
    const program = `import { snapshotFile } from ${JSON.stringify(snapshot)}; console.log(snapshotFile([]))`;
    const file = output(process.execPath, "--input-type=module", "-e", program).trim();
    assert.equal(dirname(file), realpathSync(installed()) + join("/", ".cache", "scorebook"));
  });
});
