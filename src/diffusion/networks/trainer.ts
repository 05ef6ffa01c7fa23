import type { Matrix } from "../../math/matrix.js";
import { randomSource } from "../../math/random.js";
import { columnMeans } from "../../math/stats.js";
import { gather, l2Loss, mul, randomNormal, sub } from "../../math/backend/ops.js";
import { Tape } from "../../math/backend/tape.js";
import { download, free, keep, releaseWith, tidy, upload, type Tensor } from "../../math/backend/tensors.js";
import { Variable } from "../../math/backend/variable.js";
import { applyAdam, scalar, type AdamVariables } from "./adam.js";
import { drawing, type Drawing, type Draws, type DrawSettings } from "./draws.js";
import { gaussianTensors } from "./gaussianTensors.js";
import { preconditioning, type DenoiserModel } from "./networkDenoiser.js";
import type { TrainingPoints } from "./trainingData.js";
import { conditions, initialParameters, network, type Network } from "./network.js";
import { posteriorMeanTensors } from "./posteriorMeanTensors.js";

/** Everything besides the data that determines a trained denoiser's parameters. Plain data. */
export interface TrainingSettings extends DrawSettings {
  readonly steps: number;
  /** Adam's: reached after `warmup` steps, kept for the first half, down to 0 along a cosine in the second */
  readonly learningRate: number;
  readonly warmup: number;
  /** the greatest norm of a gradient, which one that is longer is shortened to; none without it */
  readonly maxNorm?: number;
  /** decay of the averaged parameters, from below: min(ema, (1 + t) / (10 + t)) */
  readonly ema: number;
  /**
   * x_0 itself, which makes denoising score matching (J1 of arXiv 2504.12532), or what it is the noisy value of, E[x_0 |
   * x_σ] of the data's empirical distribution (J0): the same minimiser without the noise of the target. "sample" without
   * it. The mean costs two products with all of the data: of the batch in every step, or once of a finite number of
   * draws.
   */
  readonly target?: "sample" | "posterior mean";
}

/** The state of a training after a number of steps; going on from here gives what going on would have given. */
export interface TrainerState {
  readonly step: number;
  readonly parameters: Float32Array;
  /** Adam's means of the gradient and of its square */
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** the exponential average of the parameters, which is what gets evaluated */
  readonly average: Float32Array;
}

/** One run of training, step by step; it holds native memory until it is disposed of. */
export class Trainer {
  step: number;
  private readonly net: Network;
  private readonly points: Tensor;
  private readonly release: () => void;
  private readonly drawing: Drawing;
  private readonly variables: AdamVariables & { readonly average: Variable };
  private readonly base?: ReturnType<typeof gaussianTensors>;
  private readonly posterior?: ReturnType<typeof posteriorMeanTensors>;

  /** Begins at the initialization, or goes on from a state. */
  constructor(
    private readonly model: DenoiserModel,
    private readonly settings: TrainingSettings,
    { points, labels }: TrainingPoints,
    state?: TrainerState,
  ) {
    this.net = network(model.network, model.dimension);
    const initial = state?.parameters ?? initialParameters(this.net, randomSource(settings.seed));
    const zeros = () => new Float32Array(initial.length);
    this.step = state?.step ?? 0;
    this.drawing = drawing(settings, points.rows, points.cols, labels);
    this.points = tidy(() => keep(upload(points.values, [points.rows, points.cols], "float32")));
    this.release = releaseWith(this, freeing(this.points));
    this.variables = {
      parameters: new Variable(initial),
      first: new Variable(state?.first ?? zeros()),
      second: new Variable(state?.second ?? zeros()),
      average: new Variable(state?.average ?? initial),
    };
    if (model.gaussian) this.base = gaussianTensors(model.gaussian);
    if (settings.target === "posterior mean") this.posterior = posteriorMeanTensors(points, this.drawing.all);
  }

  /**
   * One step of Adam on the mean over a batch of ‖F - target‖²; everything random in it depends on the seed and the
   * step's number alone.
   *
   * @returns the loss divided by d, 1 at initialization if the data are what σ_data says
   */
  advance(draws = this.drawing.at(this.step)): number {
    const { ema } = this.settings;
    const rate = this.learningRate();
    const { loss, gradient } = tidy(() => this.gradient(draws));
    this.step++;
    const { parameters, average } = this.variables;
    tidy(() => {
      applyAdam(this.variables, this.step, rate, gradient);
      free(gradient);
      const decay = Math.min(ema, (1 + this.step) / (10 + this.step));
      average.approach(parameters, scalar(1 - decay));
    });
    return loss;
  }

