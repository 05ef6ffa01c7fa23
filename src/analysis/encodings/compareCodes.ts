import type { ScatterPanel } from "../independence/scatter.js";
import { encode, type CodeOptions, type Encodable } from "../../diffusion/encoding.js";
import { estimateMean, smallest, type Estimate } from "../../math/estimate.js";
import { column, squaredErrors, type Matrix } from "../../math/matrix.js";
import { correlation } from "../independence/correlation.js";

/** Agreement of the codes of two fields for the same points. */
export interface CodeComparison {
  readonly fields: string;
  /** of one coordinate with the same of the other, the mean over coordinates */
  readonly correlation: number;
  /** that of the coordinate where it is lowest */
  readonly lowest: Estimate;
  /** mean square difference of a coordinate; that of independent codes is 2 */
  readonly difference: Estimate;
}

/**
 * Compares the codes of points x, shape [n, d], by the first of several fields with those by each other. Scores of one
 * density have one code, and so have networks that learned it; fields that add to the score what no density sees have
 * others.
 *
 * @throws RangeError if there are fewer than two fields, or as encode does
 */
export function compareCodes(
  fields: Readonly<Record<string, Encodable>>,
  x: Matrix,
  options: CodeOptions = {},
): CodeComparison[] {
  const codes = Object.entries(fields).map(([name, field]) => ({ name, z: encode(field, x, options).points }));
  if (codes.length < 2) throw new RangeError(`compareCodes: ${codes.length} fields, expected two or more`);
  const [first, ...others] = codes;
  return others.map(({ name, z }) => {
    const all = Array.from({ length: x.cols }, (_, j) => correlation(column(first.z, j), column(z, j)));
    return {
      fields: `${first.name}, ${name}`,
      correlation: all.reduce((sum, { value }) => sum + value, 0) / all.length,
      lowest: smallest(all),
      difference: estimateMean(squaredErrors(first.z, z)),
    };
  });
}

/**
 * Returns the first coordinate of the codes of points x, shape [n, d], by each field over that by the first, to four
 * digits, and the line where both have one code.
 *
 * @throws RangeError as encode does
 */
export function codePanels(
  fields: Readonly<Record<string, Encodable>>,
  x: Matrix,
  options: CodeOptions = {},
): ScatterPanel[] {
  const codes = Object.entries(fields).map(([title, field]) => ({
    title,
    values: [...column(encode(field, x, options).points, 0)].map((value) => Number(value.toPrecision(4))),
  }));
  const ends = [Math.min(...codes[0].values), Math.max(...codes[0].values)];
  return codes.slice(1).map(({ title, values }) => ({
    title,
    series: [
      { name: "one code", x: ends, y: ends, mode: "lines", faint: true },
      { name: "a point", x: codes[0].values, y: values, mode: "markers", size: 3 },
    ],
  }));
}
