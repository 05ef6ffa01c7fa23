import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, isAbsolute, join, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { types } from "node:util";
import vm from "node:vm";
import * as tslib from "tslib";
import ts = require("typescript");
import { compileModule, emitHelpers, type hooks, scriptParameters } from "./cellCompiler.js";
import { bindExport } from "./cellNames.js";
import { hidden } from "./cellScript.js";
import { mappedFile } from "./typescript.js";
import { entryPoints, isOwn, unknownEntryPoint } from "./entryPoints.js";
import { pause, resume } from "./interrupt.js";
import { registerScript, shortPath } from "./stack.js";
import { packageRoot } from "../../files/packageRoot.js";

interface LocalModule {
  readonly mtime: number;
  readonly dependencies: readonly string[];
  readonly module: { exports: unknown };
  readonly ready: Promise<void>;
}

/** The files of what scorebook itself provides to cells, wherever the notebook lies. */
const provided: ReadonlyMap<string, string> = new Map([
  ...[...entryPoints].map(([specifier, { file }]) => [specifier, file] as const),
  ["tslab", fileURLToPath(new URL("./tslabApi.js", import.meta.url))],
]);
/** TypeScript's helpers; a real ES module has its default already, where they take it for CommonJS. */
const helpers = {
  ...emitHelpers,
  __importDefault: (module: unknown) =>
    types.isModuleNamespaceObject(module) ? module : tslib.__importDefault(module),
  __importStar: (module: unknown) => (types.isModuleNamespaceObject(module) ? module : tslib.__importStar(module)),
};
const importFile = (file: string): Promise<unknown> => import(pathToFileURL(file).href);

const sourceExtensions = ["", "/index"].flatMap((base) =>
  ["", ".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx", ".json"].map((extension) => base + extension),
);
const isSource = (file: string): boolean =>
  /\.(?:[mc]?ts|[jt]sx|m?js|json)$/.test(file) && !file.includes(`${sep}node_modules${sep}`);

/**
 * A loader of modules for cells: real ES modules, CommonJS packages whole, and local TypeScript and JSON, read again
 * when it changes.
 */
export class ModuleLoader {
  private readonly loaded = new Map<string, unknown>();
  private readonly local = new Map<string, LocalModule>();
  private readonly entry: string;

  constructor(cwd: string) {
    this.entry = join(cwd, "notebook.js");
  }

  /** Forgets local modules whose file, or whose dependencies' file, has changed since they were read. */
  refresh(): void {
    const stale = (file: string, seen: Set<string>): boolean => {
      const entry = this.local.get(file);
      if (!entry || seen.has(file)) return false;
      seen.add(file);
      return (
        statSync(file, { throwIfNoEntry: false })?.mtimeMs !== entry.mtime ||
        entry.dependencies.some((d) => stale(d, seen))
      );
    };
    for (const file of [...this.local.keys()].filter((f) => stale(f, new Set()))) this.local.delete(file);
  }

  /** Loads what a static import names, so that the synchronous `require` of compiled modules finds it. */
  async load(specifier: string, from = this.entry): Promise<unknown> {
    const target = this.resolve(specifier, from);
    if (isSource(target)) return this.loadLocal(target);
    const module = await this.loadPackage(target);
    this.loaded.set(target, module);
    return module;
  }

