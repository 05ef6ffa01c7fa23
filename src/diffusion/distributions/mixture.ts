import {
  addScaled,
  matrix,
  requireSameShape,
  row,
  splitColumn,
  takeRows,
  withColumn,
  type Matrix,
} from "../../math/matrix.js";
import { choice, normal, type Source } from "../../math/random.js";
import { fromScore, withParameters, type DistributionFunctions } from "../distribution.js";
import type { ScoreAndDivergence } from "../jacobian.js";
import { requireDraws, requirePoints, type Score } from "../score.js";
import { BLOCK_NUMBERS } from "./blocks.js";
import { gaussianFromSpectrum, type Gaussian } from "./gaussian.js";
import { applySpectral, requireRegular, scoreOperator, spectrum, type GaussianParameters } from "./gaussianSpectrum.js";
import { divergences, jacobianProducts, mixComponents } from "./mixtureComponents.js";
import { isPlane, isSmall, loopedMixture, planeMixture } from "./mixtureLoop.js";
import { mixInOnePass } from "./mixturePass.js";
import { requireWeights, type MixtureParameters } from "./mixtureParameters.js";
import { posterior, type Posterior } from "./posterior.js";
import { overRows, rowRange } from "../../math/rowBlocks.js";

/**
 * A mixture Σ_k w_k N(μ_k, Σ_k) of Gaussians, noised Σ_k w_k N(μ_k, Σ_k + σ² I), everything in closed form with the
 * responsibilities r_k and the components' own scores s_k, Jacobians J_k and denoisers D_k:
 *
 *     s = Σ_k r_k s_k,   D = Σ_k r_k D_k,   J v = Σ_k r_k (J_k v + s_k (s_k · v)) - s (s · v)
 *     ∇ · s = Σ_k r_k (tr J_k + |s_k|²) - |s|²,   log p = log Σ_k w_k N(x; μ_k, Σ_k + σ² I)
 *
 * It is finite however far x is. Its functions throw RangeError as those of the components do; at σ = 0 all of them
 * need components that are not singular.
 */
export interface GaussianMixture extends MixtureParameters, MixtureFunctions {
  readonly components: readonly Gaussian[];
}

declare abstract class MixtureFunctions extends DistributionFunctions {
  /** r_k = w_k N(x; μ_k, Σ_k + σ² I) / p, the probability that x came from component k, shape [n, K]; rows sum to 1 */
  get responsibilities(): (x: Matrix, sigma: number) => Matrix;
}

/**
 * Returns the mixture of the given weights and components, which may be parameters alone, such as `{ ...g, mean }`.
 *
 * @throws RangeError if there is no component, their number is not that of the weights, they differ in dimension, or
 * the weights are not positive with sum 1
 */
export function gaussianMixture(
  weights: ArrayLike<number>,
  components: readonly GaussianParameters[],
): GaussianMixture {
  if (components.length === 0 || components.length !== weights.length)
    throw new RangeError(
      `gaussianMixture: ${weights.length} weights and ${components.length} components, expected one weight for each of at least one component`,
    );
  requireWeights("gaussianMixture", weights);
  const d = components[0].mean.length;
  components.forEach(({ mean }, k) => {
    if (mean.length !== d)
      throw new RangeError(
        `gaussianMixture: component ${k} has ${mean.length} dimensions, expected ${d} like component 0`,
      );
  });
  const m = { weights: Float64Array.from(weights), components: components.map(asGaussian) };
  const inBlocks = blockwise(m, posterior(m));
  const scoreAndDivergence = scoresAndDivergences(m, inBlocks);
  return withParameters(m, {
    ...fromScore(d, scores(m, scoreAndDivergence), {
      denoiser: denoisers(m, scoreAndDivergence),
      jacobianProduct: (x, sigma, v) => {
        requireSameShape("GaussianMixture.jacobianProduct", x, v);
        requirePoints("GaussianMixture.jacobianProduct", "v", v, d);
        return inBlocks("GaussianMixture.jacobianProduct", x, sigma, (p, from) =>
          jacobianProducts(p, sigma, rowRange(v, from, from + p.x.rows)),
        );
      },
      divergence: (x, sigma) => scoreAndDivergence(x, sigma, undefined, "GaussianMixture.divergence").divergence,
      scoreAndDivergence: (x, sigma, room) => scoreAndDivergence(x, sigma, room),
    }),
    logDensity: (x: Matrix, sigma: number) =>
      inBlocks("GaussianMixture.logDensity", x, sigma, (p) => matrix(p.x.rows, 1, p.logDensity), 1).values,
    responsibilities: (x: Matrix, sigma: number) =>
      inBlocks("GaussianMixture.responsibilities", x, sigma, (p) => p.responsibilities, components.length),
    sample: (source: Source, n: number, sigma = 0) => samples(m, source, n, sigma),
  });
}

