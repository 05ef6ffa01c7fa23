/*
 * Estimators of intrinsic dimension against scikit-dimension and against FLIPD in JAX: time and error, on the same
 * numbers on the same cores, in turn.
 *     npm run bench:dimension [-- --only PATTERN]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { dimensionCurve } from "../../src/analysis/dimension/curve.js";
import { flipd } from "../../src/analysis/dimension/flipd.js";
import { levinaBickel } from "../../src/analysis/dimension/levinaBickel.js";
import { localPca } from "../../src/analysis/dimension/localPca.js";
import { twoNN } from "../../src/analysis/dimension/twoNN.js";
import { translatedBlobGrid, translatedBlobs } from "../../src/datasets/blobs.js";
import { embed } from "../../src/datasets/points.js";
import { sphere } from "../../src/datasets/sphere.js";
import { swissRoll } from "../../src/datasets/spiral.js";
import { matrix, norm, type Matrix } from "../../src/math/matrix.js";
import { randomSource } from "../../src/math/random.js";
import { mean } from "../../src/math/stats.js";
import { pythonEnvironment } from "../helpers/jupyter.js";
import { alternate, give, Peer, printHeader, report, timed, write, type Result, type Run } from "./harness.js";
import { empiricalDistribution } from "../../src/diffusion/distributions/empirical.js";

const here = (file: string) => path.join("test", "bench", file);
const SEED = 0;
const only = new RegExp(process.argv[2] === "--only" ? process.argv[3] : "");
const { python } = await pythonEnvironment(here("requirements.txt"));
const peer = new Peer(python, [here("dimension.py")], process.env);
const exchange = mkdtempSync(path.join(tmpdir(), "scorebook-bench-"));
const results: Result[] = [];

try {
  printHeader();
  await times();
  await flipds();
  await errors();
  write("dimension", results);
} finally {
  peer.close();
  rmSync(exchange, { recursive: true, force: true });
}

function add(result: Omit<Result, "met">): void {
  report(results, result);
}

async function compare(
  name: string,
  size: string,
  peerName: string,
  ours: () => Promise<Run>,
  theirs: () => Promise<Run>,
  tolerance?: number,
): Promise<void> {
  if (!only.test(`${name} ${size}`)) return;
  const both = await alternate(`${name}, ${size}`, ours, theirs, 5, true, tolerance);
  add({
    name,
    size,
    ours: both.ours * 1000,
    peer: both.peer * 1000,
    peerName,
    unit: "ms",
    ratio: both.peer / both.ours,
    target: 1,
  });
}

async function times(): Promise<void> {
  const sets: [string, Matrix][] = [
    ["2,000 on a roll in 3-D", swissRoll(2000, randomSource(SEED)).points],
    ["10,000 on a roll in 3-D", swissRoll(10000, randomSource(SEED)).points],
    ["2,000 on S⁵ in 50-D", embed(sphere(2000, 5, randomSource(SEED)), 50, randomSource(SEED, 1)).points],
    ["10,000 on S⁵ in 50-D", embed(sphere(10000, 5, randomSource(SEED)), 50, randomSource(SEED, 1)).points],
  ];
  for (const [size, x] of sets) {
    await give(peer, exchange, { x });
    await compare(
      "Levina–Bickel, k = 20",
      size,
      "skdim",
      () => timed(() => harmonicMean(levinaBickel(x)(x, 20)), Number),
      () => peer.ask({ case: "mle", k: 20 }),
    );
    // the peer counts ranks from 0, the paper from 1
    await compare(
      "TwoNN",
      size,
      "skdim",
      () => timed(() => twoNN(x)(x, x.rows - 1)[0], Number),
      () => peer.ask({ case: "twonn" }),
      5e-3,
    );
    if (x.rows <= 2000)
      await compare(
        "local PCA, k = 100",
        size,
        "skdim",
        () => timed(() => mean(localPca(x)(x, 100)), Number),
        () => peer.ask({ case: "lpca", k: 100 }),
      );
  }
}

/** FLIPD at 256 images of a blob, under the mixture of 625 of them. */
async function flipds(): Promise<void> {
  const [{ points }, { points: x }] = [translatedBlobGrid(), translatedBlobs(256, randomSource(SEED))];
  await give(peer, exchange, { points, x });
  const ours = () =>
    timed(
      () => flipd(empiricalDistribution(points))(x, 0.15),
      (values) => norm(matrix(1, values.length, values)),
    );
  await compare("FLIPD, 625 images", "256 × 64-D", "JAX grad", ours, () => peer.ask({ case: "flipd", sigma: 0.15 }));
  await compare("FLIPD, 625 images", "256 × 64-D", "JAX formula", ours, () =>
    peer.ask({ case: "flipd formula", sigma: 0.15 }),
  );
}

/** Root of the mean squared error of the averages over data sets of 1,000 points on manifolds without a boundary. */
async function errors(): Promise<void> {
  const SETS = 20;
  for (const [name, k, ambient] of [
    ["S² in 3-D", 2, 3],
    ["S⁵ in 20-D", 5, 20],
  ] as const) {
    const size = `${SETS} × 1,000 on ${name}`;
    if (!only.test(`error ${size}`)) continue;
    const estimates: Record<string, { ours: number[]; peer: number[]; peerName: string }> = {};
    const note = (method: string, ours: number, theirs: number, peerName = "skdim") => {
      const entry = (estimates[method] ??= { ours: [], peer: [], peerName });
      entry.ours.push(ours - k);
      entry.peer.push(theirs - k);
    };
    for (let seed = 0; seed < SETS; seed++) {
      const x = embed(sphere(1000, k, randomSource(seed)), ambient, randomSource(seed, 1)).points;
      await give(peer, exchange, { x });
      const [mle, twonn, lpca] = [
        await peer.ask<Run>({ case: "mle", k: 20 }),
        await peer.ask<Run>({ case: "twonn" }),
        await peer.ask<Run>({ case: "lpca", k: 100 }),
      ];
      note(
        "Levina–Bickel, k = 20",
        dimensionCurve(levinaBickel(x), x, [20, 21], { average: "harmonic" }).average[0],
        mle.check,
      );
      note("TwoNN", twoNN(x)(x, 999)[0], twonn.check);
      note("TwoNN, likelihood", twoNN(x, { fit: "likelihood" })(x, 999)[0], twonn.check);
      note("local PCA, k = 100", mean(localPca(x)(x, 100)), lpca.check);
    }
    for (const [method, { ours, peer: theirs, peerName }] of Object.entries(estimates)) {
      const [a, b] = [ours, theirs].map((all) => Math.sqrt(mean(all.map((error) => error ** 2))));
      // the same estimator gives the same error to round-off; the regression differs by the peer's ranks
      add({
        name: `error of ${method}`,
        size,
        ours: a,
        peer: b,
        peerName,
        unit: "rms",
        ratio: a === b ? 1 : b / a,
        target: method === "TwoNN" ? 0.99 : 1 - 1e-9,
      });
    }
  }
}

function harmonicMean(values: Float64Array): number {
  return 1 / mean(values.map((value) => 1 / value));
}
