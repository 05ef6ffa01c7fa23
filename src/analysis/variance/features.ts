import { matrix, type Matrix } from "../../math/matrix.js";
import { multiplyReference } from "../../math/multiply.js";
import { fillNormal, randomSource } from "../../math/random.js";

/** Features of one coordinate, by plain data. */
export type AxisFeatures =
  /**
   * normal densities about `count` equidistant centres from low to high, their width in units of the spacing; 0 where
   * they are below 10⁻¹⁸ of their height
   */
  | {
      readonly kind: "gaussian";
      readonly count: number;
      readonly low: number;
      readonly high: number;
      readonly width?: number;
    }
  /** 1, then cos(2π n z / period), then sin, from the lowest n up; one cosine more than sines where count is even */
  | { readonly kind: "fourier"; readonly count: number; readonly period: number };

/** Products of the features of each coordinate of x and, if it is there, of time. */
export interface ProductFeatures {
  readonly space: readonly AxisFeatures[];
  readonly time?: AxisFeatures;
}

/** exp(-‖x - c‖² / 2w²) about given centres, shape [F, d], at every time the same. */
export interface RadialFeatures {
  readonly centres: Matrix;
  readonly width: number;
}

/**
 * The tangent features ∂f/∂θ at initialisation of a perceptron f(x, t) = Σ_h a_h tanh(w_h · (x, t, 1)) / √hidden, a_h
 * and w_h from N(0, 1): what it is linear in while training moves it little (lazy training).
 */
export interface TangentFeatures {
  readonly hidden: number;
  readonly dimension: number;
  readonly seed: number;
}

/** A description of features in plain data, which worker threads can be given. */
export type FeatureSpec = ProductFeatures | RadialFeatures | TangentFeatures;

/** A family of F features φ(x_t, t) of points in d dimensions and time. One's own is such a record too. */
export interface FeatureFamily {
  /** F */
  readonly count: number;
  /** d */
  readonly dimension: number;
  /** φ of every row of x, each at its own time, shape [n, F] */
  readonly evaluate: (x: Matrix, t: ArrayLike<number>) => Matrix;
  /**
   * the factors of φ = χ(x) ⊗ τ(t), time the faster index, where there are such: at one time χ alone is needed, shape
   * [n, F / length of τ]
   */
  readonly factors?: { readonly space: (x: Matrix) => Matrix; readonly time: (t: number) => Float64Array };
  /** φ φᵀ between all rows, shape [n, n], where that is had for less than from φ itself */
  readonly kernel?: (x: Matrix, t: ArrayLike<number>) => Matrix;
}

/**
 * Products of `count` Gaussians along each of d coordinates between ±1.5, half a spacing wide, and as many along t: the
 * features of Vastola's Figs. 2 (16 each on the line) and 3 (10 each in the plane).
 */
export function gaussianProducts(
  d: number,
  count: number,
  [from, to]: readonly [number, number],
  timeCount = count,
): ProductFeatures {
  return {
    space: Array.from({ length: d }, () => ({ kind: "gaussian", count, low: -1.5, high: 1.5 })),
    time: { kind: "gaussian", count: timeCount, low: from, high: to },
  };
}

/** Products of the `count` lowest Fourier features of period 3 along each coordinate, and of t (Fig. 3 there). */
export function fourierProducts(d: number, count: number, [from, to]: readonly [number, number]): ProductFeatures {
  return {
    space: Array.from({ length: d }, () => ({ kind: "fourier", count, period: 3 })),
    time: { kind: "fourier", count, period: to - from },
  };
}

/**
 * Returns the family of a description; a family as it is.
 *
 * @throws RangeError if a count, a width or the dimension is not positive; its functions, if x has not d columns, or
 *   there is not one time for each row
 */
export function featureFamily(spec: FeatureSpec | FeatureFamily): FeatureFamily {
  if ("evaluate" in spec) return spec;
  const family = "space" in spec ? products(spec) : "centres" in spec ? radialFamily(spec) : tangent(spec);
  return {
    ...family,
    evaluate(x, t) {
      if (t.length !== x.rows)
        throw new RangeError(`featureFamily: ${t.length} times for ${x.rows} rows of x, expected one each`);
      return family.evaluate(x, t);
    },
  };
}

/** Widths from its centre beyond which a Gaussian feature is 0. */
const FAR = 9.1;

function products({ space, time }: ProductFeatures): FeatureFamily {
  requireCount("the number of coordinates", space.length);
  const axes = space.map(axis);
  const clock = time ? axis(time) : { count: 1, evaluate: (values: ArrayLike<number>) => ones(values.length) };
  const factors = {
    space: (x: Matrix) => {
      requireDimension(x, axes.length);
      return axes.map(({ evaluate }, j) => evaluate(strided(x, j))).reduce(outer);
    },
    time: (t: number) => clock.evaluate([t]).values,
  };
  return {
    count: axes.reduce((product, { count }) => product * count, clock.count),
    dimension: axes.length,
    evaluate: (x, t) => outer(factors.space(x), clock.evaluate(t)),
    factors,
    kernel: (x, t) => {
      requireDimension(x, axes.length);
      const along = [clock.evaluate(t), ...axes.map(({ evaluate }, j) => evaluate(strided(x, j)))];
      return along
        .map((phi) => multiplyReference(phi, phi, { transposeB: true }))
        .reduce((a, b) => ({ ...a, values: a.values.map((value, i) => value * b.values[i]) }));
    },
  };
}

