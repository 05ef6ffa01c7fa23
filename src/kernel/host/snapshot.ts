/**
 * A start-up snapshot of the evaluator: TypeScript with its libraries parsed, which a plain start takes most of its
 * time for. It is made in the background at the first plain start, kept in the cache of node_modules, and never needed.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, truncateSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../../files/packageRoot.js";
import { languageLibraries } from "../languageLibraries.js";
import { typeRoot } from "../typeRoot.js";

const require = createRequire(import.meta.url);
const typescript = require.resolve("typescript");
const self = fileURLToPath(import.meta.url);
const worker = (file: string): string => fileURLToPath(new URL(`../worker/${file}`, import.meta.url));
const [builder, libraries, startup] = ["Snapshot", "Libraries", "Main"].map((name) => worker(`startup${name}.cjs`));
const environment = {
  SCOREBOOK_SNAPSHOT: JSON.stringify({ typescript, libraries, language: languageLibraries, typeRoots: [typeRoot] }),
  SCOREBOOK_STARTUP: startup,
};

/** The node_modules that this package lies in, or its own where it lies in none. */
const modules =
  basename(dirname(packageRoot)) === "node_modules" ? dirname(packageRoot) : join(packageRoot, "node_modules");

/**
 * The flag that keeps V8 from forgetting compiled code that was not run for a while, and so the snapshot from losing
 * it.
 */
export const keepCode = "--no-flush-bytecode";

/** Returns the file of the snapshot for these V8 flags; its name changes with all that the snapshot depends on. */
export function snapshotFile(flags: readonly string[]): string {
  const { version } = require("typescript/package.json") as { version: string };
  const nodeTypes = (require("@types/node/package.json") as { version: string }).version;
  const key = [
    process.version,
    process.arch,
    process.execPath,
    statSync(process.execPath).mtimeMs,
    version,
    nodeTypes,
    typescript,
    ...[builder, libraries, startup].map((file) => readFileSync(file, "utf8")),
    ...flags,
  ];
  const hash = createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 16);
  return join(modules, ".cache", "scorebook", `startup-${hash}.blob`);
}

/** A start-up snapshot with what a process needs to start from it. */
export interface Snapshot {
  readonly file: string;
  /** arguments of Node before the program, and variables for it */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Returns the snapshot for processes with these V8 flags if there is one; else has it made for the next time. */
export function startupSnapshot(flags: readonly string[]): Snapshot | undefined {
  if (process.env.NODE_OPTIONS || process.env.SCOREBOOK_NO_SNAPSHOT) return undefined; // other flags: it would not load
  try {
    const file = snapshotFile(flags);
    const { size } = statSync(file, { throwIfNoEntry: false }) ?? {};
    if (size === 0) return undefined; // the trial failed, see `main`
    if (size !== undefined) return { file, arguments: ["--snapshot-blob", file], environment };
    build(file, flags);
  } catch {
    // a read-only installation starts plainly
  }
  return undefined;
}

/** Forgets a snapshot that did not start, as after a change of the machine. */
export function discardSnapshot({ file }: Snapshot): void {
  rmSync(file, { force: true });
}

/** Starts a process that makes the snapshot, tries it, and only then gives it its name; one at a time. */
function build(file: string, flags: readonly string[]): void {
  mkdirSync(dirname(file), { recursive: true });
  const lock = `${file}.lock`;
  if (Math.abs(Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0)) < 120_000) return; // clocks jump
  rmSync(lock, { force: true });
  closeSync(openSync(lock, "wx"));
  spawn(process.execPath, [self, file, ...flags], {
    detached: true,
    stdio: "ignore",
  }).unref();
}

/** `node snapshot.js FILE FLAGS…`; an empty file says that this Node.js makes none that works. */
function main([file, ...flags]: readonly string[]): void {
  const temporary = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  const node = (...more: string[]): boolean =>
    spawnSync(process.execPath, [...flags, "--no-warnings", "--snapshot-blob", temporary, ...more], {
      env: { ...process.env, ...environment },
      stdio: "ignore",
      timeout: 100_000,
    }).status === 0;
  if (node("--build-snapshot", builder)) {
    if (!node()) truncateSync(temporary);
    renameSync(temporary, file);
  }
  rmSync(temporary, { force: true });
  rmSync(`${file}.lock`, { force: true });
}

if (process.argv[1] === self) main(process.argv.slice(2));
