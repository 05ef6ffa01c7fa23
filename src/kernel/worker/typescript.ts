/**
 * The one seam between tslab and TypeScript. tslab 1.0.22 is written against a branch of TypeScript 5.0.4; here its
 * converter is loaded on top of the TypeScript that users have, with strict checking, source maps and bundler-style
 * module resolution. Nothing else in the project replaces a module; cellPrograms.ts alone touches compiler internals
 * too.
 */
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { dirname, join, parse, relative } from "node:path";
import ts = require("typescript");
import { CellPrograms, invalidateChecker, prefix, type WatchHost } from "./cellPrograms.js";
import {
  blockVariables,
  CellNames,
  hooked,
  noParts,
  renamed,
  scripted,
  topLevelAwaits,
  undeclared,
  type CellParts,
} from "./cellScript.js";
import type { TypeCheck } from "../cellOptions.js";
import { typeRoot } from "../typeRoot.js";
import { isOwn, unknownEntryPoint } from "./entryPoints.js";
import type { Converter } from "tslab/dist/converter.js";

const require = createRequire(import.meta.url);

/** Members of TypeScript that exist at run time but not in its declarations. */
interface Internals {
  nullTransformationContext: unknown;
  Completions: { getCompletionsAtPosition(...args: unknown[]): ts.CompletionInfo | undefined };
  SymbolDisplay: {
    getSymbolKind(checker: ts.TypeChecker, symbol: ts.Symbol, location: ts.Node): ts.ScriptElementKind;
    getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker: ts.TypeChecker,
      symbol: ts.Symbol,
      file: ts.SourceFile,
      enclosing: ts.Node | undefined,
      location: ts.Node,
    ): {
      displayParts: ts.SymbolDisplayPart[];
      documentation: ts.SymbolDisplayPart[];
      symbolKind: ts.ScriptElementKind;
      tags?: ts.JSDocTagInfo[];
    };
  };
  getTouchingPropertyName(file: ts.SourceFile, position: number): ts.Node;
  findPrecedingToken(position: number, file: ts.SourceFile): ts.Node | undefined;
}
const internals = ts as unknown as Internals;

/** Codes of errors about top-level `await` and `export`, which are legal in a cell whatever the module kind. */
const legalInCells = new Set([1375, 1378, 1431, 1432, 2852, 2853, 2854]);

/** The options of a reader's tsconfig.json that change what is checked; those that change what is emitted are ours. */
const honoured = [
  "strict",
  "strictNullChecks",
  "strictFunctionTypes",
  "strictBindCallApply",
  "strictPropertyInitialization",
  "strictBuiltinIteratorReturn",
  "noImplicitAny",
  "noImplicitThis",
  "noImplicitReturns",
  "noUncheckedIndexedAccess",
  "exactOptionalPropertyTypes",
  "useUnknownInCatchVariables",
  "noFallthroughCasesInSwitch",
  "allowUnreachableCode",
  "allowUnusedLabels",
  "paths",
  "pathsBasePath",
  "baseUrl",
  "jsx",
  "jsxFactory",
  "jsxFragmentFactory",
  "jsxImportSource",
  "experimentalDecorators",
  "emitDecoratorMetadata",
  "useDefineForClassFields",
  "checkJs",
  "allowUmdGlobalAccess",
  "noImplicitOverride",
  "noPropertyAccessFromIndexSignature",
  "noUncheckedSideEffectImports",
] as const;

/** The JavaScript that every supported Node.js runs as it is; newer syntax is lowered. */
export const target = ts.ScriptTarget.ES2023;

/** The options of every cell: today's JavaScript, with the module resolution of bundlers. */
const cellOptions: ts.CompilerOptions = {
  target,
  lib: ["lib.esnext.d.ts"], // as far as this Node.js has it, see startupLibraries.cjs
  noEmitHelpers: true,
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: ["node"],
  allowImportingTsExtensions: true,
  inlineSourceMap: true,
  ignoreDeprecations: "6.0",
  noUnusedLocals: false,
  noUnusedParameters: false,
};

