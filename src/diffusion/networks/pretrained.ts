import type { TrainingConfig } from "./training.js";

/** A config whose result lies in data/weights. */
export interface PretrainedConfig extends TrainingConfig {
  /** the call that gives the data; its points are trained on in full */
  readonly data: string;
  /** the steps whose averaged parameters are stored, increasing, the last one that of the whole training */
  readonly stored: readonly number[];
}

const digits7 = (seed: number, stored: readonly number[]): PretrainedConfig => ({
  data: "digits({ pool: 4, count: 10000 }).images",
  network: { kind: "mlp", hidden: [128, 128] },
  pMean: -0.4,
  pStd: 1.6,
  batch: 128,
  steps: 20_000,
  seed,
  stored,
});

const digits14 = (seed: number, stored: readonly number[]): PretrainedConfig => ({
  data: "digits({ pool: 2, count: 10000 }).images",
  network: { kind: "mlp", hidden: [256, 256, 256] },
  pMean: -0.4,
  pStd: 1.6,
  batch: 256,
  steps: 12_000,
  seed,
  stored,
});

const withClasses = (set: "digits" | "fashion", seed: number): PretrainedConfig => ({
  data: `${set}()`,
  network: { kind: "unet", side: 28, patch: 2, channels: [48, 96], classes: 10, scaled: true, attention: true },
  pMean: 0,
  pStd: 1.3,
  batch: 64,
  steps: 18_000,
  learningRate: 2e-3,
  maxNorm: 1000,
  ema: 0.9995,
  labelDropout: 0.4,
  seed,
  stored: [1000, 6000, 18_000],
});

const ofRing = (points: number, seed: number, stored: readonly number[]): PretrainedConfig => ({
  data: `ring(${points}).points`,
  network: { kind: "mlp", hidden: [64, 64, 64, 64] },
  batch: 512,
  steps: 16_000,
  seed,
  stored,
});

/** The trainings whose results are kept: `npm run train:weights` makes them again, all or by name. */
export const pretrainedConfigs: Readonly<Record<string, PretrainedConfig>> = {
  "digits-7": digits7(1, [0, 50, 100, 200, 300, 500, 800, 1200, 2000, 3000, 5000, 8000, 20_000]),
  "digits-7-2": digits7(2, [100, 500, 2000, 8000, 20_000]),
  "digits-7-3": digits7(3, [100, 500, 2000, 8000, 20_000]),
  "digits-14": digits14(1, [0, 100, 300, 600, 1200, 2500, 5000, 12_000]),
  "digits-14-2": digits14(2, [12_000]),
  "digits-14-3": digits14(3, [12_000]),
  ring: ofRing(20, 1, [0, 50, 100, 250, 500, 1000, 2000, 4000, 8000, 16_000]),
  "ring-2": ofRing(20, 2, [100, 16_000]),
  "ring-3": ofRing(20, 3, [100, 16_000]),
  "ring-5-points": ofRing(5, 1, [16_000]),
  "ring-10-points": ofRing(10, 1, [16_000]),
  "patches-16": {
    data: "patches(40000, randomSource(1), { side: 16, pool: 2 }).images",
    network: { kind: "unet", side: 16, patch: 2, channels: [64, 96], scaled: true, attention: true },
    pMean: -0.5,
    pStd: 1.5,
    batch: 64,
    steps: 16_000,
    learningRate: 2e-3,
    maxNorm: 1000,
    ema: 0.9995,
    seed: 1,
    stored: [16_000],
  },
  "digits-28-1": withClasses("digits", 1),
  "digits-28-2": withClasses("digits", 2),
  "fashion-28-1": withClasses("fashion", 1),
  "fashion-28-2": withClasses("fashion", 2),
};
