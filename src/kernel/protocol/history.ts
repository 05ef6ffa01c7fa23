type Entry = readonly [session: number, line: number, item: string | readonly [input: string, output: string | null]];

/** The cells run in this session, for `history_request`. */
export class History {
  private readonly inputs: { line: number; input: string; output: string | null }[] = [];

  /** Notes a cell, and returns the function that notes its result. */
  add(line: number, input: string): (output: string) => void {
    const entry: { line: number; input: string; output: string | null } = { line, input, output: null };
    this.inputs.push(entry);
    return (output) => {
      entry.output = output;
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
      const matches = glob(pattern ?? "*");
      found = found.filter(({ input }) => matches.test(input));
      if (unique) found = found.filter((entry, i) => found.findLastIndex(({ input }) => input === entry.input) === i);
    } else if (kind !== "tail") return [];
    if (kind !== "range" && typeof n === "number") found = n > 0 ? found.slice(-n) : [];
    return found.map((e) => [1, e.line, output ? [e.input, e.output] : e.input] as const);
  }
}

/** Translates SQLite's glob, which the protocol refers to: `*`, `?` and `[…]`. */
function glob(pattern: string): RegExp {
  const parts = pattern.match(/\[[^\]]*\]|[\s\S]/g) ?? [];
  return new RegExp(
    `^${parts.map((p) => (p === "*" ? "[\\s\\S]*" : p === "?" ? "[\\s\\S]" : p.length > 1 ? p.replace(/\\/g, "\\\\") : p.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"))).join("")}$`,
  );
}