/** What a tsconfig.json says to cells and to modules beside it. */
interface Reader {
  /** the options that are honoured */
  readonly options: ts.CompilerOptions;
  /** libraries that it asks for and that are none of the language, such as that of the DOM */
  readonly lib: readonly string[];
  readonly types: readonly string[];
  /** its files of declarations that are seen without an import */
  readonly ambient: readonly string[];
  /** what is wrong with it; the rest is honoured */
  readonly problems: readonly ts.Diagnostic[];
}

const readers = new Map<string, Reader>();

/** Returns what the nearest tsconfig.json says, as it was when first asked for. */
function readerOf(cwd: string): Reader {
  let reader = readers.get(cwd);
  if (!reader) readers.set(cwd, (reader = read(cwd)));
  return reader;
}

function read(cwd: string): Reader {
  const file = ts.findConfigFile(cwd, ts.sys.fileExists);
  const unreadable: ts.Diagnostic[] = [];
  const config =
    file &&
    ts.getParsedCommandLineOfConfigFile(
      file,
      {},
      { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (problem) => unreadable.push(problem) },
    );
  if (!config) return { options: {}, lib: [], types: [], ambient: [], problems: unreadable };
  const all = { ...config.options };
  if (all.target !== undefined && all.target < ts.ScriptTarget.ES2022) all.useDefineForClassFields ??= false;
  // A cell is run, whoever else would bring JSX into its final form.
  if (all.jsx === ts.JsxEmit.Preserve || all.jsx === ts.JsxEmit.ReactNative) all.jsx = ts.JsxEmit.React;
  const isAmbient = (name: string): boolean => {
    const text = /\.d\.[cm]?ts$/.test(name) ? (ts.sys.readFile(name) ?? "") : "export";
    return !/^(?:import|export)\b/m.test(text) || /\bdeclare\s+(?:global|module)\b/.test(text);
  };
  return {
    options: Object.fromEntries(honoured.filter((key) => all[key] !== undefined).map((key) => [key, all[key]])),
    lib: all.lib?.filter((name) => !/^lib\.es/.test(name)) ?? [],
    types: all.types ?? [],
    ambient: config.fileNames.filter(isAmbient),
    problems: [...unreadable, ...ts.getConfigFileParsingDiagnostics(config)].filter(
      ({ code }) => code !== 18002 && code !== 18003,
    ), // no files: it is there for cells
  };
}

/** Returns what is wrong with the nearest tsconfig.json. */
export const tsconfigProblems = (cwd: string): readonly ts.Diagnostic[] => readerOf(cwd).problems;

/** Returns the file that the `paths` of the nearest tsconfig.json give for a module, if there is one. */
export function mappedFile(specifier: string, from: string): string | undefined {
  const reader = readerOf(dirname(from)).options;
  if (!reader.paths && !("baseUrl" in reader)) return undefined;
  const options = {
    ...reader,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowJs: true,
    resolveJsonModule: true,
  };
  const { resolvedModule } = ts.resolveModuleName(specifier, from, options, ts.sys);
  return resolvedModule &&
    !resolvedModule.isExternalLibraryImport &&
    !/\.d\.[cm]?ts$/.test(resolvedModule.resolvedFileName)
    ? resolvedModule.resolvedFileName
    : undefined;
}

/** Returns what the nearest tsconfig.json says of how a local module is emitted. */
export function emitOptions(fileName: string): ts.CompilerOptions {
  const { options } = readerOf(dirname(fileName));
  const ofEmit = honoured.filter((key) => /^jsx|decorator|^useDefine/i.test(key) && key in options);
  return { jsx: ts.JsxEmit.React, ...Object.fromEntries(ofEmit.map((key) => [key, options[key]])) };
}

/** Files of `libraryText` with their documentation, which is left out where cells are only checked. */
const documentedFiles = new Map<string, ts.SourceFile>();

