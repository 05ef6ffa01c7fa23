/** The first difference of two outputs, numbers within their tolerance. */

/** Largest differences of two numbers that are taken for the same. */
export interface Tolerance {
  /** to the larger of the two */
  readonly relative: number;
  readonly absolute: number;
  /** the numbers are estimates: whole ones, too, may differ */
  readonly estimated?: boolean;
}

/**
 * Says where two values of JSON differ and how; undefined if they do not. Whole numbers are compared exactly, also
 * within texts, and so is all that is no number, with digits that touch a letter or are parts of a version. Arrays that
 * plotly.js reads packed are compared number by number. What has a standard error beside it or, in a text, behind ±,
 * may differ by that, and the standard error by half of itself. Numbers that are not equally long may be filled up to
 * columns by other numbers of spaces.
 */
export function differ(before: unknown, now: unknown, tolerance: Tolerance, at = ""): string | undefined {
  const say = () => `${at}: stored ${shorten(before)}, now ${shorten(now)}`;
  if (typeof before === "number" && typeof now === "number") return close(before, now, tolerance) ? undefined : say();
  if (typeof before === "string" && typeof now === "string")
    return sameText(before, now, tolerance) ? undefined : say();
  if (!isObject(before) || !isObject(now) || Array.isArray(before) !== Array.isArray(now))
    return Object.is(before, now) ? undefined : say();
  const [a, b] = [unpacked(before), unpacked(now)];
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const difference = differ(a[key], b[key], toleranceOf(key, a, tolerance), `${at}${at ? "." : ", "}${key}`);
    if (difference) return difference;
  }
  return undefined;
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;

/** Widens the tolerance of an estimate and of its standard error. */
function toleranceOf(key: string, { standardError }: Json, tolerance: Tolerance): Tolerance {
  if (typeof standardError !== "number") return tolerance;
  if (key === "measured" || key === "value") return wider(tolerance, standardError);
  return key === "standardError" ? wider(tolerance, standardError / 2) : tolerance;
}

const wider = ({ relative, absolute }: Tolerance, least: number): Tolerance => ({
  relative,
  absolute: Math.max(absolute, least),
  estimated: least > 0,
});

function close(a: number, b: number, { relative, absolute, estimated }: Tolerance): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (!estimated && Number.isSafeInteger(a) && Number.isSafeInteger(b)) return false;
  return Math.abs(a - b) <= Math.max(absolute, relative * Math.max(Math.abs(a), Math.abs(b)));
}

/** A number of a text, neither part of a word, of a version or of a date, nor longer than a number is. */
const number =
  /(?<![\p{L}\p{N}_.]|[\p{L}\p{N}_][-+])[-+]?(?:\d*\.)?\d+(?:e[-+]?\d{1,3})?(?![\p{L}\p{N}_]|\.\d|[-+]\p{L})/giu;

/** What stands between a number and its standard error. */
const plusMinus = /^\s*±\s*$/;

function sameText(before: string, now: string, tolerance: Tolerance): boolean {
  if (before === now) return true;
  const [a, b] = [before, now].map((text) => ({
    numbers: text.match(number) ?? [],
    rest: text.split(number),
  }));
  const sameLengths = a.numbers.every((text, k) => text.length === b.numbers[k]?.length);
  const rest = (part: string): string => (sameLengths ? part : part.replace(fill, "$1"));
  if (a.rest.length !== b.rest.length || a.rest.some((part, k) => rest(part) !== rest(b.rest[k]))) return false;
  return a.numbers.every((text, k) => {
    if (text === b.numbers[k]) return true;
    const [x, y] = [Number(text), Number(b.numbers[k])];
    if (!Number.isFinite(x) || !Number.isFinite(y)) return false;
    const isEstimate = plusMinus.test(a.rest[k + 1]) && k + 1 < a.numbers.length;
    if (isEstimate) return close(x, y, wider(tolerance, Number(a.numbers[k + 1])));
    if (plusMinus.test(a.rest[k])) return close(x, y, wider(tolerance, x / 2));
    if (isWhole(text) && isWhole(b.numbers[k])) return Number.isSafeInteger(x) && x === y;
    return close(x, y, tolerance);
  });
}

/** What fills the room beside numbers in columns, and so depends on how long they are. */
const fill = /([ \u2500])\1+/g;

const isWhole = (text: string) => /^[-+]?\d+$/.test(text);

const arrays = {
  i1: Int8Array,
  u1: Uint8Array,
  u1c: Uint8ClampedArray,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  f4: Float32Array,
  f8: Float64Array,
};

/** Returns an array of plotly.js's packed form with its numbers, and anything else as it is. */
function unpacked(value: Json): Json {
  const { dtype, bdata, ...rest } = value;
  if (typeof bdata !== "string" || !Object.hasOwn(arrays, String(dtype))) return value;
  const View = arrays[dtype as keyof typeof arrays];
  const bytes = Uint8Array.from(Buffer.from(bdata, "base64")); // a copy begins where numbers may
  if (bytes.length % View.BYTES_PER_ELEMENT !== 0) return value;
  return { ...rest, dtype, bdata: [...new View(bytes.buffer)] };
}

/** Shortens a value to at most 80 characters; the reader has both notebooks. */
function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