  state(): TrainerState {
    const { parameters, first, second, average } = this.variables;
    return {
      step: this.step,
      parameters: parameters.values(),
      first: first.values(),
      second: second.values(),
      average: average.values(),
    };
  }

  average(): Float32Array {
    return this.variables.average.values();
  }

  dispose(): void {
    this.release();
    Object.values(this.variables).forEach((variable) => variable.dispose());
    this.base?.dispose();
    this.posterior?.dispose();
  }

  private learningRate(): number {
    const { learningRate, warmup, steps } = this.settings;
    const [rise, fall] = [Math.min(1, (this.step + 1) / Math.max(1, warmup)), Math.max(0, (2 * this.step) / steps - 1)];
    return learningRate * rise * 0.5 * (1 + Math.cos(Math.PI * fall));
  }

  private gradient(draws: Draws): { loss: number; gradient: Tensor } {
    const { dimension: d, sigmaData } = this.model;
    const { rows, sigmas, noise, labels } = draws;
    const n = rows.length;
    const tape = new Tape("float32");
    const column = (f: (sigma: number) => number) => tape.constant(sigmas.map(f), [n, 1]);
    const y = gather(this.points, rows);
    const z = noise instanceof Int32Array ? randomNormal([n, d], noise) : tape.constant(noise.values, [n, d]);
    const x = tape.add(
      y,
      tape.scaleRows(
        z,
        column((sigma) => sigma),
      ),
    );
    const scaleIn = (sigma: number) => preconditioning(sigmaData, sigma).in;
    // (y - c_skip x) / c_out = c_in (y σ / σ_data - z σ_data), without its cancellation at small σ
    const ofSample = this.base
      ? tape.scaleRows(
          tape.add(
            y,
            tape.scaleRows(
              this.base.denoise(tape, x, sigmas),
              column(() => -1),
            ),
          ),
          column((sigma) => 1 / preconditioning(sigmaData, sigma).out),
        )
      : tape.add(
          tape.scaleRows(
            y,
            column((sigma) => (scaleIn(sigma) * sigma) / sigmaData),
          ),
          tape.scaleRows(
            z,
            column((sigma) => -scaleIn(sigma) * sigmaData),
          ),
        );
    const target = this.posterior
      ? tape.add(
          ofSample,
          tape.scaleRows(
            this.posterior.excess(x, draws),
            column((sigma) => 1 / preconditioning(sigmaData, sigma).out),
          ),
        )
      : ofSample;
    const flat = this.variables.parameters.read();
    const input = tape.scaleRows(x, column(scaleIn));
    const { values, cols } = conditions(this.net, sigmas, labels);
    const F = this.net.forward(
      tape,
      tape.split(
        flat,
        this.net.parameters.map(({ shape }) => shape),
      ),
      input,
      tape.constant(values, [n, cols]),
    );
    const difference = sub(F, target);
    const half = l2Loss(difference);
    const [gradient] = tape.vjp(F, mul(difference, tape.constant([2 / n], [])), [flat]);
    const factor = shortening(gradient!, this.settings.maxNorm);
    const loss = (2 * download(half)[0]) / (n * d);
    if (!Number.isFinite(loss))
      throw new RangeError(`trainDenoiser: the loss is ${loss} at step ${this.step}; take a smaller learning rate`);
    return { loss, gradient: keep(factor < 1 ? mul(gradient!, scalar(factor)) : gradient!) };
  }
}

/** What a gradient is multiplied by so that its norm is at most maxNorm. */
function shortening(gradient: Tensor, maxNorm = Infinity): number {
  if (maxNorm === Infinity) return 1;
  const norm = Math.sqrt(2 * download(l2Loss(gradient))[0]);
  return Math.min(1, maxNorm / norm);
}

const freeing = (tensor: Tensor) => () => free(tensor);

/** Returns √ of the mean variance of a coordinate: the σ_data of a data set. */
export function coordinateDeviation(data: Matrix): number {
  const mean = columnMeans(data);
  let total = 0;
  for (let i = 0, at = 0; i < data.rows; i++)
    for (let j = 0; j < data.cols; j++, at++) total += (data.values[at] - mean[j]) ** 2;
  return Math.sqrt(total / data.values.length);
}