/** Adds the documentation to a declaration of such a file. */
function document(declaration: ts.Node): void {
  const file = declaration.getSourceFile();
  if (
    (file as unknown as { jsDocParsingMode?: ts.JSDocParsingMode }).jsDocParsingMode !== ts.JSDocParsingMode.ParseNone
  )
    return;
  const known = documentedFiles.get(file.fileName);
  const whole =
    known ??
    ts.createSourceFile(
      file.fileName,
      file.text,
      { languageVersion: file.languageVersion, jsDocParsingMode: ts.JSDocParsingMode.ParseAll },
      true,
    );
  if (!known) documentedFiles.set(file.fileName, whole);
  const chain = new Map<string, ts.Node>(); // from the file down to the declaration
  const key = ({ kind, pos, end }: ts.Node): string => `${kind} ${pos} ${end}`;
  const descend = (node: ts.Node): void => {
    if (node.pos > declaration.pos || node.end < declaration.end) return;
    chain.set(key(node), node);
    ts.forEachChild(node, descend);
  };
  descend(whole);
  for (let node = declaration; node.parent; node = node.parent) {
    const jsDoc = (chain.get(key(node)) as { jsDoc?: ts.JSDoc[] } | undefined)?.jsDoc;
    if (jsDoc) Object.assign(node, { jsDoc: jsDoc.map((comment) => Object.assign(comment, { parent: node })) });
  }
}

/** Gives a completion the kind of what an imported or re-exported name stands for, where TypeScript says "alias". */
function withMeantKind(entry: ts.CompletionEntry, program: ts.Program, file: ts.SourceFile): ts.CompletionEntry {
  if (entry.kind !== ts.ScriptElementKind.alias || !entry.symbol) return entry;
  const checker = program.getTypeChecker();
  const kind = internals.SymbolDisplay.getSymbolKind(checker, checker.getAliasedSymbol(entry.symbol), file);
  return { ...entry, kind };
}

/** Returns a diagnostic's text; for an entry point that this package lacks, those that it has. */
function message({ code, file, start = 0, length = 0, messageText }: ts.Diagnostic): string {
  const specifier = file?.text.slice(start + 1, start + length - 1) ?? "";
  return code === moduleNotFound && isOwn(specifier)
    ? unknownEntryPoint(specifier)
    : ts.flattenDiagnosticMessageText(messageText, "\n");
}

/** Says of a package without types how it is taken. */
function hint({ file, start = 0, length = 0 }: ts.Diagnostic): string {
  const specifier = file!.text.slice(start + 1, start + length - 1);
  const name = specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1);
  const types = `@types/${name.join("__").replace("@", "")}`;
  return `'${specifier}' has no types: what it exports is \`any\`; npm install ${types} may bring them`;
}

/** TypeScript's "Could not find a declaration file for module '…'." */
const withoutTypes = 7016;

/** TypeScript's "Cannot find module '…' or its corresponding type declarations." */
const moduleNotFound = 2307;

