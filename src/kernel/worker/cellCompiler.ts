/**
 * From a cell's TypeScript to a function that the executor can run. Two stages: tslab's converter checks the cell
 * against what earlier cells declared and removes the types; here the result becomes one function whose variables are
 * shared with other cells by live bindings, whose awaits can be interrupted and whose positions map back to the cell.
 */
import { relative } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import * as tslib from "tslib";
import ts = require("typescript");
import type { Completeness, Completion, TypeCheck } from "../cellOptions.js";
import { createConverter, isCompleteCode, printQuickInfo, topLevelAwaits, type TslabConverter } from "./typescript.js";

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
export interface CompiledCell {
  /** body of a function with the parameters `cellParameters`; hands its cell function to `__cell` */
  readonly script: string;
  /** modules that the cell imports statically, to be loaded before it runs */
  readonly imports: readonly string[];
  /** where in the cell a place in the script comes from; undefined for what the compiler added */
  original(position: Position): Position | undefined;
  /** property of `exports` that holds the value of the last expression */
  readonly lastExpression?: string;
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

/** TypeScript's own helpers, by the names that lowered code uses. */
export const emitHelpers: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(tslib).filter(([name]) => name.startsWith("__")),
);

/** Parameters of the function around every script. */
export const cellParameters = [
  "exports",
  "require",
  "__cell",
  "__bind",
  "__import",
  "__meta",
  ...Object.keys(emitHelpers),
] as const;

/** Lines that precede the cell's own in tslab's input and in ours. */
const prefixLines = 1;

/** Returns a compiler for the cells of one notebook, which imports from the process's working directory. */
export function cellCompiler(typeCheck: TypeCheck = "error"): CellCompiler {
  let converter: TslabConverter | undefined;
  let declarations = "",
    pending = "";
  const get = (): TslabConverter => (converter ??= createConverter(typeCheck));

  const compile = (code: string): CompiledCell => {
    const source = withoutExports(code);
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
    pending = namespacesKept(declarations, source, result.declOutput ?? "") + (result.declOutput ?? "");
    const warnings = typeCheck === "warn" ? get().semantic.map(toDiagnostic) : [];
    return {
      ...secondStage(
        result.output ?? "",
        result.hasToplevelAwait ?? false,
        result.lastExpressionVar,
        endsInExpression(source),
      ),
      warnings,
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
      const { completed, indent } = isCompleteCode(code);
      if (!completed) return { status: "incomplete", ...(indent !== undefined && { indent }) };
      const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
      const errors = (file as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics;
      return { status: errors.length > 0 ? "invalid" : "complete" };
    },
    close: () => converter?.close(),
  };
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
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
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

/** Says whether a cell ends in an expression, not in a declaration that TypeScript makes one of, such as an enum. */
function endsInExpression(code: string): boolean {
  const last = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS).statements.at(-1);
  return last !== undefined && (ts.isExpressionStatement(last) || ts.isExportAssignment(last));
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

/**
 * Converts tslab's output, an ES module that ends in `export { names }`, to
 *
 *     imports __cell(async () => { __bind(__bindings());
 *     body
 *     function __bindings() { return { get a() { return a }, set a(v) { a = v }, … } } });
 *
 * which is run as it is, or, where something in it has to be lowered, as `lower` makes it.
 */
function secondStage(
  module: string,
  isAsync: boolean,
  lastExpression: string | undefined,
  showsLast: boolean,
): Omit<CompiledCell, "warnings"> {
  const inline = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(module);
  const text = inline ? module.slice(0, inline.index) : module;
  const file = ts.createSourceFile("cell.js", text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const imports: string[] = [],
    names: string[] = [],
    importTexts: string[] = [];
  const blanked: [number, number][] = [];
  const constants = new Set<string>();
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      imports.push((statement.moduleSpecifier as ts.StringLiteral).text);
      importTexts.push(statement.getText(file).replace(/\s+/g, " "));
      blanked.push([statement.getStart(file), statement.end]);
      for (const name of importedNames(statement)) constants.add(name);
    } else if (ts.isExportDeclaration(statement)) {
      if (statement.exportClause && ts.isNamedExports(statement.exportClause))
        names.push(...statement.exportClause.elements.map((e) => e.name.text));
      blanked.push([statement.getStart(file), statement.end]);
    } else if (ts.isVariableStatement(statement) && statement.declarationList.flags & ts.NodeFlags.BlockScoped) {
      if ((statement.declarationList.flags & ts.NodeFlags.BlockScoped) !== ts.NodeFlags.Let)
        boundNames(statement.declarationList).forEach((n) => constants.add(n));
    }
  }
  let body = blank(text, blanked);
  if (lastExpression) {
    const declared = `export const ${lastExpression} =`;
    body = body.replace(declared, (showsLast ? `exports.${lastExpression} =` : "").padEnd(declared.length));
  }
  const bindings = names.map(
    (n) =>
      `get ${n}() { return ${n} }, ` +
      (constants.has(n)
        ? `set ${n}(v) { if (!Object.is(v, ${n})) throw new TypeError("Assignment to constant variable '${n}'.") }`
        : `set ${n}(v) { ${n} = v }`),
  );
  const source = `${importTexts.join(" ")} __cell(${isAsync ? "async " : ""}() => { __bind(__bindings());\n${body}\nfunction __bindings() { return { ${bindings.join(", ")} } } });\n`;

  const lowered = needsLowering.test(source) ? lower(source, "cell.js", { allowJs: true }) : undefined;
  let map: TraceMap | undefined;
  return {
    script: lowered?.script ?? `"use strict"; ${source}`,
    imports,
    ...(lastExpression && showsLast && { lastExpression }),
    original(position) {
      const at = lowered ? lowered.original(position) : position;
      if (!at || at.line <= prefixLines || !inline) return undefined;
      map ??= new TraceMap(Buffer.from(inline[1], "base64").toString());
      const cell = originalPositionFor(map, { line: at.line - prefixLines, column: at.column - 1 });
      if (cell.line === null || cell.line <= prefixLines) return undefined;
      return { line: cell.line - prefixLines, column: cell.column + 1 };
    },
  };
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

/**
 * Turns `import()` into a call of `__import`, since TypeScript would turn it into `require`, which fails for modules
 * with top-level await and ESM-only packages. `import.meta`, which a function cannot hold, becomes a parameter.
 */
const importsInFunctions: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      return ts.setTextRange(
        context.factory.createCallExpression(
          context.factory.createIdentifier("__import"),
          undefined,
          node.arguments.map((a) => visit(a) as ts.Expression),
        ),
        node,
      );
    }
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword)
      return ts.setTextRange(context.factory.createIdentifier("__meta"), node);
    return ts.visitEachChild(node, visit, context);
  };
  return ts.visitNode(file, visit) as ts.SourceFile;
};

