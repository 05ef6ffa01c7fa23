/** Numbers as one base64 string, which plotly.js (from 2.28 on) reads as a typed array. */
export interface PackedArray {
  /** u1: integers from 0 to 255; f4: seven digits, null as NaN */
  readonly dtype: "u1" | "f4";
  readonly bdata: string;
  /** rows and columns of a table, as in `"3, 4"` */
  readonly shape?: string;
}

/**
 * Returns integers from 0 to 255 as a table of rows that a heat map takes: 1.3 bytes a number, where the lines of a
 * stored notebook take fifteen.
 *
 * @throws RangeError if a number is no integer from 0 to 255, or they are not rows · cols
 */
export function packedBytes(values: ArrayLike<number>, rows: number, cols: number): PackedArray {
  if (values.length !== rows * cols)
    throw new RangeError(`packedBytes: ${values.length} values, expected ${rows} × ${cols} = ${rows * cols}`);
  const bytes = Uint8Array.from(values);
  const wrong = bytes.findIndex((byte, i) => byte !== values[i]);
  if (wrong >= 0) throw new RangeError(`packedBytes: value ${wrong} is ${values[wrong]}, expected 0, 1 … 255`);
  return { dtype: "u1", bdata: base64(bytes), shape: `${rows}, ${cols}` };
}

/** Arrays shorter than this are short as they are. */
const LEAST = 32;

/**
 * Returns the coordinates x, y and z of a trace as float32, if they are long and numbers that float32 can tell apart;
 * gaps stay gaps. What is no coordinate stays as it is.
 */
export function packedTrace(trace: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const packed = { ...trace };
  for (const key of ["x", "y", "z"]) {
    const rows = trace[key];
    if (!Array.isArray(rows)) continue;
    const cols = Array.isArray(rows[0]) ? rows[0].length : undefined;
    const values: unknown[] = cols === undefined ? rows : rows.flat();
    if (values.length < LEAST || values.length !== rows.length * (cols ?? 1)) continue;
    if (!values.every((value) => value === null || typeof value === "number")) continue;
    const floats = Float32Array.from(values, (value) => value ?? NaN);
    if (!faithful(values, floats)) continue;
    packed[key] = {
      dtype: "f4",
      bdata: base64(new Uint8Array(floats.buffer)),
      ...(cols !== undefined && { shape: `${rows.length}, ${cols}` }),
    } satisfies PackedArray;
  }
  return packed;
}

/** Whether no number is lost at either end of float32, and all are had to a ten-thousandth of what they cover. */
function faithful(values: readonly (number | null)[], floats: Float32Array): boolean {
  let [low, high, error] = [Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || !Number.isFinite(value)) continue;
    if (value !== 0 && !(Math.abs(floats[i]) >= LEAST_NORMAL && Math.abs(floats[i]) < Infinity)) return false;
    [low, high, error] = [Math.min(low, value), Math.max(high, value), Math.max(error, Math.abs(floats[i] - value))];
  }
  return !(low < high) || error <= 1e-4 * (high - low);
}

/** The least float32 of all its digits. */
const LEAST_NORMAL = 2 ** -126;

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