/** Makes the compiler that tslab's converter sees, once per process, since tslab holds it for good. */
function compilerForTslab(settings: Settings, semantic: ts.Diagnostic[], parts: CellParts): object {
  const names = new CellNames();
  const ours: object = {
    __esModule: true, // or tslab would copy it
    createWatchCompilerHost(
      files: string[],
      tslabOptions: Record<string, ts.CompilerOptionsValue>,
      system: ts.System,
    ): WatchHost {
      const { disableTopLevelAwait: _a, noImplicitUseStrict: _b, ...rest } = tslabOptions;
      const cwd = system.getCurrentDirectory();
      const unlessAsked = { experimentalDecorators: false, checkJs: false };
      const reader = readerOf(cwd);
      const options = {
        ...rest,
        ...unlessAsked,
        ...reader.options,
        ...cellOptions,
        lib: [...cellOptions.lib!, ...reader.lib],
        types: [...cellOptions.types!, ...reader.types],
        rootDir: parse(cwd).root,
      };
      return { files, ambient: reader.ambient, system, options };
    },
    createWatchProgram: (host: WatchHost) => {
      settings.programs = new CellPrograms(host, (checker, cell, before, isKept) => {
        const { hints, outside } = parts,
          variables = settings.typeCheck === "off" ? undeclared(checker, cell) : [];
        Object.assign(parts, noParts(), {
          hints,
          outside,
          isKept,
          names: [...variables],
          variables,
          blockVariables: blockVariables(checker, cell),
        });
        return {
          before: [renamed(checker, [cell, ...before], names), hooked],
          after: [scripted(parts)],
        };
      });
      return { close: () => {} };
    },
    // The second stage, ES module to function, is ours (cellCompiler.ts).
    transpileModule: (source: string) => ({ outputText: source }),
    getPreEmitDiagnosticsOfFiles(program: ts.Program, [cell]: ts.SourceFile[]): ts.Diagnostic[] {
      const local = program
        .getSourceFiles()
        .filter((f) => !f.isDeclarationFile && f !== cell && !program.isSourceFileFromExternalLibrary(f));
      // In one piece: tslab takes the parts of a message for messages of the cell.
      const whole = (d: ts.Diagnostic): ts.Diagnostic => ({ ...d, messageText: message(d) });
      const found =
        settings.typeCheck === "off"
          ? []
          : [cell, ...local].flatMap((f) => program.getSemanticDiagnostics(f)).map(whole);
      // A directive such as @ts-ignore hides an error here that the checker keeps.
      const hidden = (cell as { commentDirectives?: readonly unknown[] }).commentDirectives?.length;
      if (settings.typeCheck === "off" || found.length > 0 || hidden) invalidateChecker(program);
      semantic.splice(0, semantic.length, ...found.filter((d) => !legalInCells.has(d.code) && d.code !== withoutTypes));
      parts.hints = found.filter((d) => d.code === withoutTypes).map(hint);
      const awaits = topLevelAwaits(cell)
        .slice(0, 1)
        .map((node) => ({
          file: cell,
          start: node.getStart(cell),
          length: 5,
          code: 1308,
          category: ts.DiagnosticCategory.Error,
          messageText: "await",
        }));
      const outside = (d: ts.Diagnostic): boolean =>
        d.file !== undefined && relative(program.getCurrentDirectory(), d.file.fileName).startsWith("..");
      const code = [cell, ...local.filter((f) => !f.fileName.endsWith(".json"))]; // whoever imports JSON parses it
      const all = [
        ...code.flatMap((f) => program.getSyntacticDiagnostics(f)),
        ...(settings.typeCheck === "error" ? semantic : []),
      ];
      parts.outside = all.filter(outside); // tslab would drop them
      return [...all, ...awaits];
    },
    getNullTransformationContext: () => internals.nullTransformationContext,
    getDefaultTypeRoots: (cwd: string) =>
      [...new Set([join(cwd, "node_modules/@types"), typeRoot])].filter((d) => existsSync(d)),
    Completions: {
      ...internals.Completions,
      getCompletionsAtPositionForTslab(
        _host: unknown,
        program: ts.Program,
        log: unknown,
        file: ts.SourceFile,
        position: number,
        preferences: unknown,
        ...[trigger, kind, cancellation]: unknown[]
      ): ts.CompletionInfo | undefined {
        invalidateChecker(program);
        // tslab's host is empty; paths of modules are completed from the file system.
        const host = {
          ...ts.sys,
          getCompilationSettings: () => program.getCompilerOptions(),
          getCurrentDirectory: () => program.getCurrentDirectory(),
          useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
        };
        const found = internals.Completions.getCompletionsAtPosition(
          host,
          program,
          log,
          file,
          position,
          preferences ?? {},
          trigger,
          kind,
          cancellation,
          undefined,
          true, // each with its symbol
        );
        return found && { ...found, entries: found.entries.map((entry) => withMeantKind(entry, program, file)) };
      },
    },
    getQuickInfoAtPosition(
      file: ts.SourceFile,
      checker: ts.TypeChecker,
      _token: unknown,
      position: number,
    ): ts.QuickInfo | undefined {
      invalidateChecker(checker);
      let node = internals.getTouchingPropertyName(file, position);
      let symbol = node === file ? undefined : checker.getSymbolAtLocation(node);
      // Between parentheses: the function that is called.
      let around = internals.findPrecedingToken(position, file);
      for (; !symbol && around; around = around.parent)
        if (ts.isCallExpression(around) || ts.isNewExpression(around)) {
          node = ts.isPropertyAccessExpression(around.expression) ? around.expression.name : around.expression;
          symbol = checker.getSymbolAtLocation(node);
        }
      if (!symbol) return undefined;
      const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      meant.declarations?.forEach(document);
      const info = internals.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(
        checker,
        symbol,
        file,
        undefined,
        node,
      );
      return {
        kind: info.symbolKind,
        kindModifiers: "",
        textSpan: { start: node.getStart(file), length: node.getEnd() - node.getStart(file) },
        displayParts: info.displayParts,
        documentation: info.documentation,
        tags: info.tags,
      };
    },
  };
  return Object.setPrototypeOf(ours, ts) as object; // a copy of its thousands of properties takes 20 ms
}

