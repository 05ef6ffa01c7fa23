/** What `import … from "tslab"` gives in a cell: tslab's display functions, so that its notebooks run unchanged. */
import { createRequire } from "node:module";
import ts = require("typescript");
import type { Display } from "tslab";
import { send } from "./display.js";

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

function makeDisplay(show: (mime: string, data: unknown) => void): Display {
  return {
    javascript: (s) => show("application/javascript", s),
    html: (s) => show("text/html", s),
    markdown: (s) => show("text/markdown", s),
    latex: (s) => show("text/latex", s),
    svg: (s) => show("image/svg+xml", s),
    png: (b) => show("image/png", base64(b)),
    jpeg: (b) => show("image/jpeg", base64(b)),
    gif: (b) => show("image/gif", base64(b)),
    pdf: (b) => show("application/pdf", base64(b)),
    text: (s) => show("text/plain", s),
    raw: (mime, data) => show(mime, data instanceof Uint8Array ? base64(data) : data),
  };
}

/** Displays in the notebook, one function for each MIME type. */
export const display: Display = makeDisplay((mime, data) => send({ [mime]: data }));

let displays = 0;

/**
 * Returns a display that later calls overwrite. Its identifier counts up, so that a notebook's outputs are the same in
 * every run.
 */
export function newDisplay(): Display {
  const id = `display-${++displays}`;
  let shown = false;
  return makeDisplay((mime, data) => {
    send({ [mime]: data }, {}, { id, update: shown });
    shown = true;
  });
}

/** Versions of tslab, TypeScript and Node.js. */
export const versions = {
  tslab: (createRequire(import.meta.url)("tslab/package.json") as { version: string }).version,
  typescript: ts.version,
  node: process.version,
};
