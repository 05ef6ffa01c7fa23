import { empiricalDistribution } from "../../diffusion/distributions/empirical.js";
import type { MlpStack } from "../../diffusion/networks/mlpStack.js";
import { trainMlpStack } from "../../diffusion/networks/mlpStackTraining.js";
import type { TrainingOptions } from "../../diffusion/networks/training.js";
import { variancePreserving, type ContinuousSchedule } from "../../diffusion/schedule.js";
import {
  bootstrapEstimate,
  estimateMean,
  meanWithInfluence,
  pairedDifference,
  type Estimate,
} from "../../math/estimate.js";
import { concatRows, type Matrix } from "../../math/matrix.js";
import { normal, randomSource } from "../../math/random.js";
import { mean } from "../../math/stats.js";
import { flowGapMasses, type GapOptions } from "./gapMass.js";
import { denoisingExamples, stackDenoiser, type Objective } from "./denoisingExamples.js";

/** Settings of smallNetworkStudy. */
export interface SmallNetworkOptions
  extends Pick<TrainingOptions, "progress" | "signal">, Pick<GapOptions, "eulerSteps" | "isGap"> {
  readonly seed: number;
  /** networks of each kind */
  readonly members?: number;
  /** numbers of fixed training examples, Infinity for fresh ones in every step */
  readonly examples?: readonly number[];
  /** widths of the hidden layers */
  readonly hidden?: readonly number[];
  readonly steps?: number;
  readonly batch?: number;
  /** Adam's */
  readonly learningRate?: number;
  /** the least time, of training and at the end of sampling */
  readonly epsilon?: number;
  /** the largest weight of a squared error of the denoiser, α_t² / σ_t² below it */
  readonly maxWeight?: number;
  /** a of the networks' input x_t / σ_t^a beside x_t; which of the objectives fills gaps more depends on it */
  readonly inputExponent?: number;
  readonly schedule?: ContinuousSchedule;
  /** samples of each network */
  readonly samples?: number;
}

/** Networks of one kind: of the same objective and number of examples. */
export interface SmallNetworks {
  readonly objective: Objective;
  readonly examples: number;
  /** the share of each network's samples that lie between the points, shape [members] */
  readonly gapMasses: Float64Array;
  /** their mean */
  readonly gapMass: Estimate;
  /** their standard deviation over networks */
  readonly spread: Estimate;
  /** of the denoiser over networks, the mean over examples, in the unit of x squared */
  readonly variance: Estimate;
  /** mean squared difference of the denoiser and the exact posterior mean over examples: bias and variance together */
  readonly error: Estimate;
}

/** J1 against J0 over networks with the same first weights, training inputs, batches and samples' noise. */
export interface ObjectiveComparison {
  readonly examples: number;
  /** gap mass of J1 less that of J0, over pairs */
  readonly difference: Estimate;
  /** standard deviation of the gap mass over networks, of J1 over J0 */
  readonly spreadRatio: Estimate;
  /** variance of the denoiser over networks, likewise */
  readonly varianceRatio: Estimate;
}

/** Small networks that were trained on posterior means and on data, and what the exact posterior mean gives. */
export interface SmallNetworkStudy {
  /** the gap mass of the exact posterior mean, over samples */
  readonly exact: Estimate;
  readonly networks: readonly SmallNetworks[];
  readonly comparisons: readonly ObjectiveComparison[];
}

/** Examples that denoisers are compared on, and resamplings of the networks. */
const [PROBES, RESAMPLES] = [2000, 1000];

/**
 * Asks whether noise in the target makes networks generalize (Vastola, arXiv 2504.12532): trains perceptrons to denoise
 * points, shape [N, d], once by posterior means (J0) and once by data (J1), and counts the samples of their probability
 * flow that fall between the points. The defaults are three points on a line's case, x_t of β = 0.1 + 19.9 t with the
 * drift -β x.
 *
 * @throws RangeError if there are less than two members or no samples, or as denoisingExamples and trainMlpStack do
 */
