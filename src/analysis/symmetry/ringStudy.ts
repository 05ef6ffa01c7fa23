import { matrixFromRows, row } from "../../math/matrix.js";
import { inner, product } from "../../math/taylor.js";
import { onsagerMachlup, type Lagrangian } from "./lagrangian.js";
import { clockTimes, logClock } from "./clock.js";
import { mostLikelyPath, type MostLikelyPath } from "./mostLikelyPath.js";
import { noetherCharge } from "./noether.js";
import { rotation } from "./transformation.js";
import { action, type Path, type Rule } from "./action.js";
import {
  forwardDiffusion,
  mixtureData,
  noisyFlow,
  reverseDiffusion,
  ringData,
  type ScoredData,
} from "./reverseDiffusion.js";

/** The Lagrangians by which paths of a variance-exploding diffusion are compared. */
export interface DiffusionLagrangians {
  /** |x′|² / 4σ + σ |s|², that of Vastola's notebook */
  readonly published: Lagrangian;
  /** |x′ + 2σ s|² / 4σ, the reverse equation with small noise */
  readonly "small noise": Lagrangian;
  /** the same with the divergence, minus the logarithm of a tube's probability */
  readonly "Onsager–Machlup": Lagrangian;
  /** |x′ + σ s|² / 4σ, the probability flow with small noise */
  readonly "noisy flow": Lagrangian;
}

/** Returns the four Lagrangians of a data distribution. */
export function diffusionLagrangians(data: ScoredData): DiffusionLagrangians {
  return {
    published: onsagerMachlup(forwardDiffusion(data.dimension), {
      potential: (x, t) => {
        const s = data.score(x, t);
        return product(t, inner(s, s));
      },
    }),
    "small noise": onsagerMachlup(reverseDiffusion(data)),
    "Onsager–Machlup": onsagerMachlup(reverseDiffusion(data), { divergence: true }),
    "noisy flow": onsagerMachlup(noisyFlow(data)),
  };
}

/** Settings of ringStudy: those of Vastola, arXiv 2504.09761, Fig. 2, except N and the rule. */
export interface RingOptions {
  readonly radius?: number;
  readonly width?: number;
  /** the noise levels of the ends; 10^-0.4 and 10^1.5 */
  readonly low?: number;
  readonly high?: number;
  readonly N?: number;
  readonly rule?: Rule;
}

/** The most likely path to one place of the ring by one Lagrangian, from (0, 2R) at much noise. */
export interface RingPath {
  readonly angle: number;
  readonly lagrangian: keyof DiffusionLagrangians;
  readonly S: number;
  /** the mean of the angular momentum, positive where the motion in σ is anticlockwise */
  readonly L: number;
  /** its spread along the path by the discrete action, relative to the largest |x| |p|: round-off where conserved */
  readonly spread: number;
  readonly path: MostLikelyPath;
}

/** Finds the most likely paths from (0, 2R) at much noise to the ring at little noise, one for each angle. */
export function ringStudy(
  angles: readonly number[],
  { radius = 5, width = 0.55, low = 10 ** -0.4, high = 10 ** 1.5, N = 200, rule = "midpoint" }: RingOptions = {},
): RingPath[] {
  const lagrangians = Object.entries(diffusionLagrangians(ringData(radius, width))) as [
    keyof DiffusionLagrangians,
    Lagrangian,
  ][];
  const far = [0, 2 * radius];
  return angles.flatMap((angle) => {
    const near = [radius * Math.cos(angle), radius * Math.sin(angle)];
    return lagrangians.map(([name, lagrangian]) => {
      const { reverse } = lagrangian;
      const times = reverse ? clockTimes(high, low, N, logClock) : clockTimes(low, high, N, logClock);
      const ends = reverse ? { from: far, to: near } : { from: near, to: far };
      const path = mostLikelyPath({ lagrangian, times, ...ends, rule });
      const charge = noetherCharge(lagrangian, rotation(), path, { discrete: true, rule });
      const size = largestProduct(lagrangian, path, rule);
      return {
        angle,
        lagrangian: name,
        S: path.action,
        L: (reverse ? -1 : 1) * charge.mean,
        spread: charge.spread / size,
        path,
      };
    });
  });
}

/** The largest |x| |p| along a path, p the discrete momentum: the angular momentum that it could have. */
function largestProduct(lagrangian: Lagrangian, path: Path, rule: Rule): number {
  const { after } = action(lagrangian, path, rule).momenta;
  let most = 0;
  for (let k = 0; k < after.rows; k++)
    most = Math.max(most, Math.hypot(...row(path.points, k + 1)) * Math.hypot(...row(after, k)));
  return most;
}

/** A row of a table of ring paths. */
export interface RingRow {
  /** in degrees */
  readonly angle: number;
  readonly lagrangian: string;
  /** the action that the paper's notebook ended at, and the least one of its rule and times; of its Lagrangian */
  readonly "S, paper"?: number;
  readonly "S, its rule converged"?: number;
  readonly S: number;
  readonly L: number;
  readonly "spread of L": number;
}

/** Joins a study with the same one by the paper's rule, and with the actions of its notebook, one for each angle. */
export function ringRows(
  study: readonly RingPath[],
  byRule: readonly RingPath[],
  published: readonly number[],
): RingRow[] {
  const angles = [...new Set(study.map(({ angle }) => angle))];
  return study.map(({ angle, lagrangian, S, L, spread }, i) => ({
    angle: Math.round((angle * 180) / Math.PI),
    lagrangian,
    ...(lagrangian === "published" && {
      "S, paper": published[angles.indexOf(angle)],
      "S, its rule converged": byRule[i].S,
    }),
    S,
    L,
    "spread of L": spread,
  }));
}

/**
 * Measures the angular momentum where the ring is broken into clusters: its spread along the path of the reverse
 * equation with small noise to one place of it, relative to the largest |x| |p| as in ringStudy.
 */
export function brokenRingSpread(angle: number, { clusters = 5, radius = 5, width = 0.55, N = 200 } = {}): number {
  const places = Array.from({ length: clusters }, (_, k) => (2 * Math.PI * k) / clusters);
  const points = matrixFromRows(places.map((at) => [radius * Math.cos(at), radius * Math.sin(at)]));
  const lagrangian = onsagerMachlup(reverseDiffusion(mixtureData(points, width)));
  const times = clockTimes(10 ** 1.5, 10 ** -0.4, N, logClock);
  const to = [radius * Math.cos(angle), radius * Math.sin(angle)];
  const path = mostLikelyPath({ lagrangian, times, from: [0, 2 * radius], to });
  const { spread } = noetherCharge(lagrangian, rotation(), path, { discrete: true, tolerance: Infinity });
  return spread / largestProduct(lagrangian, path, "midpoint");
}