function radialFamily(spec: RadialFeatures): FeatureFamily {
  const { rows, cols } = spec.centres;
  requireCount("the number of centres", rows);
  const space = radial(spec);
  return { count: rows, dimension: cols, evaluate: space, factors: { space, time: () => Float64Array.of(1) } };
}

function radial({ centres, width }: RadialFeatures): (x: Matrix) => Matrix {
  requireWidth("width", width);
  return (x) => {
    requireDimension(x, centres.cols);
    const all = matrix(x.rows, centres.rows);
    for (let n = 0, at = 0; n < x.rows; n++)
      for (let k = 0; k < centres.rows; k++, at++) {
        let square = 0;
        for (let j = 0; j < x.cols; j++) square += (x.values[n * x.cols + j] - centres.values[k * x.cols + j]) ** 2;
        all.values[at] = Math.exp(-square / (2 * width ** 2));
      }
    return all;
  };
}

function tangent({ hidden, dimension, seed }: TangentFeatures): FeatureFamily {
  requireCount("hidden", hidden);
  requireCount("the dimension", dimension);
  const inputs = dimension + 2; // x, t, 1
  const draws = new Float64Array(hidden * (inputs + 1));
  fillNormal(randomSource(seed), draws);
  const [a, w] = [draws.subarray(0, hidden), draws.subarray(hidden)];
  const count = hidden * (inputs + 1);
  return {
    count,
    dimension,
    evaluate(x, t) {
      requireDimension(x, dimension);
      const all = matrix(x.rows, count);
      const input = new Float64Array(inputs).fill(1);
      for (let n = 0, at = 0; n < x.rows; n++) {
        for (let j = 0; j < dimension; j++) input[j] = x.values[n * dimension + j];
        input[dimension] = t[n];
        for (let h = 0; h < hidden; h++) {
          let sum = 0;
          for (let i = 0; i < inputs; i++) sum += w[h * inputs + i] * input[i];
          const y = Math.tanh(sum);
          all.values[at++] = y / Math.sqrt(hidden);
          for (let i = 0; i < inputs; i++) all.values[at++] = (a[h] * (1 - y * y) * input[i]) / Math.sqrt(hidden);
        }
      }
      return all;
    },
  };
}

function axis(spec: AxisFeatures): { count: number; evaluate: (values: ArrayLike<number>) => Matrix } {
  const { count } = spec;
  requireCount("a count", count);
  if (spec.kind === "fourier") {
    requireWidth("period", spec.period);
    const cosines = Math.floor(count / 2);
    return {
      count,
      evaluate: (values) =>
        filled(values, count, (z, k) => {
          if (k === 0) return 1;
          const phase = (2 * Math.PI * z) / spec.period;
          return k <= cosines ? Math.cos(k * phase) : Math.sin((k - cosines) * phase);
        }),
    };
  }
  const { low, high, width = 0.5 } = spec;
  const spacing = (high - low) / (count - 1);
  requireWidth("width × spacing", width * spacing);
  const height = 1 / (Math.sqrt(2 * Math.PI) * width * spacing);
  return {
    count,
    evaluate(values) {
      const all = matrix(values.length, count);
      for (let n = 0; n < values.length; n++) {
        const place = (values[n] - low) / spacing;
        if (Number.isNaN(place)) all.values.fill(NaN, n * count, (n + 1) * count);
        const first = Math.max(0, Math.ceil(place - FAR * width));
        const last = Math.min(count - 1, Math.floor(place + FAR * width));
        for (let k = first; k <= last; k++) {
          const distance = (place - k) / width;
          all.values[n * count + k] = height * Math.exp(-0.5 * distance * distance);
        }
      }
      return all;
    },
  };
}

function filled(values: ArrayLike<number>, count: number, f: (z: number, k: number) => number): Matrix {
  const all = matrix(values.length, count);
  for (let n = 0, at = 0; n < values.length; n++)
    for (let k = 0; k < count; k++, at++) all.values[at] = f(values[n], k);
  return all;
}

/** The products of every feature of a with every one of b, row by row. */
function outer(a: Matrix, b: Matrix): Matrix {
  const all = matrix(a.rows, a.cols * b.cols);
  for (let n = 0, at = 0; n < a.rows; n++)
    for (let i = 0; i < a.cols; i++) {
      const one = a.values[n * a.cols + i];
      for (let j = 0; j < b.cols; j++, at++) all.values[at] = one * b.values[n * b.cols + j];
    }
  return all;
}

function strided({ rows, cols, values }: Matrix, j: number): Float64Array {
  if (cols === 1) return values;
  const column = new Float64Array(rows);
  for (let n = 0; n < rows; n++) column[n] = values[n * cols + j];
  return column;
}

const ones = (rows: number): Matrix => matrix(rows, 1, new Float64Array(rows).fill(1));

function requireDimension(x: Matrix, d: number): void {
  if (x.cols !== d) throw new RangeError(`featureFamily: x has ${x.cols} columns, expected ${d} as the features have`);
}

function requireCount(name: string, count: number): void {
  if (!(Number.isSafeInteger(count) && count > 0))
    throw new RangeError(`featureFamily: ${name} is ${count}, expected a positive integer`);
}

function requireWidth(name: string, value: number): void {
  if (!(value > 0 && value < Infinity))
    throw new RangeError(
      `featureFamily: ${name} is ${value}, expected a positive number; Gaussians need two centres and low below high`,
    );
}
