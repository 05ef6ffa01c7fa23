"use strict";
// Run by `node --build-snapshot`: a heap that holds TypeScript and the parsed declarations that every cell is checked
// against, so that an evaluator need not make them at each start. src/kernel/host/snapshot.ts says where it is kept.

const fs = require("node:fs");
const path = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");

const { typescript, libraries, language, typeRoots } = JSON.parse(process.env.SCOREBOOK_SNAPSHOT);

/** A builder script can require nothing but what is built in. */
function load(file) {
  const module = { exports: {} };
  const define = vm.compileFunction(
    fs.readFileSync(file, "utf8"),
    ["exports", "require", "module", "__filename", "__dirname"],
    { filename: file },
  );
  define(module.exports, require, module, file, path.dirname(file));
  return module.exports;
}
const ts = load(typescript),
  libraryText = load(libraries);

const options = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.esnext.d.ts"],
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: ["node"],
  typeRoots,
  strict: true,
  skipLibCheck: true,
  esModuleInterop: true,
  declaration: true,
  inlineSourceMap: true,
};
const cell = "/cell.ts";
const parsed = new Map();
const host = ts.createCompilerHost(options);
const { fileExists } = host;
host.fileExists = (file) => file === cell || fileExists(file);
let code = "export const a = [1, 2].map(String), f = async (x: number) => { await null; return `${x}`; };";
host.getSourceFile = (file, how) => {
  if (file === cell) return ts.createSourceFile(file, code, how);
  if (parsed.has(file)) return parsed.get(file);
  const bundle = libraryText(ts, file, language);
  const source = ts.createSourceFile(
    file,
    bundle ?? fs.readFileSync(file, "utf8"),
    bundle === undefined ? how : { ...how, jsDocParsingMode: ts.JSDocParsingMode.ParseNone },
  );
  parsed.set(file, source);
  return source;
};
// Twice as a cell is compiled: it binds the declarations, and what V8 has compiled then is in the snapshot too.
for (let i = 0, oldProgram; i < 2; i++, code += "\nexport const b = a;") {
  const program = ts.createProgram({ rootNames: [cell], options, host, oldProgram });
  const file = program.getSourceFile(cell);
  program.getSyntacticDiagnostics(file);
  program.getSemanticDiagnostics(file);
  program.emit(file, () => {}, undefined, false, {}, true);
  oldProgram = program;
}

globalThis[Symbol.for("scorebook.parsed")] = parsed;
const { Console } = console; // which Node forgets
v8.startupSnapshot.setDeserializeMainFunction(() => {
  const Module = require("node:module");
  console.Console = Console;
  ts.sys.getCurrentDirectory = () => process.cwd(); // TypeScript remembers where the snapshot was made
  Module._cache[typescript] = {
    id: typescript,
    filename: typescript,
    loaded: true,
    exports: ts,
    children: [],
    paths: [],
  };
  Module.createRequire(typescript)(process.env.SCOREBOOK_STARTUP);
});
