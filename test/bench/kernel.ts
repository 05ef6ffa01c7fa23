/** Compares this kernel with Deno, tslab and ipykernel: `npm run bench:kernel`, about ten minutes. */
import { execFile } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../src/files/packageRoot.js";
import { KernelHome } from "../helpers/kernel.js";
import { benchFolder, installPeers, peers, titles } from "./kernelPeers.js";

type Name = keyof typeof titles;
type Peer = (typeof peers)[number];
interface Row {
  readonly name: string;
  readonly size: number;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  readonly unit: string;
  /** above 1: ours is better */
  readonly ratio: number;
  /** the ratio that was promised, if one was */
  readonly target: number | null;
  readonly met: boolean | null;
}

const rounds = 5;
const names: readonly Name[] = ["scorebook", ...peers];
const support = { yes: 1, part: 0.5, no: 0, "n/a": 0 } as const;
const results = path.join(packageRoot, "test", "bench", "results");

/** What is measured: its unit, whether more is better, and the ratio to each peer that is promised. */
const measures: Readonly<
  Record<
    string,
    { unit: string; size?: number; more?: boolean; target?: (peer: Peer, value: number) => number | undefined }
  >
> = {
  "start to first result": { unit: "ms", target: (peer) => ({ deno: 1, tslab: 2, python3: undefined })[peer] },
  "trivial cell": { unit: "ms", target: (peer) => (peer === "python3" ? 1 : undefined) },
  "typical new cell": { unit: "ms" },
  "notebook of 4 cells": { unit: "ms", size: 4 },
  "2,000 lines": { unit: "ms", size: 2000 },
  "2,000 lines: kept": { unit: "lines", size: 2000, more: true, target: (_, kept) => 2000 / kept },
  "100,000 lines": { unit: "ms", size: 100_000 },
  "100,000 lines: kept": { unit: "lines", size: 100_000, more: true, target: (_, kept) => 100_000 / kept },
  "memory at rest": { unit: "MB", target: (peer, value) => (peer === "tslab" ? value / (value + 60) : undefined) },
  "memory after 150 cells": { unit: "MB", size: 150 },
};

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b),
    middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function row(name: string, ours: number, peer: Peer, value: number): Row {
  const { unit, size = 1, more = false, target: promise } = measures[name];
  const counted = more ? Math.max(1, value) : value; // a peer that keeps no line at all
  const ratio = more ? ours / counted : counted / ours,
    target = promise?.(peer, counted) ?? null;
  return {
    name,
    size,
    ours,
    peer: value,
    peerName: titles[peer],
    unit,
    ratio,
    target,
    met: target === null ? null : ratio >= target,
  };
}

function table(lines: readonly (readonly string[])[]): string {
  const widths = lines[0].map((_, j) => Math.max(...lines.map((l) => l[j].length)));
  return lines
    .map((l) => l.map((v, j) => (j === 0 ? v.padEnd(widths[j]) : v.padStart(widths[j]))).join("  "))
    .join("\n");
}

function write(file: string, value: unknown): void {
  mkdirSync(results, { recursive: true });
  const target = path.join(results, file);
  writeFileSync(`${target}.new`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${target}.new`, target);
}

const home = await KernelHome.open();
try {
  await installPeers(home);
  const python = async (file: string, ...args: string[]): Promise<Record<string, never>> => {
    const script = path.join(packageRoot, "test", "bench", file);
    const { stdout, stderr } = await promisify(execFile)(home.bin("python"), [script, ...args], {
      cwd: benchFolder,
      env: home.env,
      maxBuffer: 1 << 26,
    });
    const last = stdout.trim().split("\n").at(-1)!; // a peer's child process may have written before
    if (!last.startsWith("{")) throw new Error(`bench: ${file} ${args.join(" ")} gave no result: ${stderr}`);
    return JSON.parse(last) as Record<string, never>;
  };

  const features = new Map<Name, Record<string, keyof typeof support>>();
  for (const name of names) {
    process.stderr.write(`features of ${titles[name]}\n`);
    features.set(name, await python("kernel_features.py", name));
  }
  process.stderr.write(`times, ${rounds} rounds\n`);
  const timings = (await python("kernel_timings.py", String(rounds), ...names)) as Record<
    Name,
    Record<string, number[]>
  >;

  const titlesOfFeatures = Object.keys(features.get("scorebook")!);
  console.log(
    table([
      ["", ...names.map((n) => titles[n])],
      ...titlesOfFeatures.map((f) => [f, ...names.map((n) => features.get(n)![f])]),
    ]),
  );
  const count = (name: Name, among: readonly string[]): number =>
    among.reduce((sum, f) => sum + support[features.get(name)![f]], 0);

  const rows: Row[] = [];
  for (const peer of peers) {
    const shared = titlesOfFeatures.filter((f) => features.get(peer)![f] !== "n/a");
    const ours = count("scorebook", shared),
      theirs = count(peer, shared);
    rows.push({
      name: "features",
      size: shared.length,
      ours,
      peer: theirs,
      peerName: titles[peer],
      unit: "features (part: ½)",
      ratio: ours / theirs,
      target: 1,
      met: ours >= theirs,
    });
  }
  const value = (name: Name, measure: string): number =>
    measures[measure].more ? Math.min(...timings[name][measure]) : median(timings[name][measure]);
  for (const measure of Object.keys(measures))
    for (const peer of peers) rows.push(row(measure, value("scorebook", measure), peer, value(peer, measure)));

  const shown = (n: number): string => (n >= 100 ? n.toFixed(0) : n.toFixed(1));
  console.log(
    `\n${table([
      ["", "unit", titles.scorebook, ...peers.flatMap((p) => [titles[p], "ratio", "target"])],
      ...["features", ...Object.keys(measures)].map((name) => {
        const those = rows.filter((r) => r.name === name);
        return [
          name,
          those[0].unit,
          shown(those[0].ours),
          ...those.flatMap((r) => [
            shown(r.peer),
            r.ratio.toFixed(2),
            r.target === null ? "" : `${r.target.toFixed(2)} ${r.met ? "met" : "MISSED"}`,
          ]),
        ];
      }),
    ])}\n\nA ratio above 1 means that ours is better. Kept: the least of all runs; else the median.`,
  );
  write("kernel.json", rows);
  write(
    "kernel-features.json",
    names.map((name) => ({ kernel: titles[name], features: features.get(name) })),
  );
} finally {
  home.close();
}
