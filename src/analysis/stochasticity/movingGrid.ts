import type { Distribution, VectorField } from "../../diffusion/distribution.js";
import { inLogSigma, probabilityFlow } from "../../diffusion/flow.js";
import { requireGamma } from "../../diffusion/sampling/reverse.js";
import { requirePositive } from "../../diffusion/score.js";
import { matrix } from "../../math/matrix.js";
import { rk4, step as rungeKuttaStep } from "../../math/ode.js";

/** A density on the line as the mass of its cells, at decreasing noise levels. */
export interface CarriedMass {
  readonly sigmas: Float64Array;
  /** edges between the cells at each level, increasing, shape [cells - 1]; the outer cells have no end */
  readonly edges: readonly Float64Array[];
  /** of each cell at each level, sum 1 */
  readonly masses: readonly Float64Array[];
}

/** Settings of carryMass. */
export interface CarryOptions {
  /** γ of `reverseEquation` */
  readonly gamma: number;
  /** decreasing, all positive; one step between two of them */
  readonly sigmas: ArrayLike<number>;
  /** edges between cells at the first level, increasing */
  readonly edges: Float64Array;
  /** of the cells at the first level, one more than edges */
  readonly masses: Float64Array;
}

/**
 * Carries a density on the line by the Fokker–Planck equation of dx = -(1 + γ) σ ŝ dσ + √(2γσ) dW, split as in Karras
 * et al. (arXiv 2206.00364) into the probability flow and a Langevin part. The edges of the cells move with the flow of
 * ŝ, so that this part leaves every mass as it is, and exactly so; the Langevin part exchanges mass across the edges
 * with the flux of Scharfetter and Gummel (1969, that of Chang and Cooper 1970 in plasma physics), of which e^∫ŝ is the
 * exact equilibrium, in implicit steps of order 2 (Alexander 1977, L-stable). Mass is conserved to round-off.
 *
 * @throws RangeError if the field is not on the line, the levels are not positive and decreasing, the edges do not
 * increase or the masses are not one more than these, none of them negative
 */
export function carryMass(field: Pick<VectorField, "dimension" | "score">, options: CarryOptions): CarriedMass {
  const { gamma, sigmas } = options;
  requireCells(field.dimension, options);
  const flow = inLogSigma(probabilityFlow(field));
  const moved = (edges: Float64Array, from: number, to: number) =>
    rungeKuttaStep(flow, matrix(edges.length, 1, edges), Math.log(from), Math.log(to), rk4).values;
  const scores = (edges: Float64Array, sigma: number) => field.score(matrix(edges.length, 1, edges), sigma).values;
  const edges = [options.edges];
  const masses = [options.masses];
  for (let i = 1; i < sigmas.length; i++) {
    const [from, to] = [sigmas[i - 1], sigmas[i]];
    const length = Math.log(from / to);
    const middle = from * Math.exp(-STAGE * length);
    const between = moved(edges[i - 1], from, middle);
    const next = moved(between, middle, to);
    const first = exchange(between, scores(between, middle), gamma * middle ** 2);
    const last = exchange(next, scores(next, to), gamma * to ** 2);
    // u = m + g h A u;  v = m + (1 - g) h A u + g h A v, where g h A u = u - m
    const m = masses[i - 1];
    const u = implicitStep(first, m, STAGE * length);
    const start = m.map((value, j) => value + ((1 - STAGE) / STAGE) * (u[j] - value));
    edges.push(next);
    masses.push(implicitStep(last, start, STAGE * length));
  }
  return { sigmas: Float64Array.from(sigmas), edges, masses };
}

const STAGE = 1 - Math.SQRT1_2;

/** How much of the mass of the cell below each edge goes up in a unit of time, and of the one above down. */
interface Exchange {
  readonly up: Float64Array;
  readonly down: Float64Array;
}

function exchange(edges: Float64Array, score: Float64Array, diffusion: number): Exchange {
  const widths = cellWidths(edges);
  const up = new Float64Array(edges.length);
  const down = new Float64Array(edges.length);
  for (let j = 0; j < edges.length; j++) {
    const distance = (widths[j] + widths[j + 1]) / 2;
    const rise = score[j] * distance; // of log p̂ from centre to centre
    up[j] = (diffusion * bernoulli(-rise)) / (distance * widths[j]);
    down[j] = (diffusion * bernoulli(rise)) / (distance * widths[j + 1]);
  }
  return { up, down };
}

