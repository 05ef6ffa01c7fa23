import { eigenvalues } from "../../math/eigen.js";
import { estimateMean, estimateMedian, type Estimate } from "../../math/estimate.js";
import { row, type Matrix } from "../../math/matrix.js";
import { observedOrder } from "../../math/ode.js";
import type { FlowMap } from "../dimension/flowMap.js";
import { asymmetry } from "../gauge/asymmetry.js";

/** The derivative Y of the map from codes to data, over points, at one level of the data. */
export interface MapGeometry {
  readonly sigma: number;
  /** the largest singular value of Y over the smallest, median over the points */
  readonly condition: Estimate;
  /** ln |det Y| for codes of variance 1, mean over the points */
  readonly logVolume: Estimate;
  /** share of the points where det Y > 0 */
  readonly orientation: number;
  /**
   * |Y - Yᵀ| / √2 |Y|, in the plane |Y_12 - Y_21| / |Y|, median over the points and the largest: 0 of the gradient of a
   * function, as optimal transport is
   */
  readonly antisymmetry: Estimate;
  readonly mostAntisymmetry: number;
}

/** Returns the geometry of a flow map at each level after its first, for codes of variance 1 at the first. */
export function mapGeometry({ sigmas, derivatives, singularValues }: FlowMap): MapGeometry[] {
  return Array.from(sigmas, (sigma, i) => {
    const spectra = derivatives[i].map((_, n) => row(singularValues[i], n));
    const turned = derivatives[i].map((Y) => Math.sqrt(2 * asymmetry(Y).relative));
    return {
      sigma,
      condition: estimateMedian(spectra.map((s) => s[0] / s[s.length - 1])),
      logVolume: estimateMean(spectra.map((s) => s.reduce((sum, one) => sum + Math.log(one * sigmas[0]), 0))),
      orientation: derivatives[i].filter(keepsOrientation).length / spectra.length,
      antisymmetry: estimateMedian(turned),
      mostAntisymmetry: Math.max(...turned),
    };
  }).slice(1);
}

/**
 * Returns the exponent of the volume, d ln |det Y| / d ln σ, over the levels: the number of dimensions that collapse as
 * σ → 0. It is 0 of data with a density, and D - k of a manifold of k dimensions in D.
 *
 * @throws RangeError as observedOrder does
 */
export function volumeExponent(geometry: readonly MapGeometry[]): number {
  return observedOrder(
    geometry.map(({ sigma }) => sigma),
    geometry.map(({ logVolume }) => Math.exp(logVolume.value)),
  );
}

/** Says whether det Y > 0: an even number of its eigenvalues are real and negative. */
function keepsOrientation(Y: Matrix): boolean {
  const { real, imaginary } = eigenvalues(Y);
  return real.filter((value, i) => imaginary[i] === 0 && value < 0).length % 2 === 0 && !real.includes(0);
}