/** Syntax that the function around a cell cannot hold, or that Node does not know or cannot interrupt. */
const needsLowering = /\b(import|async|await|using|accessor)\b|@/;

interface Lowered {
  readonly script: string;
  original(position: Position): Position | undefined;
}

/**
 * Lowers a module to ES2016 in a CommonJS module, so that every await becomes a step of `__awaiter`, which can be
 * interrupted.
 */
function lower(source: string, fileName: string, options: ts.CompilerOptions = {}): Lowered {
  const { outputText, sourceMapText } = ts.transpileModule(source, {
    fileName,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2016,
      esModuleInterop: true,
      noEmitHelpers: true,
      sourceMap: true,
      newLine: ts.NewLineKind.LineFeed,
      useDefineForClassFields: true, // as in a cell that is not lowered
      ignoreDeprecations: "6.0",
      noCheck: true,
      ...options,
    },
    transformers: { before: [importsInFunctions] },
  });
  let map: TraceMap | undefined;
  return {
    script: outputText.replace(/\n?\/\/# sourceMappingURL=.*\n?$/, "\n"),
    original({ line, column }) {
      const at = originalPositionFor((map ??= new TraceMap(sourceMapText!)), { line, column: column - 1 });
      return at.line === null ? undefined : { line: at.line, column: at.column + 1 };
    },
  };
}

/**
 * Lowers a whole local TypeScript or JavaScript module, so that its awaits can be interrupted like a cell's.
 * `isAsync` says whether it awaits at its top level.
 */
export function lowerModule(source: string, fileName: string): Lowered & { readonly isAsync: boolean } {
  const isAsync =
    /\bawait\b/.test(source) &&
    topLevelAwaits(ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true)).length > 0;
  const name = fileName.replace(/\.[cm]([jt]s)$/, ".$1"); // TypeScript keeps .mts and .mjs ES modules
  return { ...lower(source, name, { jsx: ts.JsxEmit.React, experimentalDecorators: true }), isAsync };
}
