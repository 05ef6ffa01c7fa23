import { decode, type CodeOptions, type Encodable } from "../../diffusion/encoding.js";
import type { Matrix } from "../../math/matrix.js";
import { codesOfLength, judgementRow, type Judgement, type JudgementRow } from "./realism.js";

/** Codes of one length, what they decode to, and what a judge says of it. */
export interface DecodedLength extends JudgementRow {
  /** over √d, the typical one */
  readonly length: number;
  /** shape [n, d] */
  readonly points: Matrix;
  readonly judgement: Judgement;
}

/**
 * Decodes codes z, shape [n, d], each at several lengths times √d.
 *
 * @throws RangeError as codesOfLength and decode do
 */
export function decodedLengths(
  field: Encodable,
  z: Matrix,
  lengths: readonly number[],
  judge: (points: Matrix) => Judgement,
  options: CodeOptions = {},
): DecodedLength[] {
  return lengths.map((length) => {
    const { points } = decode(field, codesOfLength(z, length), options);
    const judgement = judge(points);
    return { length, points, judgement, ...judgementRow(judgement) };
  });
}