const asGaussian = (g: GaussianParameters | Gaussian) => ("score" in g ? g : gaussianFromSpectrum(g));

/** What f makes of the posterior of the rows of x, so many rows at a time that their features fit into a block. */
type InBlocks = (
  where: string,
  x: Matrix,
  sigma: number,
  f: (p: Posterior, from: number) => Matrix,
  cols?: number,
) => Matrix;

function blockwise(m: MixtureParameters, of: ReturnType<typeof posterior>): InBlocks {
  const d = m.components[0].mean.length;
  const numbers = m.components.reduce((sum, { lambda }) => sum + lambda.length + 2, 0);
  const size = Math.max(1, Math.floor(BLOCK_NUMBERS / numbers));
  return (where, x, sigma, f, cols = d) => overRows(x, size, cols, (part, from) => f(of(where, part, sigma), from));
}

type Both = (x: Matrix, sigma: number, room?: ScoreAndDivergence, where?: string) => ScoreAndDivergence;

function scoresAndDivergences(m: MixtureParameters, inBlocks: InBlocks): Both {
  const d = m.components[0].mean.length;
  if (isSmall(m)) {
    const loop: typeof planeMixture = isPlane(m) ? planeMixture : loopedMixture;
    return (x, sigma, room, where = "GaussianMixture.scoreAndDivergence") => {
      requireRegularAt(where, m, x, sigma);
      return loop(m, x, sigma, room);
    };
  }
  return (x, sigma, _room, where = "GaussianMixture.scoreAndDivergence") => {
    // side by side, one column more than the score has
    const sideBySide = inBlocks(
      where,
      x,
      sigma,
      (p) => {
        const score = mixComponents(p, (g) => scoreOperator(g, sigma));
        return withColumn(score, divergences(p, score, sigma));
      },
      d + 1,
    );
    const [score, divergence] = splitColumn(sideBySide);
    return { score, divergence };
  };
}

function scores(m: MixtureParameters, both: Both): Score {
  const where = "GaussianMixture.score";
  if (isSmall(m)) return (x, sigma) => both(x, sigma, undefined, where).score;
  return onePass(where, m, "score");
}

function denoisers(m: MixtureParameters, both: Both): Score {
  const where = "GaussianMixture.denoiser";
  if (isSmall(m)) return (x, sigma) => addScaled(x, sigma * sigma, both(x, sigma, undefined, where).score);
  return onePass(where, m, "denoiser");
}

function onePass(where: string, m: MixtureParameters, what: "score" | "denoiser"): Score {
  return (x, sigma) => {
    requireRegularAt(where, m, x, sigma);
    return mixInOnePass(m, x, sigma, what);
  };
}

function requireRegularAt(where: string, { components }: MixtureParameters, x: Matrix, sigma: number): void {
  for (const g of components) requireRegular(where, "density", g, sigma);
  requirePoints(where, "x", x, components[0].mean.length);
}

/** x = μ_k + (Σ_k + σ²I)^½ z with component k by its weight. */
function samples(m: MixtureParameters, source: Source, n: number, sigma: number): Matrix {
  requireDraws("GaussianMixture.sample", n, sigma);
  const d = m.components[0].mean.length;
  const component = choice(source.split(), n, m.weights);
  const z = normal(source, n, d);
  m.components.forEach((g, k) => {
    const members = Uint32Array.from({ length: n }, (_, i) => i).filter((i) => component[i] === k);
    const root = spectrum(g, (lambda) => Math.sqrt(lambda + sigma ** 2));
    const spread = applySpectral(
      "GaussianMixture.sample",
      { ...g, mean: new Float64Array(d) },
      root,
      takeRows(z, members),
    );
    members.forEach((i, at) => row(z, i).forEach((_, j, point) => (point[j] = g.mean[j] + spread.values[at * d + j])));
  });
  return z;
}
