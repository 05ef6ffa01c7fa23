import { statSync } from "node:fs";
import { join } from "node:path";
import ts = require("typescript");
import { packageRoot } from "../../files/packageRoot.js";
import { languageLibraries } from "../languageLibraries.js";
import libraryText = require("./startupLibraries.cjs");
import { cellKind, reachesOut, reference, references } from "./cellSyntax.js";
import { entryPoints, isOwn } from "./entryPoints.js";

/** What precedes both of the texts that tslab's converter is given. */
export const prefix = "export {};\n";

/** What TypeScript exports at run time but leaves out of its declarations. */
const { bindSourceFile } = ts as unknown as { bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void };

/** Returns a file's time of change; 0 where there is none. */
function mtime(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Parses one of the two files that tslab makes; the comments at the head of a cell may say how its JSX is meant. */
function parseOwn(name: string, text: string, how: ts.ScriptTarget | ts.CreateSourceFileOptions): OwnFile {
  const file = ts.createSourceFile(name, text, how, false, cellKind(text)) as OwnFile;
  if (/@jsx/.test(text)) file.pragmas = (ts.createSourceFile(name, text.replace(/^.*\n/, ""), how) as OwnFile).pragmas;
  return file;
}

/** The argument of `createWatchProgram`, as tslab's converter makes it. */
export interface WatchHost {
  readonly files: readonly string[];
  /** files of declarations that every cell sees */
  readonly ambient: readonly string[];
  readonly options: ts.CompilerOptions;
  readonly system: ts.System;
  afterProgramCreate?: (builder: object) => void;
}

/**
 * Parsed files of libraries, which do not change while the process lives; a start-up snapshot brings the common ones.
 */
const parsed =
  ((globalThis as Record<symbol, unknown>)[Symbol.for("scorebook.parsed")] as Map<string, ts.SourceFile> | undefined) ??
  new Map<string, ts.SourceFile>();
Reflect.deleteProperty(globalThis, Symbol.for("scorebook.parsed"));

/** A source file with what a program adds to it; the parent of one with declarations is the one with earlier ones. */
interface OwnFile extends ts.SourceFile {
  parent: OwnFile;
  locals: Map<string, unknown>;
  pragmas: unknown;
  path: string;
  resolvedPath: string;
  originalFileName: string;
  imports: readonly ts.StringLiteralLike[];
  moduleAugmentations: readonly ts.Node[];
  ambientModuleNames: readonly string[];
}

type Emit = Parameters<ts.Program["emit"]>;
type FullProgram = ts.Program & {
  emit(...args: [...Emit, forceDeclarations: boolean]): ts.EmitResult;
};

/** TypeScript's own value, beside the public true and undefined, of what to emit: JavaScript alone. */
const noDeclarations = 0 as unknown as boolean;

/** Returns a file of declarations and those with earlier ones. */
function chain(file: OwnFile | undefined): OwnFile[] {
  const files: OwnFile[] = [];
  for (let one = file; one; one = one.parent) files.push(one);
  return files;
}

/** Whether a cell declares a name that is declared before it. */
function redeclares(cell: OwnFile, before: OwnFile): boolean {
  const names = [...cell.locals.keys()];
  return chain(before).some(({ locals }) => names.some((name) => locals.has(name)));
}

/** Returns what a text of declarations has before all that an earlier one has; undefined if it has not all of it. */
function addition(text: string, earlier: string): string | undefined {
  const head = references(text) + prefix;
  const rest = earlier.slice(head.length);
  if (!text.startsWith(head) || !earlier.startsWith(head) || !text.endsWith(rest)) return undefined;
  return prefix + text.slice(head.length, text.length - rest.length);
}

const isDeclarations = (file: string): boolean => file.endsWith(".d.ts");

/** Declarations with their references where TypeScript looks for them. */
const withReferencesFirst = (text: string): string =>
  text.includes("/// <") ? references(text) + text.replace(reference, "") : text;

/** What a text must have to import anything. */
const mayImport = /\b(?:import|from|require|define)\b/;

const invalidators = new WeakMap<ts.Program | ts.TypeChecker, () => void>();

/** Discards this checker: it caches errors and would report them again for later cells. */
export function invalidateChecker(checker: ts.Program | ts.TypeChecker): void {
  invalidators.get(checker)?.();
}

/** Largest number of cells that one checker sees, since it forgets nothing. */
const CELLS_A_PROGRAM = 100;

/**
 * Programs in which TypeScript checks cells, over the cell, the declarations before it and what they import. A cell
 * that imports nothing new is checked by the checker of the cell before, which knows the libraries: the files of the
 * two change places within its program, and what the cell before has declared is a file of its own, whose parent is that
 * of what was declared earlier; TypeScript looks for names in one after the other. Else, and after an error, the next
 * program is made from the one before, as TypeScript's own watch program does, with all declarations in one file.
 */
export class CellPrograms {
  private program: FullProgram | undefined;
  /** whether the program's checker has seen clean cells only, and how many */
  private clean = false;
  private seen = 0;
  /** the declarations before the cell: the whole text, and the file that was parsed last, the newest of its chain */
  private declarations: { text: string; file: OwnFile; statements: ts.SourceFile["statements"] } | undefined;
  /** undoes `hide` */
  private showAgain = (): void => {};
  /** of the cell emitted last, as far as they were left for later */
  private emitDeclarations = (): string => "";
  private readonly how = new Map<string, ts.ScriptTarget | ts.CreateSourceFileOptions>();
  private readonly local = new Map<string, { mtime: number; file: ts.SourceFile }>();
  /** of the two files that tslab makes */
  private readonly cellName: string;
  private readonly declarationsName: string;
  private readonly cache: ts.ModuleResolutionCache;
  private readonly compilerHost: ts.CompilerHost;

  constructor(
    private readonly host: WatchHost,
    private readonly transformers: (
      checker: ts.TypeChecker,
      cell: ts.SourceFile,
      before: readonly ts.SourceFile[],
      isKept: boolean,
    ) => ts.CustomTransformers,
  ) {
    const { options, system } = host,
      cwd = system.getCurrentDirectory();
    this.cellName = host.files.find((name) => !isDeclarations(name))!;
    this.declarationsName = host.files.find(isDeclarations)!;
    this.cache = ts.createModuleResolutionCache(cwd, (name) => name, options);
    this.compilerHost = {
      ...ts.createCompilerHost(options),
      getCurrentDirectory: () => cwd,
      fileExists: system.fileExists,
      readFile: system.readFile,
      directoryExists: system.directoryExists,
      getDirectories: system.getDirectories,
      realpath: system.realpath,
      getSourceFile: (file, how) => this.sourceFile(file, how),
      getModuleResolutionCache: () => this.cache,
      resolveModuleNameLiterals: (...request) => this.resolve(...request),
      // Only what a changed file imports is resolved anew; the default with a resolver of one's own is all, every time.
      hasInvalidatedResolutions: () => false,
    };
    let timer: unknown;
    const changed = (): void => {
      if (timer) system.clearTimeout!(timer);
      timer = system.setTimeout!(() => {
        timer = undefined;
        this.update();
      }, 0);
    };
    for (const file of host.files) system.watchFile!(file, changed);
    this.update();
  }

  /** Has what comes next checked by a checker that has seen no cell. */
  forget(): void {
    this.clean = false;
  }

  /** Returns the declarations of the cell emitted last, where they were left for later. */
  declarationsOfLast(): string {
    this.showAgain();
    return this.emitDeclarations();
  }

  /** Parses the declarations before the next cell. */
  prepare(text: string): void {
    if (this.program && this.clean) this.replacement(this.declarationsName, withReferencesFirst(text));
  }

  /** Lets a file's names be found, by tslab too. */
  private bind(file: OwnFile): void {
    bindSourceFile(file, this.host.options);
    file.locals.delete("__global"); // `declare global` is none
  }

  /** Lets tslab find no declarations, which it would print again, until the next cell. */
  private hide(file: OwnFile): void {
    const { locals, statements } = file;
    Object.assign(file, { locals: new Map(), statements: ts.factory.createNodeArray() });
    this.showAgain = () => {
      Object.assign(file, { locals, statements });
      this.showAgain = () => {};
    };
  }

  private update(): void {
    const { files, options } = this.host;
    this.showAgain();
    const replaced = this.replacements();
    if (!replaced) {
      this.program = ts.createProgram({
        rootNames: [...files, ...this.host.ambient],
        options,
        host: this.compilerHost,
        oldProgram: this.program,
      });
      [this.clean, this.seen] = [true, 0];
      for (const name of files) this.bind(this.program.getSourceFile(name) as OwnFile);
      const file = this.program.getSourceFile(this.declarationsName) as OwnFile;
      this.declarations = { text: file.text, file, statements: file.statements };
    }
    const program = this.program!;
    const getSourceFile = (file: string): ts.SourceFile | undefined =>
      replaced?.get(file) ?? program.getSourceFile(file);
    const invalidate = (): void => {
      if (this.program === program) this.clean = false;
    };
    const view: ts.Program = {
      ...program,
      getSourceFile,
      getSourceFiles: () => program.getSourceFiles().map((file) => replaced?.get(file.fileName) ?? file),
      getTypeChecker: () => {
        const checker = program.getTypeChecker();
        invalidators.set(checker, invalidate);
        return checker;
      },
    };
    invalidators.set(view, invalidate);
    this.host.afterProgramCreate?.({
      getProgram: () => view,
      getSourceFile,
      // Only the cell is emitted by tslab; the loader runs local .ts files itself, wherever they lie.
      getAllDependencies: (file: ts.SourceFile) => [file.fileName],
      emit: (...[file, write, token, onlyDeclarations, transformers]: Emit) => {
        const cell = file as OwnFile,
          before = getSourceFile(this.declarationsName) as OwnFile;
        const isKept = !reachesOut(before.text) && !redeclares(cell, before);
        const own = this.transformers(program.getTypeChecker(), cell, chain(before), isKept);
        const declares = cell.locals.size > 0 || cell.imports.length > 0 || /\bdeclare\b/.test(cell.text);
        // Forced, because a type that a package would have to name portably need not be portable from cell to cell.
        const emit = (to: ts.WriteFileCallback, what: boolean | undefined): ts.EmitResult =>
          program.emit(cell, to, token, what, { ...own, afterDeclarations: transformers?.afterDeclarations }, true);
        const isLater = isKept || !declares;
        const result = emit(
          (name, ...rest) => write!(`outDir/__tslab__${isDeclarations(name) ? ".d.ts" : ".js"}`, ...rest),
          isLater ? noDeclarations : onlyDeclarations,
        );
        this.emitDeclarations = () => {
          let declarations = "";
          if (isLater && declares) emit((_, text) => void (declarations = text), true);
          return declarations;
        };
        if (isLater) write!("outDir/__tslab__.d.ts", "", false);
        if (isKept) this.hide(before);
        return result;
      },
    });
  }

  /**
   * Parses the two files, the declarations only if they changed; undefined if the program at hand cannot check them as
   * they are now.
   */
  private replacements(): Map<string, OwnFile> | undefined {
    const { program } = this,
      { files, options } = this.host;
    if (!program || !this.clean || ++this.seen > CELLS_A_PROGRAM || options.jsx !== ts.JsxEmit.React) return undefined;
    if ([...this.local].some(([file, { mtime: before }]) => mtime(file) !== before)) return undefined;
    const replaced = new Map<string, OwnFile>();
    for (const name of files) {
      const file = this.replacement(name, this.ownText(name));
      if (!file) return undefined;
      replaced.set(name, file);
    }
    const [before, cell] = [this.declarationsName, this.cellName].map((name) => replaced.get(name)!);
    // tslab, which prints those that the cell leaves, knows of one file.
    if (before.parent && redeclares(cell, before))
      replaced.set(this.declarationsName, this.declared(this.declarations!.text)!);
    return replaced;
  }

  /** Parses one of the two files for the program at hand; undefined if it lacks something that the text needs. */
  private replacement(name: string, text: string): OwnFile | undefined {
    if (reachesOut(text) || references(text) !== references(this.program!.getSourceFile(name)!.text)) return undefined;
    if (!isDeclarations(name)) return this.parse(name, text);
    // They are the same in the two steps of a conversion, and for the next cell unless tslab edits their tree.
    const last = this.declarations?.statements === this.declarations?.file.statements ? this.declarations : undefined;
    return last?.text === text ? last.file : this.declared(text, last);
  }

  /** Parses the declarations before a cell, or what they add to earlier ones. */
  private declared(text: string, earlier?: { readonly text: string; readonly file: OwnFile }): OwnFile | undefined {
    const added = earlier && addition(text, earlier.text);
    const file = this.parse(this.declarationsName, added ?? text);
    if (!file) return undefined;
    if (added !== undefined) file.parent = earlier!.file;
    this.declarations = { text, file, statements: file.statements };
    return file;
  }

  private parse(name: string, text: string): OwnFile | undefined {
    const before = this.program!.getSourceFile(name) as OwnFile;
    const file = parseOwn(name, text, this.how.get(name)!);
    const known = new Map(before.imports.map((literal) => [literal.text, literal]));
    const imported = mayImport.test(text) ? ts.preProcessFile(text, true, true).importedFiles : [];
    const imports = imported.map(({ fileName }) => known.get(fileName));
    const isCell = name === this.cellName;
    if (imports.includes(undefined) || (isCell && imports.length > 0)) return undefined;
    const { path: key, resolvedPath, originalFileName } = before;
    // The program keeps the errors of a file by its path: every cell has one of its own.
    Object.assign(file, {
      path: isCell ? `${key}.${this.seen}` : key,
      resolvedPath,
      originalFileName,
      imports,
      moduleAugmentations: [],
      ambientModuleNames: [],
    });
    this.bind(file);
    return file;
  }

  /** Returns the text of one of the two files. */
  private ownText(file: string): string {
    const text = this.host.system.readFile(file) ?? "";
    return isDeclarations(file) ? withReferencesFirst(text) : text;
  }

  private sourceFile(file: string, how: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined {
    const own = this.host.files.includes(file); // parsed anew each time
    if (own) this.how.set(file, how);
    const library = !own && file.includes("/node_modules/"),
      known = library ? parsed.get(file) : undefined;
    if (known) return known;
    const time = own || library ? 0 : mtime(file),
      before = this.local.get(file);
    if (before?.mtime === time) return before.file;
    const bundle = library ? libraryText(ts, file, languageLibraries) : undefined,
      text = bundle ?? (own ? this.ownText(file) : this.host.system.readFile(file));
    if (text === undefined) return undefined;
    const source = own
      ? parseOwn(file, text, how)
      : ts.createSourceFile(
          file,
          text,
          bundle === undefined
            ? how
            : {
                ...(typeof how === "object" ? how : { languageVersion: how }),
                jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
              },
          false,
        );
    if (library) parsed.set(file, source);
    else if (!own) this.local.set(file, { mtime: time, file: source });
    return source;
  }

  private resolve(
    ...[literals, containing, redirected, options, file]: Parameters<
      NonNullable<ts.CompilerHost["resolveModuleNameLiterals"]>
    >
  ): readonly ts.ResolvedModuleWithFailedLookupLocations[] {
    return literals.map((literal) => {
      if (isOwn(literal.text)) {
        const types = entryPoints.get(literal.text)?.types;
        return {
          resolvedModule: types && { resolvedFileName: types, extension: ".d.ts", isExternalLibraryImport: true },
        } as ts.ResolvedModuleWithFailedLookupLocations;
      }
      const mode = ts.getModeForUsageLocation(file, literal, options);
      const from = (parent: string, cache?: ts.ModuleResolutionCache): ts.ResolvedModuleWithFailedLookupLocations =>
        ts.resolveModuleName(literal.text, parent, options, this.compilerHost, cache, redirected, mode);
      const own = from(containing, this.cache);
      if (own.resolvedModule) return own;
      this.cache.clear(); // what was not there may have been installed since
      const again = from(containing);
      return again.resolvedModule || /^[./]/.test(literal.text) ? again : from(join(packageRoot, "package.json"));
    });
  }
}
