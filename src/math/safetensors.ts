import { readFileSync } from "node:fs";
import { writeFileAtomic } from "../files/atomicFile.js";

/** Named vectors and texts in one file of the format safetensors, which other tools read too. */
export interface TensorFile {
  readonly tensors: Readonly<Record<string, Float32Array>>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * Writes the file whole or not at all, vectors as float32 or rounded to float16: the length of the header as 8 bytes,
 * the header in JSON, the numbers, little-endian.
 *
 * @throws RangeError if a number is too large for float16
 * @throws Error of node:fs if the folder cannot be written
 */
export function writeTensors(path: string, { tensors, metadata }: TensorFile, { half = false } = {}): void {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [name, values] of Object.entries(tensors)) {
    const numbers = half ? toHalf(name, values) : values;
    parts.push(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
    header[name] = {
      dtype: half ? "F16" : "F32",
      shape: [values.length],
      data_offsets: [at, (at += numbers.byteLength)],
    } satisfies Entry;
  }
  let text = Buffer.from(JSON.stringify(header));
  text = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileAtomic(path, Buffer.concat([length, text, ...parts]));
}

/**
 * Reads a file of float32 or float16 vectors.
 *
 * @throws Error of node:fs if the file cannot be read
 * @throws RangeError if it is no safetensors file, is cut off, or holds numbers of another type
 */
export function readTensors(path: string): TensorFile {
  const file = readFileSync(path);
  const start = file.length < 8 ? Infinity : 8 + Number(file.readBigUInt64LE());
  if (!(start <= file.length))
    throw new RangeError(
      `readTensors: ${path} is not a safetensors file, or is cut off (${file.length} bytes); make it again`,
    );
  const { __metadata__: metadata = {}, ...entries } = headerOf(file.toString("utf8", 8, start), path);
  const tensors: Record<string, Float32Array> = {};
  for (const [
    name,
    {
      dtype,
      data_offsets: [from, to],
    },
  ] of Object.entries(entries)) {
    if (start + to > file.length)
      throw new RangeError(
        `readTensors: ${path} is cut off at ${file.length} bytes, expected ${start + to}; make it again`,
      );
    if (dtype !== "F16" && dtype !== "F32")
      throw new RangeError(`readTensors: ${name} in ${path} is of type ${dtype}, expected F16 or F32`);
    const bytes = file.buffer.slice(file.byteOffset + start + from, file.byteOffset + start + to);
    tensors[name] = dtype === "F32" ? new Float32Array(bytes) : fromHalves(new Uint16Array(bytes));
  }
  return { tensors, metadata };
}

/** Reads the header of a file of tensors. */
function headerOf(text: string, path: string): { __metadata__?: Record<string, string> } & Record<string, Entry> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    // told below
  }
  const isEntry = ([name, entry]: [string, Partial<Entry> | null]): boolean => {
    const [from, to] = entry?.data_offsets ?? [];
    const width = entry?.dtype === "F32" ? 4 : 2;
    return name === "__metadata__"
      ? typeof entry === "object"
      : Number.isSafeInteger(from) &&
          Number.isSafeInteger(to) &&
          0 <= from! &&
          from! <= to! &&
          (to! - from!) % width === 0;
  };
  if (typeof header !== "object" || header === null || !Object.entries(header).every(isEntry))
    throw new RangeError(
      `readTensors: the header of ${path} is damaged, expected that of a safetensors file; make it again`,
    );
  return header as ReturnType<typeof headerOf>;
}

/** IEEE 754 binary16, to the nearest, ties to even. */
function toHalf(name: string, values: Float32Array): Uint16Array {
  const float = new Float32Array(1);
  const word = new Uint32Array(float.buffer);
  return Uint16Array.from(values, (value) => {
    if (!(Math.abs(value) < 65520))
      throw new RangeError(`writeTensors: ${name} holds ${value}, too large for float16; write float32`);
    const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
    const size = Math.abs(value);
    if (size < 2 ** -14) return sign | roundEven(size * 2 ** 24); // subnormal, and what rounds up to the least normal number
    float[0] = size;
    const exponent = (word[0] >>> 23) - 127;
    return sign + ((exponent + 15) << 10) + roundEven((size / 2 ** exponent - 1) * 1024); // a carry goes into the exponent
  });
}

function roundEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}

/** All 65,536 numbers of 16 bits, made at the first use: files hold millions. */
let halves: Float32Array | undefined;

function fromHalves(bits: Uint16Array): Float32Array {
  const table = (halves ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => fromHalf(half)));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i]];
  return values;
}

function fromHalf(half: number): number {
  const [sign, exponent, fraction] = [half & 0x8000 ? -1 : 1, (half >> 10) & 31, half & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
