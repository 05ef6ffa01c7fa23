type Entry = readonly [session: number, line: number, item: string | readonly [input: string, output: string | null]];

/** Characters of a result that are kept. */
const longestOutput = 10_000;

/** The cells run in this session, for `history_request`. */
export class History {
  private readonly inputs: { line: number; input: string; output: string | null }[] = [];

  /** Notes a cell, and returns the function that notes its result. */
  add(line: number, input: string): (output: string) => void {
    const entry: { line: number; input: string; output: string | null } = { line, input, output: null };
    this.inputs.push(entry);
    return (output) => {
      entry.output = output.length > longestOutput ? `${output.slice(0, longestOutput)}…` : output;
    };
  }

  /** Returns the entries that a `history_request` asks for; there is one session, number 1, also addressed as 0. */
  find(request: Readonly<Record<string, unknown>>): Entry[] {
    const {
      hist_access_type: kind,
      n,
      start,
      stop,
      session,
      pattern,
      unique,
      output,
    } = request as {
      hist_access_type?: string;
      n?: number;
      start?: number;
      stop?: number;
      session?: number;
      pattern?: string;
      unique?: boolean;
      output?: boolean;
    };
    let found = this.inputs;
    if (kind === "range") {
      if (session !== undefined && session !== 0 && session !== 1) return [];
      found = found.filter(({ line }) => line >= (start ?? 1) && line < (stop ?? Infinity));
    } else if (kind === "search") {
      const isMatch = glob(pattern ?? "*");
      found = found.filter(({ input }) => isMatch(input));
      if (unique) found = found.filter((entry, i) => found.findLastIndex(({ input }) => input === entry.input) === i);
    } else if (kind !== "tail") return [];
    if (kind !== "range" && typeof n === "number") found = n > 0 ? found.slice(-n) : [];
    return found.map((e) => [1, e.line, output ? [e.input, e.output] : e.input] as const);
  }
}

/** The longest pattern of a search, in characters: the time of one is at most its length times the cell's. */
const longestPattern = 1000;

/** Returns the test of SQLite's glob, which the protocol refers to: `*`, `?` and `[…]`, over all of a text. */
function glob(pattern: string): (text: string) => boolean {
  if (pattern.length > longestPattern)
    throw new RangeError(
      `history_request: a pattern of ${pattern.length} characters, expected at most ${longestPattern}`,
    );
  const parts = pattern.match(/\[\^?\]?[^\]]*\]|\*+|[^]/gu) ?? [];
  const takes = parts.map((part) => (part.startsWith("*") ? undefined : takesCharacter(part)));
  return (text) => matches(takes, [...text]);
}

type Takes = (character: string) => boolean;

function takesCharacter(part: string): Takes {
  const points = [...part];
  if (part === "?") return () => true;
  if (points.length === 1) return (character) => character === part;
  const inverted = points[1] === "^";
  const members = points.slice(inverted ? 2 : 1, -1);
  const ranges = members.flatMap((from, k) =>
    from === "-" && k > 0 && k + 1 < members.length
      ? [[members[k - 1], members[k + 1]] as const]
      : [[from, from] as const],
  );
  const [order, inside] = [
    (character: string) => character.codePointAt(0)!,
    (character: string) =>
      ranges.some(([from, to]) => order(from) <= order(character) && order(character) <= order(to)),
  ];
  return (character) => inside(character) !== inverted;
}

/** Matches from left to right; what fails behind a `*` (undefined) goes back to the last one alone. */
function matches(parts: readonly (Takes | undefined)[], text: readonly string[]): boolean {
  let [at, part, star, resumed] = [0, 0, -1, 0];
  while (at < text.length) {
    if (part < parts.length && parts[part] === undefined) [star, resumed] = [part++, at];
    else if (part < parts.length && parts[part]!(text[at])) [at, part] = [at + 1, part + 1];
    else if (star >= 0) [at, part] = [++resumed, star + 1];
    else return false;
  }
  return parts.slice(part).every((rest) => rest === undefined);
}
