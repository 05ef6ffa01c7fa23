/**
 * A measured number: exact, or a mean with its standard error. `count` is the number of independent seeds, points
 * or samples behind it.
 */
export type Measurement = number | { readonly value: number; readonly standardError: number; readonly count?: number };

/** Returns the parts of a measurement; an exact number has the standard error 0. */
export function parts(measurement: Measurement): { value: number; standardError: number; count?: number } {
  return typeof measurement === "number" ? { value: measurement, standardError: 0 } : measurement;
}

/**
 * Returns a whole number in full, any other number to `digits` significant digits, as 1.2e-5 where it is below 1e-4.
 */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isInteger(value)) return String(value);
  const rounded = Number(value.toPrecision(digits));
  return Math.abs(rounded) < 1e-4 ? rounded.toExponential() : String(rounded);
}

/**
 * Returns a measurement as text: value and standard error to the second significant digit of the error, a number
 * without one as `formatNumber` does.
 *
 * @example
 *   formatEstimate({ value: 12.3456, standardError: 0.41 }); // "12.35 ± 0.41"
 *   formatEstimate({ value: 1.23456e-7, standardError: 2.34e-9 }); // "(1.235 ± 0.023)e-7"
 *   formatEstimate(0.123456); // "0.1235"
 */
export function formatEstimate(measurement: Measurement): string {
  if (typeof measurement === "number") return formatNumber(measurement);
  const { value, standardError } = measurement;
  if (standardError === 0) return `${formatNumber(value, 6)} ± 0`;
  if (!Number.isFinite(value) || !Number.isFinite(standardError))
    return `${formatNumber(value)} ± ${formatNumber(standardError)}`;
  const last = Number(standardError.toExponential(1).split("e")[1]) - 1; // decimal place of the second digit
  const size = Math.max(Math.abs(value), standardError);
  if (size >= 1e6 || size < 1e-4) {
    const exponent = Math.floor(Math.log10(size));
    const digits = Math.min(100, Math.max(0, exponent - last));
    const scaled = (part: number) => (part / 10 ** exponent).toFixed(digits);
    return `(${scaled(value)} ± ${scaled(standardError)})e${exponent}`;
  }
  const round = (part: number) =>
    last > 0 ? String(Math.round(part / 10 ** last) * 10 ** last) : part.toFixed(Math.min(100, -last));
  return `${round(value)} ± ${round(standardError)}`;
}