/** The widths of the cells; an outer one is given that of its neighbour. */
function cellWidths(edges: Float64Array): Float64Array {
  const n = edges.length;
  const inner = (j: number) => edges[j] - edges[j - 1];
  return Float64Array.from({ length: n + 1 }, (_, j) => inner(Math.min(Math.max(j, 1), n - 1)));
}

/** z / (e^z - 1) */
function bernoulli(z: number): number {
  return z === 0 ? 1 : z / Math.expm1(z);
}

/** Solves (1 - t A) v = m, A v the exchange of mass: tridiagonal, by elimination without pivots, as its columns sum to 1. */
function implicitStep({ up, down }: Exchange, m: Float64Array, t: number): Float64Array {
  const n = m.length;
  const diagonal = new Float64Array(n).fill(1);
  for (let j = 0; j < n - 1; j++) {
    diagonal[j] += t * up[j];
    diagonal[j + 1] += t * down[j];
  }
  const v = m.slice();
  for (let j = 1; j < n; j++) {
    const factor = (t * up[j - 1]) / diagonal[j - 1];
    diagonal[j] -= factor * t * down[j - 1];
    v[j] += factor * v[j - 1];
  }
  for (let j = n - 1; j >= 0; j--) v[j] = (v[j] + (j + 1 < n ? t * down[j] * v[j + 1] : 0)) / diagonal[j];
  return v;
}

/** Masses below count as none where the reference has none: its own are rounded to 0 beyond 38 standard deviations. */
const NOTHING = 1e-12;
/** Masses this far below 0 are what coarse implicit steps of order 2 leave; they count as none. */
const LEFT = 1e-3;

/**
 * Returns Σ_j q_j ln (q_j / p_j), the Kullback–Leibler divergence of the masses of cells: at most that of the densities,
 * by O(h²) less, in nats.
 *
 * @throws RangeError if there are not as many, a mass is negative, or a cell holds mass where the reference has none
 */
export function massKL(q: ArrayLike<number>, p: ArrayLike<number>): number {
  if (q.length !== p.length) throw new RangeError(`massKL: ${q.length} masses and ${p.length} of the reference`);
  let sum = 0;
  for (let j = 0; j < q.length; j++) {
    if (!(q[j] >= -LEFT)) throw new RangeError(`massKL: cell ${j} holds ${q[j]}, expected a mass of at least 0`);
    if (q[j] <= (p[j] > 0 ? 0 : NOTHING)) continue;
    if (!(p[j] > 0)) throw new RangeError(`massKL: cell ${j} holds ${q[j]} and the reference ${p[j]}, expected some`);
    sum += q[j] * Math.log(q[j] / p[j]);
  }
  return sum;
}

function requireCells(dimension: Distribution["dimension"], { gamma, sigmas, edges, masses }: CarryOptions): void {
  if (dimension !== 1) throw new RangeError(`carryMass: the field has ${dimension} dimensions, expected 1`);
  requireGamma("carryMass", gamma);
  for (let i = 0; i < sigmas.length; i++) {
    requirePositive("carryMass", sigmas[i]);
    if (i > 0 && !(sigmas[i] < sigmas[i - 1]))
      throw new RangeError(`carryMass: level ${i} is ${sigmas[i]} after ${sigmas[i - 1]}, expected a lower one`);
  }
  if (edges.length < 2 || masses.length !== edges.length + 1)
    throw new RangeError(
      `carryMass: ${edges.length} edges and ${masses.length} masses, expected two edges at least and one mass more`,
    );
  for (let j = 0; j < edges.length; j++)
    if (!(Number.isFinite(edges[j]) && (j === 0 || edges[j] > edges[j - 1])))
      throw new RangeError(`carryMass: edge ${j} is ${edges[j]} after ${edges[j - 1]}, expected finite and higher`);
  for (let j = 0; j < masses.length; j++)
    if (!(masses[j] >= 0 && masses[j] < Infinity))
      throw new RangeError(`carryMass: cell ${j} holds ${masses[j]}, expected a finite mass of at least 0`);
}
