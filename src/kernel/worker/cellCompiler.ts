/**
 * From a cell's TypeScript to a function that the executor can run: tslab's converter checks the cell against what
 * earlier cells declared, cellScript.ts gives what it emits its form, and positions map back to the cell.
 */
import { relative } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import * as tslib from "tslib";
import ts = require("typescript");
import type { Completeness, Completion, TypeCheck } from "../cellOptions.js";
import { hidden, hooked, moduleNames, topLevelAwaits, type CellParts } from "./cellScript.js";
import { prefix } from "./cellPrograms.js";
import { completeness, headReferences, isObject, reachesOut, reference, withoutExports } from "./cellSyntax.js";
import {
  createConverter,
  isCompleteCode,
  emitOptions,
  target,
  tsconfigProblems,
  type TslabConverter,
} from "./typescript.js";

/** A place in a cell, line and column counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A message of the compiler. */
export interface Diagnostic extends Position {
  readonly message: string;
  /** TypeScript's number, as in TS2322 */
  readonly code: number;
  /** the file, relative to the working directory, where it is not the cell */
  readonly file?: string;
}

/** A cell as JavaScript. */
export interface CompiledCell extends Readonly<CellParts> {
  /** an expression: a function with the parameters `scriptParameters` that returns the cell's function */
  readonly script: string;
  /** where in the cell a place in the script comes from; undefined for what the compiler added */
  original(position: Position): Position | undefined;
  readonly warnings: readonly Diagnostic[];
}

/** The errors of a cell that does not compile. */
export class DiagnosticsError extends Error {
  override readonly name = "TypeScriptError";
  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(diagnosticText).join("\n"));
  }
}

/** A diagnostic in the form of tsc: `file:2:7 - TS2322: …`, without the file where it is the cell. */
export function diagnosticText({ file, line, column, code, message }: Diagnostic): string {
  return `${file ? `${file}:` : ""}${line}:${column} - TS${code}: ${message}`;
}

/** The interface between the kernel and the compiler of its cells. */
export interface CellCompiler {
  /** Compiles a cell that is none, so that the first ones need not wait for the libraries and for V8. */
  warm(): void;
  /**
   * Checks a cell and converts it to JavaScript.
   *
   * @throws DiagnosticsError if the cell has errors that stop it
   */
  compile(code: string): CompiledCell;
  /** Makes the declarations of the cell compiled last visible to later cells; to be called when it starts to run. */
  commit(): void;
  /** Does what is left of that for the next cell, which does it itself if it comes earlier. */
  settle(): void;
  /** Returns the completions at a UTF-16 offset. */
  complete(code: string, offset: number): Completion;
  /** Returns the signature and documentation of the name at an offset, as plain text. */
  inspect(code: string, offset: number): string | undefined;
  /** Says whether a cell can run as it stands. */
  isComplete(code: string): Completeness;
  close(): void;
}

/** TypeScript's own helpers, by the names that emitted code uses. */
export const emitHelpers: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(tslib).filter(([name]) => name.startsWith("__")),
);
for (const name of Object.keys(emitHelpers)) Reflect.deleteProperty(globalThis, name); // where tslib puts them, too

/** Parameters of the function around every script, in the order of `scriptParameters`. */
export const hooks = ["import", "meta", "pause", "resume", "modules", "default", "star", "live"] as const;

/** Names of the parameters of the function around every script. */
export const scriptParameters: readonly string[] = [...moduleNames, ...hooks.map(hidden), ...Object.keys(emitHelpers)];

/** What precedes the cell's function in its script. TypeScript takes longer to print it than all of a short cell. */
const head = `"use strict";\n(${scriptParameters.join(", ")}) => `;
const headLines = 1;

/** The lines of tslab's `prefix`. */
const prefixLines = 1;

/** What notebooks are made of: the parts of the compiler that are to be warm. */
const samples = [
  "const warm = [1, 2].map(String);\nwarm",
  `interface Warm {
  readonly size: number;
  name?: string;
}
const warm: Warm[] = Array.from({ length: 4 }, (_, size) => ({ size, name: \`\${size}\` }));
function total(of: readonly Warm[]): number {
  let sum = 0;
  for (const { size } of of) sum += size;
  return sum;
}
total(warm.filter((w) => w.size > 1))`,
  `class Warm<T> {
  constructor(readonly values: Map<string, T>) {}
  async first(): Promise<T | undefined> {
    return this.values.get("a");
  }
}
const { values } = new Warm(new Map([["a", 1]]));
console.log(await new Warm(values).first(), Math.max(...values.values()).toFixed(2));`,
];