export async function smallNetworkStudy(points: Matrix, options: SmallNetworkOptions): Promise<SmallNetworkStudy> {
  const settings = {
    members: 20,
    examples: [100, 300, 1000, Infinity],
    hidden: [64, 64],
    steps: 2000,
    batch: 128,
    learningRate: 2e-3,
    epsilon: 0.01,
    maxWeight: 25,
    inputExponent: 0.5,
    schedule: variancePreserving({ betaD: 39.8, betaMin: 0.2 }),
    samples: 2000,
    ...(Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as SmallNetworkOptions),
  };
  for (const name of ["members", "samples"] as const)
    if (!(Number.isSafeInteger(settings[name]) && settings[name] >= (name === "members" ? 2 : 1)))
      throw new RangeError(
        `smallNetworkStudy: ${name} is ${settings[name]}, expected an integer of at least ${name === "members" ? 2 : 1}`,
      );
  const { seed, members, schedule, signal, progress } = settings;
  const seeds = Array.from({ length: members }, (_, i) => seed * members + i);
  const shape = { inputs: 2 * points.cols + 3, hidden: settings.hidden, outputs: points.cols };
  const draw = (objective: Objective) => denoisingExamples(points, schedule, { ...settings, objective });
  const probes = draw("J0")(randomSource(seed, 4), PROBES);
  const starts = concatRows(seeds.map((own) => normal(randomSource(own, 3), settings.samples, points.cols)));

  const networks: (SmallNetworks & { readonly variances: Float64Array })[] = [];
  const kinds = settings.examples.flatMap((examples) => [
    { examples, objective: "J0" as const },
    { examples, objective: "J1" as const },
  ]);
  for (const { examples, objective } of kinds) {
    const before = networks.length * settings.steps;
    const stack = await trainMlpStack(
      shape,
      draw(objective),
      { ...settings, seeds, examples },
      {
        signal,
        progress:
          progress && ((now) => progress({ ...now, step: before + now.step, steps: kinds.length * settings.steps })),
      },
    );
    const { variances, errors } = denoiserErrors(stack, probes.inputs, probes.targets);
    const denoiser = stackDenoiser(stack, schedule, settings);
    const gapMasses = await flowGapMasses(denoiser, starts, members, settings).finally(stack.dispose);
    networks.push({
      objective,
      examples,
      gapMasses,
      gapMass: estimateMean(gapMasses),
      spread: overNetworks(seed, [squaredDeviations(gapMasses)], ([square]) => Math.sqrt(square)),
      variance: estimateMean(variances),
      error: estimateMean(errors),
      variances,
    });
  }
  const exact = await flowGapMasses(empiricalDistribution(points).denoiser, starts, starts.rows, settings);
  return {
    exact: estimateMean(exact),
    networks: networks.map(({ variances: _, ...kind }) => kind),
    comparisons: settings.examples.map((examples, i) => {
      const [j0, j1] = networks.slice(2 * i, 2 * i + 2);
      const squares = [j1, j0].map(({ gapMasses }) => squaredDeviations(gapMasses));
      return {
        examples,
        difference: pairedDifference(j1.gapMasses, j0.gapMasses),
        spreadRatio: overNetworks(seed, squares, ([a, b]) => Math.sqrt(a / b)),
        varianceRatio: overNetworks(seed, [j1.variances, j0.variances], ([a, b]) => a / b),
      };
    }),
  };
}

/**
 * What each of m networks adds to the variance of the denoiser over networks, and its mean squared error, each a mean
 * over inputs, shape [m].
 */
function denoiserErrors(
  stack: MlpStack,
  inputs: Matrix,
  exact: Matrix,
): { readonly variances: Float64Array; readonly errors: Float64Array } {
  const m = stack.members.length;
  const all = stack.predict(concatRows(Array.from({ length: m }, () => inputs))).values;
  const size = exact.values.length;
  const [variances, errors] = [new Float64Array(m), new Float64Array(m)];
  for (let k = 0; k < size; k++) {
    let centre = 0;
    for (let i = 0; i < m; i++) centre += all[i * size + k] / m;
    for (let i = 0; i < m; i++) {
      variances[i] += (all[i * size + k] - centre) ** 2 / ((1 - 1 / m) * inputs.rows);
      errors[i] += (all[i * size + k] - exact.values[k]) ** 2 / inputs.rows;
    }
  }
  return { variances, errors };
}

/** Numbers whose mean is the unbiased variance. */
function squaredDeviations(values: Float64Array): Float64Array {
  const centre = mean(values);
  return values.map((value) => (value - centre) ** 2 / (1 - 1 / values.length));
}

const overNetworks = (
  seed: number,
  values: readonly Float64Array[],
  f: (means: readonly number[]) => number,
): Estimate =>
  bootstrapEstimate(values.map(meanWithInfluence), f, { source: randomSource(seed, 5), resamples: RESAMPLES });
