import { claimKinds, type Claim } from "./judgedClaim.js";

const shown = (value: unknown) => (typeof value === "string" ? JSON.stringify(value) : String(value));

const forms = "one of { below }, { above }, { from, to } and { equals, within }";

/**
 * Checks what a cell passes to `claim`.
 *
 * @throws TypeError or RangeError, one sentence that names the claim, the field, what was seen and what is expected
 */
export function checkClaim(claim: Claim): void {
  if (typeof claim !== "object" || claim === null)
    throw new TypeError(`claim: ${claim}, expected an object { id, kind, source, statement, bound, measured }`);
  const where = `claim${typeof claim.id === "string" && claim.id ? ` "${claim.id}"` : ""}`;
  for (const key of ["id", "source", "statement"] as const) requireWords(`${where}: ${key}`, claim[key]);
  if (!claimKinds.includes(claim.kind))
    throw new TypeError(`${where}: kind is ${shown(claim.kind)}, expected ${claimKinds.map(shown).join(" or ")}`);
  checkPublished(`${where}: published`, claim.published);
  checkBound(`${where}: bound`, claim.bound);
  checkMeasurement(`${where}: measured`, claim.measured);
  checkCount(`${where}: seeds`, claim.seeds);
  if (claim.differs !== undefined) requireWords(`${where}: differs`, claim.differs);
  if (claim.control === undefined) return;
  requireWords(`${where}: control.name`, claim.control?.name);
  checkMeasurement(`${where}: control.measured`, claim.control.measured);
}

function requireWords(what: string, value: unknown): void {
  if (typeof value !== "string" || value.trim() === "")
    throw new TypeError(`${what} is ${shown(value)}, expected a text that is not empty`);
}

function requireFinite(what: string, value: unknown, hint = ""): asserts value is number {
  if (typeof value !== "number") throw new TypeError(`${what} is ${shown(value)}, expected a number`);
  if (!Number.isFinite(value)) throw new RangeError(`${what} is ${value}, expected a finite number${hint}`);
}

function checkPublished(what: string, published: unknown): void {
  if (published === undefined || published === null) return;
  if (Array.isArray(published)) {
    published.forEach((end, index) => requireFinite(`${what}[${index}]`, end));
    if (published.length !== 2 || published[0] > published[1])
      throw new RangeError(`${what} is [${published.join(", ")}], expected the two ends of a range, the lower first`);
  } else if (typeof published === "number") requireFinite(what, published);
  else if (typeof published !== "string" || published.trim() === "")
    throw new TypeError(`${what} is ${shown(published)}, expected a number, a range [from, to], words or null`);
}

function checkBound(what: string, bound: unknown): void {
  if (typeof bound !== "object" || bound === null) throw new TypeError(`${what} is ${shown(bound)}, expected ${forms}`);
  const { because, ...ends } = bound as Record<string, unknown>;
  requireWords(`${what}.because`, because);
  const keys = Object.keys(ends)
    .filter((key) => ends[key] !== undefined)
    .sort()
    .join(", ");
  if (!["below", "above", "from, to", "equals", "equals, within"].includes(keys))
    throw new TypeError(`${what} has ${keys || "no end"}, expected ${forms}`);
  for (const [key, value] of Object.entries(ends)) if (value !== undefined) requireFinite(`${what}.${key}`, value);
  const { from, to, within } = ends as Record<string, number | undefined>;
  if (from !== undefined && from > to!)
    throw new RangeError(`${what} goes from ${from} to ${to}, expected the lower end first`);
  if (within !== undefined && within < 0)
    throw new RangeError(`${what}.within is ${within}, expected a number that is not negative`);
}

function checkMeasurement(what: string, measured: unknown): void {
  if (typeof measured !== "object" || measured === null)
    return requireFinite(what, measured, "; measure a count or a share where there may be none");
  const { value, standardError, count } = measured as Record<string, unknown>;
  requireFinite(`${what}.value`, value, "; measure a count or a share where there may be none");
  requireFinite(`${what}.standardError`, standardError, "; a single value is passed as a number");
  if (standardError < 0)
    throw new RangeError(`${what}.standardError is ${standardError}, expected a number that is not negative`);
  checkCount(`${what}.count`, count);
}

function checkCount(what: string, count: unknown): void {
  if (count !== undefined && !(Number.isSafeInteger(count) && (count as number) > 0))
    throw new RangeError(`${what} is ${shown(count)}, expected a whole number of at least 1`);
}