/** Returns a compiler for the cells of one notebook, which imports from the process's working directory. */
export function cellCompiler(typeCheck: TypeCheck = "error"): CellCompiler {
  let converter: TslabConverter | undefined;
  let declarations = "";
  let pending = (): string => declarations;
  let committed: typeof pending | undefined;
  let isFirst = true,
    warmed = 0;
  const get = (): TslabConverter => (converter ??= createConverter(typeCheck));

  const settle = (): void => {
    if (!committed) return;
    declarations = committed();
    committed = undefined;
    get().prepare(declarations);
  };

  const compile = (code: string): CompiledCell => {
    try {
      settle();
    } finally {
      committed = undefined; // what defeats TypeScript is said once
    }
    const object = isObject(code);
    // In lines of their own, so that columns stay.
    const source = object ? `(\n${code}\n)` : withoutExports(code.replace(/^#!/, "//"));
    const linesBefore = prefixLines + Number(object);
    const before = headReferences(source) + declarations;
    let result: ReturnType<TslabConverter["convert"]>;
    try {
      result = get().convert(before, source);
    } catch (error) {
      converter?.close();
      converter = undefined; // it may be left with a pending rebuild
      throw error;
    }
    if (result.diagnostics.length > 0) {
      throw new DiagnosticsError(
        result.diagnostics.map((d) => ({
          line: d.start.line + 1 - Number(object && !d.fileName),
          column: d.start.character + 1,
          message: d.messageText,
          code: d.code,
          ...(d.fileName && { file: d.fileName }),
        })),
      );
    }
    const own = get();
    const { blockVariables, outside, isKept } = own.parts;
    if (outside.length > 0) throw new DiagnosticsError(outside.map((d) => toDiagnostic(d, linesBefore)));
    pending = () => {
      const declared = (own.declarationsOfLast() + result.declOutput).replace(/^export \{\};\n/gm, "");
      const kept = isKept
        ? declared.replace(reference, "") + before
        : namespacesKept(before, source, declared) + declared;
      return blockVariables + kept;
    };
    const [script, map] = withoutMap(result.output ?? "");
    return {
      ...own.parts,
      script: head + script,
      original({ line, column }) {
        const at = map({ line: line - headLines, column });
        return at && at.line > linesBefore ? { line: at.line - linesBefore, column: at.column } : undefined;
      },
      warnings: [
        ...(isFirst ? tsconfigProblems(process.cwd()).map(ofTsconfig) : []),
        ...(typeCheck === "warn" ? own.semantic.map((d) => toDiagnostic(d, linesBefore)) : []),
      ],
    };
  };

  const warm = (): void => {
    compile(samples[warmed++ % samples.length]);
    pending();
  };

  return {
    warm,
    compile,
    commit: () => {
      committed = pending;
      isFirst = false;
    },
    settle,
    complete(code, offset) {
      settle();
      const { start, end, candidates, original } = get().complete(declarations, code, offset) as CompletionAt;
      const kinds = new Map(original?.entries.map((e) => [e.name, String(e.kind)]));
      const range = start === end ? rangeInText(code, offset, original) : { start, end };
      const typed = start === end ? code.slice(range.start, offset) : "";
      const matches = candidates.filter((name) => name.startsWith(typed));
      return { ...range, matches, kinds: matches.map((c) => kinds.get(c) ?? "") };
    },
    inspect(code, offset) {
      settle();
      const info = get().inspect(declarations, code, offset) as ts.QuickInfo | undefined;
      return info && quickInfoText(info);
    },
    isComplete(code) {
      const status = completeness(code);
      if (status !== "incomplete") return { status };
      const { indent } = isCompleteCode(code);
      return { status, ...(indent !== undefined && { indent }) };
    },
    close: () => converter?.close(),
  };
}

/** Returns a signature and its documentation as plain text. */
function quickInfoText({ displayParts, documentation, tags = [] }: ts.QuickInfo): string {
  const text = (parts: readonly ts.SymbolDisplayPart[] = []): string => parts.map((part) => part.text).join("");
  const notes = tags.map((tag) => `@${tag.name} ${text(tag.text)}`.trimEnd()).join("\n");
  return [text(displayParts), [text(documentation), notes].filter(Boolean).join("\n")].filter(Boolean).join("\n\n");
}

/** What tslab finds, with the offsets of TypeScript's own. */
type CompletionAt = ReturnType<TslabConverter["complete"]> & { readonly original?: ts.CompletionInfo };

/** Returns the offsets between which completions replace where no name stands, as between quotes. */
function rangeInText(
  code: string,
  offset: number,
  found: ts.CompletionInfo | undefined,
): { start: number; end: number } {
  const own = found?.entries[0]?.replacementSpan,
    span = own ? { ...own, start: own.start - prefix.length } : found?.optionalReplacementSpan;
  if (span) return { start: span.start, end: span.start + span.length };
  return { start: offset - /[\w$]*$/.exec(code.slice(0, offset))![0].length, end: offset };
}

/** A problem of a tsconfig.json, which has a place of its own or none. */
function ofTsconfig({ file, start, code, messageText }: ts.Diagnostic): Diagnostic {
  const { line, character } = file ? ts.getLineAndCharacterOfPosition(file, start ?? 0) : { line: 0, character: 0 };
  return {
    line: line + 1,
    column: character + 1,
    code,
    message: `${ts.flattenDiagnosticMessageText(messageText, " ")} What else the file says is honoured.`,
    file: file ? relative("", file.fileName) : "tsconfig.json",
  };
}

function toDiagnostic(d: ts.Diagnostic, linesBefore: number): Diagnostic {
  const { line, character } = d.file!.getLineAndCharacterOfPosition(d.start ?? 0);
  const inCell = d.file!.fileName.endsWith("/__tslab__.ts");
  return {
    line: inCell ? line + 1 - linesBefore : line + 1,
    column: character + 1,
    message: ts.flattenDiagnosticMessageText(d.messageText, "\n"),
    code: d.code,
    ...(!inCell && { file: relative("", d.file!.fileName) }),
  };
}

/**
 * Returns the namespaces and global declarations of earlier cells that the cell does not declare again; tslab keeps
 * every other kind.
 */
function namespacesKept(before: string, cell: string, after: string): string {
  if (!reachesOut(before)) return "";
  const parse = (text: string): ts.SourceFile =>
    ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  const isGlobal = (m: ts.ModuleDeclaration): boolean => (m.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
  const [old, own, now] = [before, cell, after].map(parse);
  const names = new Set(
    own.statements.flatMap((s) =>
      ts.isVariableStatement(s)
        ? boundNames(s.declarationList)
        : ts.isImportDeclaration(s)
          ? importedNames(s)
          : [(s as ts.DeclarationStatement).name?.getText(own)],
    ),
  );
  const known = new Set(now.statements.map((s) => s.getText(now)));
  return old.statements
    .filter(ts.isModuleDeclaration)
    .filter((m) => !known.has(m.getText(old)) && (isGlobal(m) || !names.has(m.name.getText(old))))
    .map((m) => `${m.getText(old)}\n`)
    .join("");
}

function importedNames({ importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  return [
    ...(importClause?.name ? [importClause.name.text] : []),
    ...(bindings
      ? ts.isNamespaceImport(bindings)
        ? [bindings.name.text]
        : bindings.elements.map((e) => e.name.text)
      : []),
  ];
}

function boundNames(list: ts.VariableDeclarationList): string[] {
  const of = (name: ts.BindingName): string[] =>
    ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((e) => (ts.isOmittedExpression(e) ? [] : of(e.name)));
  return list.declarations.flatMap((d) => of(d.name));
}

/** Splits emitted code from the source map at its end, which is read when a position is asked for. */
function withoutMap(code: string): [string, (position: Position) => Position | undefined] {
  const inline = /\n?\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(code);
  let map: TraceMap | undefined;
  return [
    inline ? code.slice(0, inline.index) : code,
    ({ line, column }) => {
      if (!inline) return undefined;
      map ??= new TraceMap(Buffer.from(inline[1], "base64").toString());
      const at = originalPositionFor(map, { line, column: column - 1 });
      return at.line === null ? undefined : { line: at.line, column: at.column + 1 };
    },
  ];
}

/** A local module as CommonJS. */
export interface CompiledModule {
  readonly script: string;
  /** says whether it awaits at its top level */
  readonly isAsync: boolean;
  original(position: Position): Position | undefined;
}

/** Turns a whole local TypeScript or JavaScript module into CommonJS, whose awaits stop as a cell's do. */
export function compileModule(source: string, fileName: string): CompiledModule {
  const isAsync =
    /\bawait\b/.test(source) &&
    topLevelAwaits(ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true)).length > 0;
  const { outputText } = ts.transpileModule(source, {
    fileName: fileName.replace(/\.[cm]([jt]s)$/, ".$1"), // TypeScript keeps .mts and .mjs ES modules
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target,
      esModuleInterop: true,
      noEmitHelpers: true,
      inlineSourceMap: true,
      newLine: ts.NewLineKind.LineFeed,
      ignoreDeprecations: "6.0",
      noCheck: true,
      ...emitOptions(fileName),
    },
    transformers: { before: [hooked] },
  });
  const [script, original] = withoutMap(outputText);
  return { script, isAsync, original };
}
