"use strict";
// The declarations of the language and of Node.js lie in some 150 files. As one file each, TypeScript merges what they
// add to the same interfaces once, when it binds them, and not again for every cell. Used by the snapshot's builder and
// the kernel.

const fs = require("node:fs");
const path = require("node:path");

/** Not of the global scope: it stays a file of its own. */
const isModule = (text) => /^(import|export)\b/m.test(text);

/**
 * The text of such a library with all that it refers to, or undefined if the file is none. That of the language,
 * lib.esnext.d.ts, has the libraries in `language`; its parts, to which packages may refer, are empty beside it.
 */
module.exports = function libraryText(ts, file, language) {
  const [, library] = /^lib\.(es.*)\.d\.ts$/.exec(path.basename(file)) ?? [],
    standard = library === "esnext";
  if (ts.libs.includes(library) && !standard) return "";
  if (!standard && !file.replaceAll("\\", "/").endsWith("/@types/node/index.d.ts")) return undefined;
  const folder = path.dirname(file),
    seen = new Set(),
    references = [],
    parts = [];
  const visit = (at) => {
    if (seen.has(at)) return;
    seen.add(at);
    const text = fs.readFileSync(at, "utf8");
    if (at !== file && isModule(text))
      return void references.push(`/// <reference path="${path.relative(folder, at)}" />`);
    const { libReferenceDirectives, referencedFiles, typeReferenceDirectives } = ts.preProcessFile(text, true, true);
    for (const { fileName } of libReferenceDirectives) {
      if (standard) visit(path.join(folder, `lib.${fileName}.d.ts`));
      else references.push(`/// <reference lib="${fileName}" />`);
    }
    for (const { fileName } of referencedFiles) visit(path.join(path.dirname(at), fileName));
    for (const { fileName } of typeReferenceDirectives) references.push(`/// <reference types="${fileName}" />`);
    parts.push(text.replace(/^\/\/\/ <reference.*$/gm, ""));
  };
  if (standard)
    for (const name of language.filter((l) => ts.libs.includes(l))) visit(path.join(folder, `lib.${name}.d.ts`));
  else visit(file);
  return [...references.filter((line) => !line.includes('lib="es')), ...parts].join("\n");
};
