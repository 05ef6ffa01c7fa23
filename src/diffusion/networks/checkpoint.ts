import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import type { Matrix } from "../../math/matrix.js";
import { readTensors, writeTensors } from "../../math/safetensors.js";
import type { TrainerState } from "./trainer.js";
import type { TrainingPoints } from "./trainingData.js";

/** A training's state, what was asked to be kept of those before by step, and what it has cost. */
export interface SavedTraining {
  readonly state: TrainerState;
  readonly states: ReadonlyMap<number, Float32Array>;
  readonly cpuSeconds: number;
}

/** A training on disk, with the config and the data it belongs to. */
export class Checkpoint {
  private readonly config: string;
  private readonly data: string;

  constructor(
    private readonly path: string,
    config: object,
    { points, labels }: TrainingPoints,
  ) {
    this.config = canonical(config);
    this.data = fingerprint(points, labels);
  }

  read(): SavedTraining | undefined {
    if (!existsSync(this.path)) return undefined;
    const { tensors, metadata } = readTensors(this.path);
    for (const [name, expected] of [
      ["recipe", this.config],
      ["data", this.data],
    ] as const)
      if (metadata[name] !== expected)
        throw new RangeError(
          `trainDenoiser: the checkpoint ${this.path} is of another ${name === "data" ? "data set" : `config, ${metadata[name]}`}; remove it or name another file`,
        );
    const { parameters, first, second, average, ...states } = tensors;
    return {
      state: { step: Number(metadata.step), parameters, first, second, average },
      states: new Map(Object.entries(states).map(([name, values]) => [Number(name), values])),
      cpuSeconds: Number(metadata.cpuSeconds),
    };
  }

  write({ state: { step, ...state }, states, cpuSeconds }: SavedTraining): void {
    writeTensors(this.path, {
      tensors: { ...state, ...Object.fromEntries(states) },
      metadata: { recipe: this.config, data: this.data, step: String(step), cpuSeconds: String(cpuSeconds) },
    });
  }
}

/** SHA-256 of the points' shape, their numbers as float32, and their labels. */
export function fingerprint({ rows, cols, values }: Matrix, labels: ArrayLike<number> = []): string {
  const single = new Float32Array(values);
  return createHash("sha256")
    .update(`${rows} ${cols} `)
    .update(new Uint8Array(single.buffer))
    .update(Uint8Array.from(labels))
    .digest("hex");
}

/** JSON with the keys in order, so that equal records give equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
