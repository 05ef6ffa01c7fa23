/*
 * Denoiser networks against PyTorch (eager) and JAX (jitted): the same network, weights and sizes, float32 on the CPU
 * with two threads, in turn. A step of training draws a batch and noise, and ends with Adam and the averaged parameters
 * on every side. Where the large perceptron stays behind PyTorch, it is by TensorFlow's matrix product, four fifths of
 * a step, which is slower than MKL's, and by Adam and the average, which pass over all parameters.
 *     npm run bench:denoiser [-- --only PATTERN]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { digits } from "../../src/datasets/digits.js";
import { networkDenoiser } from "../../src/diffusion/networks/networkDenoiser.js";
import { network, parameterCount, type NetworkSpec } from "../../src/diffusion/networks/network.js";
import { karrasSigmas } from "../../src/diffusion/sampling/noiseLevels.js";
import { sample } from "../../src/diffusion/sampling/sampler.js";
import { Trainer, type TrainingSettings } from "../../src/diffusion/networks/trainer.js";
import { matrix, norm, scale, takeRows, type Matrix } from "../../src/math/matrix.js";
import { last } from "../../src/math/ode.js";
import { fillNormal, normal, randomSource } from "../../src/math/random.js";
import { pythonEnvironment } from "../helpers/jupyter.js";
import { alternate, give, Peer, printHeader, report, timed, write, type Result } from "./harness.js";

interface Case {
  readonly name: string;
  readonly spec: NetworkSpec;
  readonly data: Matrix;
  readonly batch: number;
  /** steps of a timed run */
  readonly steps: number;
  /** the least ratio to PyTorch */
  readonly target: number;
  /** points sampled */
  readonly samples: number;
}

/**
 * How far two float32 computations of one loss may be apart after a few steps of Adam, whose first ones go by the
 * gradients' signs.
 */
const TOLERANCE = 1e-3;
const FIXED = 3;
const settings: Omit<TrainingSettings, "batch"> = {
  pMean: -0.4,
  pStd: 1.6,
  steps: 1e9,
  learningRate: 1e-3,
  warmup: 0,
  ema: 0.9,
  seed: 1,
};

const images = digits({ count: 2000 }).images;
const cases: readonly Case[] = [
  {
    name: "MLP 3-128-128-2",
    spec: { kind: "mlp", hidden: [128, 128], frequencies: 0 },
    data: normal(randomSource(1), 2000, 2),
    batch: 256,
    steps: 200,
    target: 0.5,
    samples: 4096,
  },
  {
    name: "MLP 785-1024³-784",
    spec: { kind: "mlp", hidden: [1024, 1024, 1024], frequencies: 0 },
    data: images,
    batch: 256,
    steps: 10,
    target: 1,
    samples: 256,
  },
  {
    name: "U-Net 28×28, 216k",
    spec: { kind: "unet", side: 28, channels: [32, 64], patch: 2 },
    data: images,
    batch: 64,
    steps: 5,
    target: 1,
    samples: 64,
  },
];

const only = new RegExp(process.argv[2] === "--only" ? process.argv[3] : "");
const { python } = await pythonEnvironment(path.join("test", "bench", "denoiser-requirements.txt"));
const peer = new Peer(python, [path.join("test", "bench", "denoiser.py")], process.env);
const exchange = mkdtempSync(path.join(tmpdir(), "scorebook-bench-"));
const results: Result[] = [];

try {
  printHeader();
  for (const one of cases) if (only.test(one.name)) await compare(one);
  write("denoiser", results);
} finally {
  peer.close();
  rmSync(exchange, { recursive: true, force: true });
}

async function compare({ name, spec, data, batch, steps, target, samples }: Case): Promise<void> {
  const [d, sigmaData] = [data.cols, 0.5];
  const net = network(spec, d);
  const flat = new Float64Array(parameterCount(net));
  fillNormal(randomSource(2), flat);
  let at = 0; // away from the initialization, where everything is 0
  for (const { shape, deviation } of net.parameters) {
    const end = at + shape.reduce((product, n) => product * n, 1);
    for (const size = deviation || 0.02; at < end; at++) flat[at] *= size;
  }
  const parameters = Float32Array.from(flat);
  const rows = Int32Array.from({ length: batch }, (_, n) => n);
  const [z, levels] = [
    normal(randomSource(3), batch, d),
    normal(randomSource(4), 1, batch).values.map((u) => Math.exp(-0.4 + 1.6 * u)),
  ];
  const sigmas = karrasSigmas(18);
  const x = scale(normal(randomSource(5), samples, d), sigmas[0]);
  await give(peer, exchange, {
    parameters: matrix(1, flat.length, Float64Array.from(parameters)),
    data,
    y: takeRows(data, rows),
    z,
    sigma: matrix(batch, 1, levels),
    x,
    levels: matrix(1, sigmas.length, sigmas),
  });
  const frequencies = net.frequencies;
  await peer.ask({ case: "model", ...spec, frequencies, sigmaData, shapes: net.parameters.map(({ shape }) => shape) });

  const zeros = new Float32Array(flat.length);
  const train = async () => {
    const trainer = new Trainer(
      { network: spec, dimension: d, sigmaData },
      { ...settings, batch },
      { points: data },
      {
        step: 0,
        parameters,
        first: zeros,
        second: zeros,
        average: parameters,
      },
    );
    try {
      let check = NaN;
      for (let i = 0; i < FIXED; i++) check = trainer.advance({ rows, sigmas: levels, noise: z });
      for (let i = 0; i < 2; i++) trainer.advance();
      const run = await timed(
        () => {
          for (let i = 0; i < steps; i++) trainer.advance();
        },
        () => check,
      );
      return { ...run, seconds: run.seconds / steps };
    } finally {
      trainer.dispose();
    }
  };
  const denoiser = networkDenoiser({ network: spec, dimension: d, sigmaData }, parameters);
  const draw = () => timed(() => last(sample(denoiser, x, sigmas)), norm);

  for (const [library, least] of [
    ["PyTorch", target],
    ["JAX", 0],
  ] as const) {
    const note = least === 0 ? { note: "no target" } : {};
    const training = await alternate(
      `${name}, training`,
      train,
      () => peer.ask({ case: "train", library, fixed: FIXED, steps, batch }),
      5,
      true,
      TOLERANCE,
    );
    add({
      name,
      size: `training, batch ${batch}`,
      ours: training.ours * 1000,
      peer: training.peer * 1000,
      peerName: library,
      unit: "ms/step",
      ratio: training.peer / training.ours,
      target: least,
      ...note,
    });
    const sampling = await alternate(
      `${name}, sampling`,
      draw,
      () => peer.ask({ case: "sample", library }),
      5,
      true,
      TOLERANCE,
    );
    add({
      name,
      size: `18 Heun steps, ${samples}`,
      ours: samples / sampling.ours,
      peer: samples / sampling.peer,
      peerName: library,
      unit: "points/s",
      ratio: sampling.peer / sampling.ours,
      target: least,
      ...note,
    });
  }
  denoiser.dispose();
}

function add(result: Omit<Result, "met">): void {
  report(results, result);
}
