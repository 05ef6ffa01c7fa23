/** What the text of a cell tells by itself: its syntax, whether it is whole, what to make of its beginning. */
import ts = require("typescript");
import type { Completeness } from "../cellOptions.js";

/** Returns the syntax of a cell: that of JSX only if it cannot be read otherwise, since `<T>value` is an assertion too. */
export function cellKind(code: string): ts.ScriptKind {
  const errors = (kind: ts.ScriptKind): number =>
    (
      ts.createSourceFile("cell.tsx", code, ts.ScriptTarget.Latest, false, kind) as unknown as {
        parseDiagnostics: readonly unknown[];
      }
    ).parseDiagnostics.length;
  const mayBe = /<\/|\/>/.test(code) && errors(ts.ScriptKind.TS) > 0 && errors(ts.ScriptKind.TSX) === 0;
  return mayBe ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
}

/** TypeScript's "Unterminated string literal.", "Unterminated template literal." and "'*' and '/' expected." */
const [unterminatedString, unterminatedTemplate, unterminatedComment] = [1002, 1160, 1010];

function parsed(code: string, kind: ts.ScriptKind): ts.SourceFile & { parseDiagnostics: readonly ts.Diagnostic[] } {
  const file = ts.createSourceFile("cell.tsx", code, ts.ScriptTarget.Latest, true, kind);
  return file as typeof file & { parseDiagnostics: readonly ts.Diagnostic[] };
}

/** Returns the kinds of syntax that a cell may be meant in. */
function kindsOf(code: string): readonly ts.ScriptKind[] {
  return /<[\w>]/.test(code) ? [ts.ScriptKind.TS, ts.ScriptKind.TSX] : [ts.ScriptKind.TS];
}

/** Says whether a cell can run as it stands, in one of the kinds of syntax that it may be meant in. */
export function completeness(code: string): Completeness["status"] {
  const states = kindsOf(code).map((kind) => completenessAs(code, kind));
  return (["complete", "incomplete"] as const).find((state) => states.includes(state)) ?? "invalid";
}

function completenessAs(code: string, kind: ts.ScriptKind): Completeness["status"] {
  const { parseDiagnostics, statements } = parsed(code, kind);
  if (parseDiagnostics.length === 0) {
    const last = statements.at(-1);
    const isDeclared = last && ts.isFunctionDeclaration(last) && (last.body || last.modifiers?.some(isDeclare));
    return last && ts.isFunctionDeclaration(last) && !isDeclared ? "incomplete" : "complete";
  }
  const [{ code: error, start = 0, length = 0 }] = parseDiagnostics;
  const atEnd =
    error !== unterminatedString &&
    start + length >= code.trimEnd().length &&
    code.slice(start, start + length).trim() === "";
  return error === unterminatedTemplate || error === unterminatedComment || atEnd ? "incomplete" : "invalid";
}

const isDeclare = ({ kind }: ts.ModifierLike): boolean => kind === ts.SyntaxKind.DeclareKeyword;

/** Says whether a cell is an object between braces, as a reader writes it to see it, and not a block. */
export function isObject(code: string): boolean {
  return (
    /^(?:\s|\/\/.*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*\{/.test(code) &&
    !/;\s*$/.test(code) &&
    parsed(`(${code}\n)`, ts.ScriptKind.TS).parseDiagnostics.length === 0
  );
}

/**
 * Blanks `export`, which means nothing in a cell, where every name is shared: before a declaration and as a list of
 * names. Columns stay.
 */
export function withoutExports(code: string): string {
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

/** Returns the lines at the head of a cell that refer to files of declarations, which later cells see too. */
export function headReferences(code: string): string {
  const [head] = /^(?:\s|\/\/.*)*/.exec(code)!;
  return [...head.matchAll(/^\/\/\/\s*<reference\s.*$/gm)].map(([line]) => `${line}\n`).join("");
}

const reaching = /\b(?:global|module|namespace|require)\b/;

/** Recognizes syntax that reaches beyond its file, so that a checker must see it when it begins. */
export function reachesOut(text: string): boolean {
  // A search for words is many times faster than the expression on long texts without them.
  return ["global", "module", "namespace", "require"].some((word) => text.includes(word)) && reaching.test(text);
}

/** Lines that refer to a file of declarations. */
export const reference = /^\/\/\/\s*<reference\s.*\n/gm;
/** Returns these lines of a text. */
export const references = (text: string): string => text.match(reference)?.join("") ?? "";
