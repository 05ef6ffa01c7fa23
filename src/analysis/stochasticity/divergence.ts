import type { VectorField } from "../../diffusion/distribution.js";
import { geometricSigmas } from "../../diffusion/sampling/noiseLevels.js";
import { diagonal, matrix } from "../../math/matrix.js";
import { inLogSigma, probabilityFlow } from "../../diffusion/flow.js";
import { integrate, last, linspace } from "../../math/ode.js";
import { linearMixture, type LineMixture } from "../independence/sources.js";
import type { KLRate } from "./gaussianReverse.js";
import { lineMasses } from "./lineMasses.js";
import { carryMass, massKL } from "./movingGrid.js";

/** Settings of divergenceAlong. */
export interface DivergenceOptions {
  /** γ of the reverse equation */
  readonly gamma: number;
  /** the field that the equation has, the data's own without it */
  readonly field?: Pick<VectorField, "dimension" | "score">;
  /** the density that it begins with at σ_max, that of the data there without it */
  readonly start?: LineMixture;
  readonly sigmaMax?: number;
  readonly sigmaMin?: number;
  /** of equal ratio of σ */
  readonly steps?: number;
  readonly cells?: number;
}

/** The divergence of what a reverse equation makes from the data, at every noise level. */
export interface DivergenceCurve {
  readonly gamma: number;
  readonly sigmas: Float64Array;
  /** KL(q ‖ p) at each level, in nats */
  readonly kl: Float64Array;
  /** its rate for each e by which σ falls, from the densities at each level */
  readonly rates: readonly KLRate[];
  /** both densities at the last level, as masses of the cells between these edges */
  readonly end: { readonly edges: Float64Array; readonly masses: Float64Array; readonly data: Float64Array };
  /** the largest difference from 1 of the whole mass */
  readonly massError: number;
}

/** Cells reach this many standard deviations beyond the components. */
const REACH = 7;

/** Ends of a range that reaches REACH standard deviations beyond the components. */
function reach({ means, variances }: LineMixture, sigma = 0): [low: number, high: number] {
  const spreads = variances.map((variance) => REACH * Math.hypot(Math.sqrt(variance), sigma));
  return [
    Math.min(...means.map((mean, k) => mean - spreads[k])),
    Math.max(...means.map((mean, k) => mean + spreads[k])),
  ];
}

/**
 * Edges at the first level, halfway between those of equal distances in the reach of the start there and those that the
 * flow takes to equal distances in the reach of the data at the last level: the first alone would leave one cell to a
 * gap between components, the second alone one to what a wrong flow draws together.
 */
function startEdges(
  data: LineMixture,
  start: LineMixture,
  field: Pick<VectorField, "score">,
  sigmas: Float64Array,
  cells: number,
): Float64Array {
  const [low, high] = reach(data, sigmas[sigmas.length - 1]);
  const [left, right] = reach(start);
  const logs = sigmas.map(Math.log);
  const carry = (x: Float64Array, levels: Float64Array) =>
    last(integrate(inLogSigma(probabilityFlow(field)), matrix(x.length, 1, x), levels)).values;
  const up = (x: Float64Array) => carry(x, logs.slice().reverse());
  const ends = linspace(low, high, cells);
  const starts = linspace(left, right, cells);
  // A pair of each place, at the last level and at the first.
  const pairs = [
    ...Array.from(up(ends), (above, j) => [ends[j], above]),
    ...Array.from(carry(starts, logs), (x, j) => [x, starts[j]]),
  ];
  pairs.sort((a, b) => a[1] - b[1]);
  const share = (value: number, from: number, to: number) => Math.min(Math.max((value - from) / (to - from), 0), 1);
  const place = pairs.map(([x, above]) => share(x, low, high) + share(above, left, right));
  let j = 0;
  const chosen = linspace(0, 2, cells).map((wanted) => {
    while (j < pairs.length - 2 && place[j + 1] < wanted) j++;
    const part = place[j + 1] > place[j] ? (wanted - place[j]) / (place[j + 1] - place[j]) : 0;
    return pairs[j][1] + part * (pairs[j + 1][1] - pairs[j][1]);
  });
  return chosen;
}

/**
 * Returns how the density of the reverse equation departs from that of the data on the line: both as masses of cells,
 * one carried by the Fokker–Planck equation (`carryMass`), the other exact.
 *
 * @throws RangeError as carryMass and geometricSigmas do
 */
export function divergenceAlong(
  data: LineMixture,
  { gamma, field, start, sigmaMax = 80, sigmaMin = 0.02, steps = 400, cells = 800 }: DivergenceOptions,
): DivergenceCurve {
  const exact = linearMixture([data], diagonal([1])).distribution;
  const used = field ?? exact;
  const sigmas = geometricSigmas(steps, { sigmaMax, sigmaMin });
  const began = start ?? { ...data, variances: data.variances.map((variance) => variance + sigmaMax ** 2) };
  linearMixture([began], diagonal([1])); // refuses weights that are none
  const edges = startEdges(data, began, used, sigmas, cells);
  const masses = lineMasses(began, edges);
  const carried = carryMass(used, { gamma, sigmas, edges, masses });
  const own = carried.edges.map((at, i) => lineMasses(data, at, sigmas[i]));
  const end = sigmas.length - 1;
  const column = (at: Float64Array) => matrix(at.length, 1, at);
  return {
    gamma,
    sigmas,
    kl: Float64Array.from(carried.masses, (q, i) => massKL(q, own[i])),
    rates: carried.masses.map((q, i) => {
      const at = carried.edges[i];
      const scores = [used, exact].map(({ score }) => score(column(at), sigmas[i]).values);
      return cellRate(
        at,
        q,
        own[i],
        scores[0].map((value, j) => value - scores[1][j]),
        gamma,
        sigmas[i],
      );
    }),
    end: { edges: carried.edges[end], masses: carried.masses[end], data: own[end] },
    massError: Math.max(...carried.masses.map((q) => Math.abs(q.reduce((sum, value) => sum + value, 0) - 1))),
  };
}

/** The rate for each e of σ: of E_q the mass from centre to centre, of ∇ log (q / p) the difference across the edge. */
function cellRate(
  edges: Float64Array,
  q: Float64Array,
  p: Float64Array,
  error: Float64Array,
  gamma: number,
  sigma: number,
): KLRate {
  let [squares, products] = [0, 0];
  for (let j = 1; j < edges.length - 1; j++) {
    if (!(q[j] > 0 && q[j + 1] > 0)) continue;
    const distance = (edges[j + 1] - edges[j - 1]) / 2;
    const slope = Math.log((q[j + 1] / q[j]) * (p[j] / p[j + 1])) / distance;
    const mass = (q[j] + q[j + 1]) / 2;
    squares += mass * slope ** 2;
    products += mass * slope * error[j];
  }
  const correction = -gamma * sigma ** 2 * squares;
  const ofError = (1 + gamma) * sigma ** 2 * products;
  return { correction, error: ofError, total: correction + ofError };
}
