import { randomSource } from "../../math/random.js";
import { histogram, histogramBands, noisedHistogram, type HistogramBands } from "./gapFilling.js";
import type { LinearEnsemble } from "./linearEnsemble.js";
import { sampleFlow } from "./linearModel.js";
import { exactDenoiser } from "./trainingDraws.js";
import { featureFamily } from "./features.js";
import type { Objective } from "./denoisingExamples.js";

/** Histograms of an ensemble on the line, of p_ε and of the exact score's flow, as densities in the same bins. */
export interface GapHistograms extends HistogramBands {
  /** ε */
  readonly row: string;
  /** P, and features over draws */
  readonly column: string;
  readonly exact: Float64Array;
  readonly flow: Float64Array;
}

/** Settings of gapHistograms. */
export interface GapHistogramOptions {
  readonly edges: Float64Array;
  /** samples of the exact score's flow */
  readonly count: number;
  readonly steps?: number;
  readonly objective?: Objective;
  readonly seed?: number;
}

/** Makes the histograms of Vastola's Fig. 2 (arXiv 2504.12532) from ensembles on the line. */
export function gapHistograms(
  ensembles: readonly LinearEnsemble[],
  { edges, count, steps, objective = "J1", seed = 1 }: GapHistogramOptions,
): GapHistograms[] {
  return ensembles.map((one) => {
    const { problem, features, P } = one;
    const flow = sampleFlow(problem, exactDenoiser(problem), { count, steps, source: randomSource(seed, 2) });
    return {
      row: `ε = ${problem.times[0]}`,
      column: `P = ${P}<br>F/P = ${featureFamily(features).count / P}`,
      ...histogramBands(one[objective].samples, edges),
      exact: noisedHistogram(problem, edges),
      flow: histogram(flow, edges),
    };
  });
}