  /** Returns `require` for code of the file `from`, which finds what `import` finds. */
  requireFrom(from = this.entry): NodeJS.Require {
    const native = createRequire(from);
    const load = (specifier: string): unknown => {
      const target = this.resolve(specifier, from, native);
      const known = this.local.get(target)?.module.exports ?? this.loaded.get(target);
      if (known !== undefined) return known;
      if (isSource(target) && !/\.m?js$/.test(target)) return this.loadAtOnce(target);
      if (isAbsolute(specifier) || /^\.{0,2}\//.test(specifier)) return native(target);
      for (const parent of [native, createRequire(join(packageRoot, "package.json"))]) {
        const file = resolvedBy(parent, specifier); // as CommonJS where a package has both forms
        if (file !== undefined) return parent(file);
      }
      return native(provided.get(target) ?? target);
    };
    return Object.assign(load, native, { main: this.notebook });
  }

  /** Loads a module as `import()` in the file `from` does, and returns its namespace. */
  async importFrom(specifier: string, from = this.entry): Promise<unknown> {
    const target = this.resolve(specifier, from);
    if (provided.has(target)) return importFile(provided.get(target)!);
    if (isBuiltin(target)) return import(target);
    if (target.endsWith(".json")) {
      const value = await this.load(target, from);
      return { ...(value as object), default: value };
    }
    if (isSource(target)) return this.loadLocal(target);
    return isModuleFile(target) ? importFile(target) : helpers.__importStar(createRequire(target)(target));
  }

  /** Returns `import.meta` for code of the file `from`. */
  meta(from = this.entry): object {
    const resolve = (specifier: string): string => {
      const resolved = this.resolve(specifier, from);
      const target = provided.get(resolved) ?? resolved;
      return isAbsolute(target) ? pathToFileURL(target).href : target;
    };
    return { url: pathToFileURL(from).href, filename: from, dirname: dirname(from), resolve };
  }

  /** The notebook as a module, to code that asks for `module` or `require.main`. */
  private readonly notebook = { exports: {} };

  /** Returns the values of `scriptParameters` for code of the file `from`, by their names. */
  scriptValues(modules: readonly unknown[], from = this.entry, module = this.notebook): Record<string, unknown> {
    const own: Record<(typeof hooks)[number], unknown> = {
      import: (specifier: string) => this.importFrom(specifier, from),
      meta: this.meta(from),
      pause,
      resume,
      modules,
      default: helpers.__importDefault,
      star: helpers.__importStar,
      live: bindExport,
    };
    return {
      require: this.requireFrom(from),
      module,
      exports: module.exports,
      __filename: from,
      __dirname: dirname(from),
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [hidden(name), value])),
      ...helpers,
    };
  }

  /** Forgets CommonJS modules that were cut while they loaded, which would be taken for whole. */
  forgetUnfinished(): void {
    const { cache } = createRequire(this.entry);
    for (const [file, module] of Object.entries(cache)) if (module && !module.loaded) delete cache[file];
  }

  private resolve(specifier: string, from: string, native = createRequire(from)): string {
    if (provided.has(specifier) || isBuiltin(specifier)) return specifier;
    if (isOwn(specifier)) throw new Error(unknownEntryPoint(specifier));
    if (specifier.startsWith("file:")) return fileURLToPath(specifier);
    if (/^\.{0,2}\//.test(specifier) || specifier === "." || specifier === "..") {
      const base = resolve(dirname(from), specifier);
      // TypeScript writes the name that a file will have once compiled.
      for (const candidate of [
        base,
        base.replace(/\.([mc]?)js$/, ".$1ts"),
        base.replace(/\.jsx?$/, ".tsx"),
        ...sourceExtensions.map((e) => base + e),
      ]) {
        if (statSync(candidate, { throwIfNoEntry: false })?.isFile()) return candidate;
      }
      throw new Error(`Cannot find module '${specifier}' from ${shortPath(dirname(from)) || "the notebook's folder"}`);
    }
    const mapped = mappedFile(specifier, from);
    if (mapped) return mapped;
    const errors: unknown[] = [];
    for (const parent of [from, join(packageRoot, "package.json")]) {
      try {
        return fileURLToPath(import.meta.resolve(specifier, pathToFileURL(parent).href));
      } catch (error) {
        errors.push(error);
      }
    }
    try {
      return native.resolve(specifier);
    } catch {
      const notFound = (errors[0] as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
      throw notFound
        ? new Error(
            `Cannot find package '${specifier}'; install it beside the notebook: npm install ${specifier
              .split("/")
              .slice(0, specifier.startsWith("@") ? 2 : 1)
              .join("/")}`,
          )
        : errors[0];
    }
  }

  private async loadPackage(target: string): Promise<unknown> {
    if (provided.has(target)) return importFile(provided.get(target)!);
    if (isBuiltin(target)) return createRequire(this.entry)(target);
    // CommonJS is taken whole: an ES view of it lacks the names that static analysis misses.
    return isModuleFile(target) ? importFile(target) : createRequire(target)(target);
  }

  private async loadLocal(file: string): Promise<unknown> {
    const known = this.local.get(file);
    if (known) {
      await known.ready;
      return known.module.exports;
    }
    const source = readFileSync(file, "utf8");
    if (file.endsWith(".json")) {
      const exports = parseJson(source, file);
      this.local.set(file, {
        mtime: statSync(file).mtimeMs,
        dependencies: [],
        module: { exports },
        ready: Promise.resolve(),
      });
      return exports;
    }
    const specifiers = ts.preProcessFile(source, true, true).importedFiles.map((f) => f.fileName);
    const tryResolve = (s: string): string[] => {
      try {
        return [this.resolve(s, file)];
      } catch {
        return [];
      }
    };
    const module = { exports: {} };
    const run = async (): Promise<void> => {
      // A cycle is entered once: whoever closes it sees what is there so far, as in Node.
      for (const s of specifiers) if (!tryResolve(s).some((t) => this.loading.has(t))) await this.loadIfThere(s, file);
      await this.run(source, file, module);
    };
    const entry = {
      mtime: statSync(file).mtimeMs,
      dependencies: specifiers.flatMap(tryResolve),
      module,
      ready: Promise.resolve(),
    };
    this.local.set(file, entry); // before it runs, so that a cycle finds it
    this.loading.add(file);
    entry.ready = run().finally(() => this.loading.delete(file));
    try {
      await entry.ready;
    } catch (error) {
      this.local.delete(file);
      throw error;
    }
    return module.exports;
  }

  /** Runs a local module; returns a promise if it awaits at its top level. */
  private run(source: string, file: string, module: { exports: object }): unknown {
    const { script, original, isAsync } = compileModule(source, file);
    registerScript(file, { label: shortPath(file), source, prefixLines: 1, original });
    const values = this.scriptValues([], file, module);
    const fn = new vm.Script(`(${isAsync ? "async " : ""}function (${scriptParameters.join(", ")}) {\n${script}\n})`, {
      filename: file,
    }).runInThisContext() as (...args: unknown[]) => unknown;
    return fn(...scriptParameters.map((name) => values[name]));
  }

  /** Loads a local file as `require` must: what it imports is required in its turn. */
  private loadAtOnce(file: string): unknown {
    const source = readFileSync(file, "utf8");
    const module = { exports: file.endsWith(".json") ? (parseJson(source, file) as object) : {} };
    this.local.set(file, { mtime: statSync(file).mtimeMs, dependencies: [], module, ready: Promise.resolve() });
    if (!file.endsWith(".json")) this.run(source, file, module);
    return module.exports;
  }

  private readonly loading = new Set<string>();

  /** Loads a module if it exists; a type-only import may name a file of declarations alone. */
  private async loadIfThere(specifier: string, from: string): Promise<void> {
    try {
      this.resolve(specifier, from);
    } catch {
      return; // `require` reports it, if the code gets there
    }
    await this.load(specifier, from);
  }
}

function isModuleFile(file: string): boolean {
  return file.endsWith(".mjs") || (file.endsWith(".js") && nearestPackageType(file) === "module");
}

/** Returns the file that `require` resolves a specifier to; undefined where it finds none. */
function resolvedBy(require: NodeJS.Require, specifier: string): string | undefined {
  try {
    return require.resolve(specifier);
  } catch {
    return undefined;
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new SyntaxError(`${shortPath(file)}: ${(error as Error).message}`);
  }
}

function nearestPackageType(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) return (JSON.parse(readFileSync(manifest, "utf8")) as { type?: string }).type;
    if (folder === dirname(folder)) return undefined;
  }
}
