import type { Estimate } from "../../math/estimate.js";
import { rowRange } from "../../math/rowBlocks.js";
import { mean } from "../../math/stats.js";
import { dimensionAt } from "./curve.js";
import { levinaBickelCurve } from "./levinaBickel.js";
import { localPca } from "./localPca.js";
import type { ManifoldSample } from "./manifolds.js";
import { twoNN } from "./twoNN.js";

/** Estimates from the points of a sample alone. */
export interface PointComparison {
  readonly name: string;
  readonly k: number;
  /** MacKay and Ghahramani's average over all points */
  readonly "Levina–Bickel, 20 neighbours": Estimate;
  readonly "40 neighbours": Estimate;
  /** of all points, by least squares */
  readonly TwoNN: number;
  readonly "TwoNN, likelihood": number;
  /** the average over the first 100 points */
  readonly "local PCA, 40 neighbours": number;
}

/** Compares the estimators that see points alone on samples of at least 100 points each. */
export function comparePointEstimators(samples: readonly ManifoldSample[]): PointComparison[] {
  return samples.map(({ name, k, x }) => {
    const curve = levinaBickelCurve(x, x, [20, 40]);
    const first = rowRange(x, 0, 1);
    return {
      name,
      k,
      "Levina–Bickel, 20 neighbours": dimensionAt(curve, 20),
      "40 neighbours": dimensionAt(curve, 40),
      TwoNN: twoNN(x)(first, x.rows - 1)[0],
      "TwoNN, likelihood": twoNN(x, { fit: "likelihood" })(first, x.rows - 1)[0],
      "local PCA, 40 neighbours": mean(localPca(x)(rowRange(x, 0, 100), 40)),
    };
  });
}