/** The converter of tslab, with members that its declarations leave out. */
export interface TslabConverter extends Converter {
  /** type errors of the cell converted last, whether or not they stopped it */
  readonly semantic: readonly ts.Diagnostic[];
  /** what the cell converted last consists of */
  readonly parts: CellParts;
  /** the declarations of the cell converted last that `convert` has not returned, since its run need not wait for them */
  declarationsOfLast(): string;
  /** parses the declarations before the next cell */
  prepare(declarations: string): void;
}

interface Tslab {
  createConverter(): Converter;
  isCompleteCode(code: string): { completed: boolean; indent?: string };
}

interface Settings {
  typeCheck: TypeCheck;
  /** of the converter made last */
  programs?: CellPrograms;
}

let loaded: { tslab: Tslab; semantic: ts.Diagnostic[]; parts: CellParts; settings: Settings } | undefined;

/** Loads tslab's converter module on this project's TypeScript. */
function loadTslab(): NonNullable<typeof loaded> {
  if (loaded) return loaded;
  const fromTslab = createRequire(require.resolve("tslab/package.json"));
  const compiler = fromTslab.resolve("@tslab/typescript-for-tslab");
  const semantic: ts.Diagnostic[] = [],
    parts = noParts(),
    settings: Settings = { typeCheck: "error" };
  const module = {
    id: compiler,
    filename: compiler,
    loaded: true,
    exports: compilerForTslab(settings, semantic, parts),
    children: [],
    paths: [],
    path: dirname(compiler),
  };
  ts.sys.getCurrentDirectory = () => process.cwd(); // TypeScript remembers the first one
  require.cache[compiler] = module as unknown as NodeJS.Module;
  const tslab = require("tslab/dist/converter.js") as Tslab;
  return (loaded = { tslab, semantic, parts, settings });
}

/** Returns a converter for the cells of one notebook, with imports resolved from the process's working directory. */
export function createConverter(typeCheck: TypeCheck): TslabConverter {
  const { tslab, semantic, parts, settings } = loadTslab();
  settings.typeCheck = typeCheck;
  const converter = tslab.createConverter();
  const programs = settings.programs!;
  const inspect: Converter["inspect"] = (...place) => {
    programs.forget(); // a checker that has seen other cells may show `Map<K, V>` for `Map<string, number>`
    return converter.inspect(...place);
  };
  return {
    ...converter,
    inspect,
    semantic,
    parts,
    declarationsOfLast: () => programs.declarationsOfLast(),
    prepare: (declarations) => programs.prepare(prefix + declarations),
  };
}

/** Says, as tslab does, whether code can run as it stands. */
export function isCompleteCode(code: string): { completed: boolean; indent?: string } {
  return loadTslab().tslab.isCompleteCode(code);
}
