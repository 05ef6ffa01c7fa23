/**
 * From a cell's TypeScript to a function that the executor can run: tslab's converter checks the cell against what
 * earlier cells declared, cellScript.ts gives what it emits its form, and positions map back to the cell.
 */
import { relative } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import * as tslib from "tslib";
import ts = require("typescript");
import type { Completeness, Completion, TypeCheck } from "../cellOptions.js";
import { cellKind, hidden, hooked, moduleNames, topLevelAwaits, type CellParts } from "./cellScript.js";
import {
  createConverter,
  isCompleteCode,
  printQuickInfo,
  emitOptions,
  target,
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
  /** Loads and checks the libraries, so that the first cell need not wait for it. */
  warm(): void;
  /**
   * Checks a cell and converts it to JavaScript.
   *
   * @throws DiagnosticsError if the cell has errors that stop it
   */
  compile(code: string): CompiledCell;
  /** Makes the declarations of the cell compiled last visible to later cells; to be called when it starts to run. */
  commit(): void;
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

/** Parameters of the function around every script, in the order of `scriptParameters`. */
export const hooks = ["import", "meta", "pause", "resume", "modules", "default", "star"] as const;

/** Names of the parameters of the function around every script. */
export const scriptParameters: readonly string[] = [...moduleNames, ...hooks.map(hidden), ...Object.keys(emitHelpers)];

/** Lines that precede the cell's own in tslab's input. */
const prefixLines = 1;

/** Returns a compiler for the cells of one notebook, which imports from the process's working directory. */
export function cellCompiler(typeCheck: TypeCheck = "error"): CellCompiler {
  let converter: TslabConverter | undefined;
  let declarations = "",
    pending = "";
  const get = (): TslabConverter => (converter ??= createConverter(typeCheck, scriptParameters));

  const compile = (code: string): CompiledCell => {
    const source = withoutExports(code.replace(/^#!/, "//"));
    let result: ReturnType<TslabConverter["convert"]>;
    try {
      result = get().convert(declarations, source);
    } catch (error) {
      converter?.close();
      converter = undefined; // it may be left with a pending rebuild
      throw error;
    }
    if (result.diagnostics.length > 0) {
      throw new DiagnosticsError(
        result.diagnostics.map((d) => ({
          line: d.start.line + 1,
          column: d.start.character + 1,
          message: d.messageText,
          code: d.code,
          ...(d.fileName && { file: d.fileName }),
        })),
      );
    }
    const { blockVariables, outside } = get().parts;
    if (outside.length > 0) throw new DiagnosticsError(outside.map(toDiagnostic));
    pending =
      blockVariables + namespacesKept(declarations, source, result.declOutput ?? "") + (result.declOutput ?? "");
    const [script, map] = withoutMap(result.output ?? "");
    return {
      ...get().parts,
      script,
      original(position) {
        const at = map(position);
        return at && at.line > prefixLines ? { line: at.line - prefixLines, column: at.column } : undefined;
      },
      warnings: typeCheck === "warn" ? get().semantic.map(toDiagnostic) : [],
    };
  };

  return {
    warm: () => {
      compile("const warm = [1, 2].map(String);\nwarm");
    },
    compile,
    commit: () => {
      declarations = pending;
    },
    complete(code, offset) {
      const info = get().complete(declarations, code, offset);
      const kinds = new Map(info.original?.entries.map((e) => [e.name, String(e.kind)]));
      return {
        start: info.start,
        end: info.end,
        matches: info.candidates,
        kinds: info.candidates.map((c) => kinds.get(c) ?? ""),
      };
    },
    inspect(code, offset) {
      const info = get().inspect(declarations, code, offset) as ts.QuickInfo | undefined;
      return info && printQuickInfo(info);
    },
    isComplete(code) {
      const errors = parseErrors(code);
      if (errors.length === 0) return { status: "complete" };
      const [{ code: kind, start = 0, length = 0 }] = errors;
      const atEnd =
        kind !== unterminatedString &&
        start + length >= code.trimEnd().length &&
        code.slice(start, start + length).trim() === "";
      if (kind !== unterminatedTemplate && kind !== unterminatedComment && !atEnd) return { status: "invalid" };
      const { indent } = isCompleteCode(code);
      return { status: "incomplete", ...(indent !== undefined && { indent }) };
    },
    close: () => converter?.close(),
  };
}

/** TypeScript's "Unterminated string literal.", "Unterminated template literal." and "'*' and '/' expected." */
const [unterminatedString, unterminatedTemplate, unterminatedComment] = [1002, 1160, 1010];

/** Returns the errors of syntax in a cell. */
function parseErrors(code: string): readonly ts.Diagnostic[] {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, false, cellKind(code));
  return (file as unknown as { parseDiagnostics: readonly ts.Diagnostic[] }).parseDiagnostics;
}

function toDiagnostic(d: ts.Diagnostic): Diagnostic {
  const { line, character } = d.file!.getLineAndCharacterOfPosition(d.start ?? 0);
  const inCell = d.file!.fileName.endsWith("/__tslab__.ts");
  return {
    line: inCell ? line + 1 - prefixLines : line + 1,
    column: character + 1,
    message: ts.flattenDiagnosticMessageText(d.messageText, "\n"),
    code: d.code,
    ...(!inCell && { file: relative("", d.file!.fileName) }),
  };
}

/**
 * Blanks `export`, which means nothing in a cell, where every name is shared: before a declaration and as a list of
 * names. Columns stay.
 */
function withoutExports(code: string): string {
  if (!code.includes("export")) return code;
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, false, cellKind(code));
  return blank(
    code,
    file.statements.flatMap((statement) => {
      if (ts.isExportDeclaration(statement) && !statement.moduleSpecifier)
        return [[statement.getStart(file), statement.end] as const];
      return (ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [])
        .filter((m) => m.kind === ts.SyntaxKind.ExportKeyword || m.kind === ts.SyntaxKind.DefaultKeyword)
        .map((m) => [m.getStart(file), m.end] as const);
    }),
  );
}

/**
 * Returns the namespaces and global declarations of earlier cells that the cell does not declare again; tslab keeps
 * every other kind.
 */
function namespacesKept(before: string, cell: string, after: string): string {
  if (!/\b(namespace|module|global)\b/.test(before)) return "";
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

/** Turns each range of a text into spaces; line breaks stay. */
function blank(text: string, ranges: readonly (readonly [number, number])[]): string {
  let out = "",
    at = 0;
  for (const [start, end] of ranges) {
    out += text.slice(at, start) + text.slice(start, end).replace(/[^\r\n]/g, " ");
    at = end;
  }
  return out + text.slice(at);
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
