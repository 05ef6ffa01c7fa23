import { takeRows, type Matrix } from "../../math/matrix.js";
import { fillNormal, normal, permutation, randomSource, type Source } from "../../math/random.js";
import { NO_LABEL } from "./network.js";

/** The settings of a training that decide what its steps draw. */
export interface DrawSettings {
  /** mean and standard deviation of ln σ, P_mean and P_std of Karras et al. (arXiv 2206.00364) */
  readonly pMean: number;
  readonly pStd: number;
  /** points a step */
  readonly batch: number;
  readonly seed: number;
  /**
   * P, a finite number of draws of (x_0, σ, z), the same in every epoch, with each data point in as many of them; new
   * ones in every step without it
   */
  readonly draws?: number;
  /**
   * seed of σ and z of the finite number of draws; `seed` without it. Networks that differ in it alone share their
   * initialization and the order of the data.
   */
  readonly drawSeed?: number;
  /** share of the points that a network with classes is shown without their labels, for classifier-free guidance */
  readonly labelDropout?: number;
}

/** Noised data points, or what makes them. */
export interface Draws {
  /** the points taken, shape [n] */
  readonly rows: Int32Array;
  /** shape [n] */
  readonly sigmas: Float64Array;
  /** z, shape [n, d], or two integers that seed it */
  readonly noise: Matrix | Int32Array;
  /** what the network is shown of the points' labels, NO_LABEL for those left out, shape [n]; none without classes */
  readonly labels?: Int32Array;
  /** their places among a finite number of draws, shape [n] */
  readonly places?: Uint32Array;
}

/** What the steps of a training draw. */
export interface Drawing {
  /** of a step's number */
  at(step: number): Draws;
  /** all of them, in their places, where they are finite in number */
  readonly all?: Draws & { readonly noise: Matrix };
}

/**
 * Returns what each step draws of N data points of d dimensions and of their labels, if they have any: it depends on the
 * settings and the step alone.
 */
export function drawing(settings: DrawSettings, rows: number, dimension: number, labels?: ArrayLike<number>): Drawing {
  const { draws, labelDropout = 0 } = settings;
  const show: Show = (of, source) => labels && of.map((n) => (source.uniform() < labelDropout ? NO_LABEL : labels[n]));
  return draws === undefined ? fresh(settings, rows, show) : fixed({ ...settings, draws }, rows, dimension, show);
}

/** What a network is shown of the labels of some points. */
type Show = (rows: Int32Array, source: Source) => Int32Array | undefined;

function fresh({ pMean, pStd, batch, seed }: DrawSettings, N: number, show: Show): Drawing {
  return {
    at(step) {
      const source = randomSource(seed, step + 1); // stream 0 made the parameters
      const rows = Int32Array.from({ length: batch }, () => source.integer(N));
      const logs = new Float64Array(batch);
      fillNormal(source, logs);
      return {
        rows,
        sigmas: logs.map((z) => Math.exp(pMean + pStd * z)),
        noise: Int32Array.of(source.integer(2 ** 31), source.integer(2 ** 31)),
        labels: show(rows, source),
      };
    },
  };
}

/** Every epoch goes through all draws in another order; draw i is of data point i mod N. */
function fixed(
  { pMean, pStd, batch, seed, draws, drawSeed = seed }: DrawSettings & { readonly draws: number },
  N: number,
  d: number,
  show: Show,
): Drawing {
  const source = randomSource(drawSeed, -1); // of the seed itself, 0 made the parameters and e + 1 orders epoch e
  const logs = new Float64Array(draws);
  fillNormal(source, logs);
  const rows = Int32Array.from(logs, (_, i) => i % N);
  const all = {
    rows,
    sigmas: logs.map((z) => Math.exp(pMean + pStd * z)),
    noise: normal(source, draws, d),
    labels: show(rows, source),
  };
  let order: { readonly epoch: number; readonly places: Uint32Array } | undefined;
  const placeAt = (position: number) => {
    const epoch = Math.floor(position / draws);
    if (order?.epoch !== epoch) order = { epoch, places: permutation(randomSource(seed, epoch + 1), draws) };
    return order.places[position % draws];
  };
  return {
    all,
    at(step) {
      const places = Uint32Array.from({ length: batch }, (_, i) => placeAt(step * batch + i));
      return {
        places,
        rows: Int32Array.from(places, (i) => all.rows[i]),
        sigmas: Float64Array.from(places, (i) => all.sigmas[i]),
        noise: takeRows(all.noise, places),
        labels: all.labels && Int32Array.from(places, (i) => all.labels![i]),
      };
    },
  };
}
