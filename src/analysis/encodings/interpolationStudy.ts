import { decode, encode, type CodeOptions, type Encodable } from "../../diffusion/encoding.js";
import { lerp, slerp } from "../../diffusion/interpolate.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { addToRows, concatRows, squaredLengths, type Matrix } from "../../math/matrix.js";
import { rowRange } from "../../math/rowBlocks.js";
import { columnMeans } from "../../math/stats.js";
import { judgementRow, type Judgement, type JudgementRow } from "./realism.js";

/** Points between pairs of points, by one way at one place. */
export interface Between {
  readonly way: "pixels" | "lerp" | "slerp";
  /** from 0 to 1 */
  readonly place: number;
  /** mean square of the codes between over that of the codes of the ends; the pixels' average has none */
  readonly codeVariance?: Estimate;
  /** what they decode to, shape [n, d] */
  readonly points: Matrix;
  /** total variance of these over that of the two ends */
  readonly spread: Estimate;
}

/**
 * Interpolates between the rows of a and those of b, both of shape [n, d], at each place in three ways: the average of
 * the points themselves, and what the straight and the spherical average of their codes decodes to.
 *
 * @throws RangeError as encode and slerp do
 */
export function interpolationStudy(
  field: Encodable,
  a: Matrix,
  b: Matrix,
  places: readonly number[],
  options: CodeOptions = {},
): Between[] {
  const [from, to] = [a, b].map((x) => encode(field, x, options).points);
  const ends = (totalVariance(a).value + totalVariance(b).value) / 2;
  const [ofFrom, ofTo] = [from, to].map((z) => meanSquare(z, 1).value);
  const spreadOf = (points: Matrix) => {
    const { value, standardError, count } = totalVariance(points);
    return { value: value / ends, standardError: standardError / ends, count };
  };
  const decoded = Object.entries({ lerp, slerp }).map(([way, between]) => {
    const codes = places.map((place) => between(from, to, place));
    const { points } = decode(field, concatRows(codes), options);
    return codes.map((z, i) => {
      const own = rowRange(points, i * a.rows, (i + 1) * a.rows);
      const codeVariance = meanSquare(z, (ofFrom + ofTo) / 2);
      return { way: way as "lerp" | "slerp", place: places[i], codeVariance, points: own, spread: spreadOf(own) };
    });
  });
  return places.flatMap((place, i) => {
    const points = lerp(a, b, place);
    return [{ way: "pixels", place, points, spread: spreadOf(points) } as const, ...decoded.map((way) => way[i])];
  });
}

/** Points between two, judged. */
export interface JudgedBetween extends JudgementRow {
  readonly way: string;
  readonly codeVariance?: Estimate;
  readonly spread?: Estimate;
  /** share whose likeliest class is that of one of the two ends */
  readonly ofAnEnd: Estimate;
  /** share that is so and realistic, and 1 or 0 of each pair */
  readonly both: Estimate;
  readonly each: Float64Array;
}

/**
 * Judges the points between the rows of a and of b, and others at random as a control.
 *
 * @throws RangeError as the judge does
 */
export function judgeBetween(
  between: readonly Between[],
  [a, b]: readonly [Matrix, Matrix],
  atRandom: Matrix,
  judge: (points: Matrix) => Judgement,
): JudgedBetween[] {
  const [ofA, ofB] = [a, b].map((ends) => judge(ends).label);
  const control = { way: "(codes at random)", points: atRandom, codeVariance: undefined, spread: undefined };
  return [...between, control].map(({ way, points, codeVariance, spread }) => {
    const judgement = judge(points);
    const ofAnEnd = Array.from(judgement.label, (label, n) => (label === ofA[n] || label === ofB[n] ? 1 : 0));
    const each = Float64Array.from(ofAnEnd, (one, n) => one * judgement.realistic[n]);
    return {
      way,
      codeVariance,
      spread,
      ...judgementRow(judgement),
      ofAnEnd: estimateMean(ofAnEnd),
      both: estimateMean(each),
      each,
    };
  });
}

/** Returns the points between pair n by each way as a set, one row for each place. */
export function stripsOfPair(
  between: readonly Between[],
  n: number,
): { readonly way: string; readonly points: Matrix }[] {
  return (["pixels", "lerp", "slerp"] as const).map((way) => ({
    way,
    points: concatRows(between.filter((one) => one.way === way).map(({ points }) => rowRange(points, n, n + 1))),
  }));
}

/** Returns tr Cov of points, its standard error over them. */
function totalVariance(points: Matrix): Estimate {
  const squares = squaredLengths(addToRows(points, columnMeans(points), -1));
  return estimateMean(squares.map((square) => (square * points.rows) / (points.rows - 1)));
}

/** Returns the mean square of a coordinate over a unit, its standard error over the points. */
function meanSquare(z: Matrix, unit: number): Estimate {
  return estimateMean(squaredLengths(z).map((square) => square / (z.cols * unit)));
}
