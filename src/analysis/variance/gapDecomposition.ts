import {
  bootstrapEstimate,
  estimateDifference,
  estimateMean,
  meanWithInfluence,
  pairedDifference,
  type Estimate,
} from "../../math/estimate.js";
import type { Matrix } from "../../math/matrix.js";
import { randomSource } from "../../math/random.js";
import { rowRange } from "../../math/rowBlocks.js";
import { limitModels } from "./asymptoticModel.js";
import type { FeatureFamily, FeatureSpec } from "./features.js";
import { noisedRegionMass, regionMass, type Region } from "./gapFilling.js";
import type { InputNodes } from "./inputQuadrature.js";
import type { LinearEnsemble } from "./linearEnsemble.js";
import { linearDenoiser, sampleFlow, type LinearDenoiserOptions } from "./linearModel.js";
import { exactDenoiser, type TrainingProblem } from "./trainingDraws.js";

/** Where the mass in the gaps comes from: each part is what one more imperfection adds to those before it. */
export interface GapParts {
  /** ε, the time at which the flow ends */
  readonly epsilon: number;
  /** draws a model */
  readonly P: number;
  /** the mass of p_ε itself */
  readonly noised: number;
  /** what the steps of the flow add, with the exact score */
  readonly steps: Estimate;
  /** what features add that cannot represent the posterior mean, with P = ∞ and hardly any ridge */
  readonly features: Estimate;
  /** what the ridge adds, with P = ∞ */
  readonly ridge: Estimate;
  /** what P inputs in the place of all add, with the exact target of J0 */
  readonly inputs: Estimate;
  /** what the noisy target of J1 adds, the same inputs and starts: variance of the target alone */
  readonly target: Estimate;
  /** the mass with J0, and with J1: the sum of the parts */
  readonly J0: Estimate;
  readonly J1: Estimate;
  /** the target's part of J1's mass, (J1 - J0) / J1: negative where its noise empties the gaps */
  readonly targetShare: Estimate;
  /** standard deviations of the mass over models */
  readonly spreadJ0: number;
  readonly spreadJ1: number;
}

/** Settings of gapDecomposition. */
export interface GapDecompositionOptions extends LinearDenoiserOptions {
  readonly region: Region;
  /** samples of the flows that are not of an ensemble */
  readonly count: number;
  readonly steps?: number;
  /** of the quadrature over infinitely many draws */
  readonly nodes?: InputNodes;
  readonly seed?: number;
}

/** A ridge that changes nothing but keeps round-off from being divided by 0. */
const HARDLY = 1e-8;

/**
 * Takes the mass that ensembles on the line have in a region apart. Errors are over models, and of the parts without
 * models over samples, paired where they are from the same starts.
 *
 * @throws RangeError if models were stopped early, count is below 2, or as its parts do
 */
export function gapDecomposition(
  ensembles: readonly LinearEnsemble[],
  { region, count, steps, clamp, nodes, seed = 1 }: GapDecompositionOptions,
): GapParts[] {
  if (!(Number.isSafeInteger(count) && count >= 2))
    throw new RangeError(`gapDecomposition: count is ${count}, expected an integer of at least 2`);
  const inside = (problem: TrainingProblem, denoiser: (x: Matrix, t: number) => Matrix): Float64Array => {
    const x = sampleFlow(problem, denoiser, { count, steps, source: randomSource(seed, 2) });
    return Float64Array.from({ length: count }, (_, n) => regionMass(rowRange(x, n, n + 1), region));
  };
  const bases = new Map<string, Record<"exact" | "free" | "held", Float64Array>>();
  const families = new Map<FeatureSpec | FeatureFamily, number>(); // those of one's own are not told by their data
  return ensembles.map(({ problem, features, P, J0, J1, form, regularisation = { ridge: 0.1 } }) => {
    if (!("ridge" in regularisation))
      throw new RangeError(
        "gapDecomposition: the models were stopped early, expected a ridge, whose part it takes apart",
      );
    if ("evaluate" in features && !families.has(features)) families.set(features, families.size);
    const key = JSON.stringify([problem, families.get(features) ?? features, form, regularisation]);
    let base = bases.get(key);
    if (!base) {
      const limits = limitModels(problem, features, [HARDLY, regularisation.ridge], { form, nodes });
      const [free, held] = limits.map((model) => inside(problem, linearDenoiser(model, { clamp })));
      bases.set(key, (base = { exact: inside(problem, exactDenoiser(problem)), free, held }));
    }
    const [exact, held] = [base.exact, base.held].map(estimateMean);
    const noised = noisedRegionMass(problem, region);
    const [a, b] = [J0, J1].map(({ samples }) => Float64Array.from(samples, (x) => regionMass(x, region)));
    const [ofJ0, ofJ1] = [estimateMean(a), estimateMean(b)];
    return {
      epsilon: problem.times[0],
      P,
      noised,
      steps: { ...exact, value: exact.value - noised },
      features: pairedDifference(base.free, base.exact),
      ridge: pairedDifference(base.held, base.free),
      inputs: { ...estimateDifference(ofJ0, held), count: ofJ0.count },
      target: pairedDifference(b, a),
      J0: ofJ0,
      J1: ofJ1,
      targetShare: bootstrapEstimate(
        [meanWithInfluence(a), meanWithInfluence(b)],
        ([zero, one]) => (one - zero) / one,
        { source: randomSource(seed, 3), resamples: 1000 },
      ),
      spreadJ0: ofJ0.standardError * Math.sqrt(a.length),
      spreadJ1: ofJ1.standardError * Math.sqrt(b.length),
    };
  });
}
