import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import type { Matrix } from "../../src/math/matrix.js";

/** One line of a benchmark's table and file. */
export interface Result {
  readonly name: string;
  readonly size: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  readonly unit: string;
  /** above 1: ours is better */
  readonly ratio: number;
  /** the least ratio, or what `targetIs` says */
  readonly target: number;
  readonly met: boolean;
  readonly note?: string;
}

/**
 * What a run of ours gives, and what the peer answers: a number by which both can be seen to have computed the same.
 */
export interface Run {
  /** of the first call, after a rest */
  readonly seconds: number;
  /** of the other calls of the turn, one straight after the other */
  readonly later?: readonly number[];
  readonly check: number;
}

/** A program in another language that runs the same cases: a line of JSON in, a line of JSON out. */
export class Peer {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private errors = "";

  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.process = spawn(program, args, { env });
    this.process.stderr.on("data", (text: Buffer) => (this.errors += text.toString()));
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  async ask<T>(request: object): Promise<T> {
    this.process.stdin.write(JSON.stringify(request) + "\n");
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the peer ended: ${this.errors.trim().split("\n").slice(-3).join(" ")}`);
    return JSON.parse(value) as T;
  }

  close(): void {
    this.process.stdin.end();
  }
}

/** Hands arrays to the peer through files in a directory, once each. */
export async function give(peer: Peer, directory: string, arrays: Record<string, Matrix>): Promise<void> {
  for (const [name, { rows, cols, values }] of Object.entries(arrays)) {
    const file = path.join(directory, name);
    writeFileSync(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    await peer.ask({ case: "array", name, path: file, shape: [rows, cols] });
    rmSync(file);
  }
}

/** Ours timed, once or so many times; what the last call returns is checked outside the time. */
export async function timed<T>(run: () => T | Promise<T>, check: (result: T) => number, calls = 1): Promise<Run> {
  const seconds: number[] = [];
  let result: T;
  do {
    const start = performance.now();
    result = await run();
    seconds.push((performance.now() - start) / 1000);
  } while (seconds.length < calls);
  return { seconds: seconds[0], later: seconds.slice(1), check: check(result) };
}

/** Worker threads of the linear algebra libraries spin for a while after their work: not on the other side's time. */
const rest = () => setTimeout(200);

/** Calls of a turn: as many as fill 0.1 s on the slower side, which shows what a call costs where others go before. */
const callsOf = (seconds: number): number => Math.max(1, Math.min(Math.floor(0.1 / seconds), 200));

/** Medians of both sides. */
export interface Sides {
  readonly ours: number;
  readonly peer: number;
}

/**
 * Both run in turn, so that a slow moment of the machine hits both, after two turns of each that are not counted, as
 * either side compiles what it runs; the medians. Either side makes the same number of calls in a turn, one if it does not take that number; where they are
 * several, the first of each turn, after a rest, is told apart.
 *
 * @throws Error if the two numbers that they compute differ by more than the tolerance, relative
 */
export async function alternate(
  name: string,
  ours: (calls: number) => Promise<Run>,
  peer: (calls: number) => Promise<Run>,
  repeats: number,
  warm = true,
  tolerance = 1e-6,
): Promise<Sides & { readonly rested: Sides; readonly calls: number }> {
  const first = { ours: [] as number[], peer: [] as number[] };
  const later = { ours: [] as number[], peer: [] as number[] };
  let calls = 1;
  for (let i = warm ? -2 : 0; i < repeats; i++) {
    await rest();
    const a = await ours(calls);
    await rest();
    const b = await peer(calls);
    if (!(Math.abs(a.check - b.check) <= tolerance * Math.abs(b.check)))
      throw new Error(`${name}: ours gives ${a.check}, the peer ${b.check}; they do not compute the same`);
    if (i < 0) {
      calls = callsOf(Math.max(a.seconds, b.seconds));
      continue;
    }
    first.ours.push(a.seconds);
    first.peer.push(b.seconds);
    later.ours.push(...(a.later ?? []));
    later.peer.push(...(b.later ?? []));
  }
  const rested = { ours: median(first.ours), peer: median(first.peer) };
  if (later.ours.length === 0) return { ...rested, rested, calls: 1 };
  return { ours: median(later.ours), peer: median(later.peer), rested, calls };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const digits = (value: number) => (value === 0 ? "0" : value.toPrecision(3));

export function printHeader(): void {
  const [load, cores] = [loadavg()[0], availableParallelism()];
  console.log(`${cores} cores (${cpus()[0].model.trim()}), Node ${process.versions.node}, load ${load.toFixed(1)}`);
  if (load > 0.5)
    console.log("others are computing on this machine: both sides suffer, and not alike; trust no ratio of this run");
  console.log(
    [
      "name".padEnd(34),
      "size".padEnd(22),
      "ours".padStart(10),
      "peer".padStart(10),
      "unit".padEnd(8),
      "peer is".padEnd(10),
      "ratio".padStart(7),
      "target".padStart(7),
      "met",
    ].join(" "),
  );
}

function print(r: Result): void {
  console.log(
    [
      r.name.padEnd(34),
      r.size.padEnd(22),
      digits(r.ours).padStart(10),
      digits(r.peer).padStart(10),
      r.unit.padEnd(8),
      r.peerName.padEnd(10),
      digits(r.ratio).padStart(7),
      digits(r.target).padStart(7),
      r.met ? "yes" : "NO",
      r.note ?? "",
    ].join(" "),
  );
}

/** Judges a result, prints it and adds it to the others. */
export function report(results: Result[], result: Omit<Result, "met">): void {
  const full = { ...result, met: result.ratio >= result.target };
  results.push(full);
  print(full);
}

/** The file that programs read, through a temporary one. */
export function write(name: string, results: readonly Result[]): void {
  const file = path.join("test", "bench", "results", `${name}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, JSON.stringify(results, null, 2) + "\n");
  renameSync(`${file}.tmp`, file);
  console.log(`${results.filter(({ met }) => met).length} of ${results.length} targets met; written to ${file}`);
}
