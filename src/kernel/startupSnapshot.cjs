"use strict";
// Run by `node --build-snapshot`: a heap that holds TypeScript and the parsed declarations that every cell is checked
// against, so that an evaluator need not make them at each start. src/kernel/snapshot.ts says where it is kept.

const fs = require("node:fs");
const path = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");

const { typescript, typeRoots } = JSON.parse(process.env.SCOREBOOK_SNAPSHOT);

// A builder script can require nothing but what is built in.
const compiled = { exports: {} };
const define = vm.compileFunction(fs.readFileSync(typescript, "utf8"), ["exports", "require", "module", "__filename", "__dirname"], { filename: typescript });
define(compiled.exports, require, compiled, typescript, path.dirname(typescript));
const ts = compiled.exports;

const options = {
  target: ts.ScriptTarget.ESNext, lib: ["lib.esnext.d.ts"], module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: ["node"], typeRoots, strict: true, skipLibCheck: true, esModuleInterop: true,
};
const cell = "/cell.ts";
const parsed = new Map();
const host = ts.createCompilerHost(options);
const { fileExists } = host;
host.fileExists = (file) => file === cell || fileExists(file);
host.getSourceFile = (file, how) => {
  const source = ts.createSourceFile(file, file === cell ? "export {}; [1].map(String);" : fs.readFileSync(file, "utf8"), how);
  if (file !== cell) parsed.set(file, source);
  return source;
};
const program = ts.createProgram({ rootNames: [cell], options, host });
program.getSemanticDiagnostics(program.getSourceFile(cell)); // binds the declarations

globalThis[Symbol.for("scorebook.parsed")] = parsed;
v8.startupSnapshot.setDeserializeMainFunction(() => {
  const Module = require("node:module");
  ts.sys.getCurrentDirectory = () => process.cwd(); // TypeScript remembers where the snapshot was made
  Module._cache[typescript] = { id: typescript, filename: typescript, loaded: true, exports: ts, children: [], paths: [] };
  Module.createRequire(typescript)(process.env.SCOREBOOK_STARTUP);
});
