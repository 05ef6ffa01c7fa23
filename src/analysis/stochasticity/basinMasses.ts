import type { DivergenceCurve } from "./divergence.js";
import { massKL } from "./movingGrid.js";

/** The masses of samples and of data between the minima of the data's density. */
export interface BasinMasses {
  readonly gamma: number;
  /** of the samples, from the left */
  readonly samples: readonly number[];
  /** of the data */
  readonly data: readonly number[];
  /** the divergence of these masses alone, in nats: at most that of the densities */
  readonly kl: number;
}

/**
 * Sums the density at the end of a divergence curve between the minima of that of the data, each of which is taken to
 * the edge above it: how much of each component there is, whatever its shape.
 */
export function basinMasses({ gamma, end: { edges, masses, data } }: DivergenceCurve): BasinMasses {
  const density = (j: number) => data[j] / (edges[j] - edges[j - 1]);
  const basins: { samples: number; data: number }[] = [{ samples: 0, data: 0 }];
  masses.forEach((mass, j) => {
    const basin = basins[basins.length - 1];
    basin.samples += mass;
    basin.data += data[j];
    // The outer cells have no width, so that the first density is that of cell 1.
    const inside = j > 1 && j < masses.length - 2;
    if (inside && density(j) < density(j - 1) && density(j) < density(j + 1)) basins.push({ samples: 0, data: 0 });
  });
  const [samples, own] = [basins.map((basin) => basin.samples), basins.map((basin) => basin.data)];
  return { gamma, samples, data: own, kl: massKL(samples, own) };
}

/** A row of basinRows. */
export type BasinRow = Readonly<Record<string, string | number>>;

/**
 * Returns the masses of the data between the minima of its density and those of the samples of each curve, with the
 * divergence of these masses and that of the densities, for a table.
 */
export function basinRows(curves: readonly DivergenceCurve[]): BasinRow[] {
  const fields = (masses: readonly number[]) =>
    Object.fromEntries(masses.map((mass, k) => [`component ${k + 1}`, mass] as const));
  const basins = curves.map(basinMasses);
  return [
    ...basins.slice(0, 1).map(({ data }) => ({ "masses of": "the data", ...fields(data) })),
    ...basins.map(({ gamma, samples, kl }, i) => ({
      "masses of": `samples, γ = ${gamma}`,
      ...fields(samples),
      "KL of these": kl,
      KL: curves[i].kl[curves[i].kl.length - 1],
    })),
  ];
}
