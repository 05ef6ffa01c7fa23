/**
 * Lints code and notebooks, checks their format and type-checks the notebooks' cells, all at the same time; the types
 * of all else are checked by the build. Prints what each check says, and exits 1 if one fails.
 */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const cache = ["--cache", "--cache-strategy", "content", "--cache-location"];
const plugin = "./dist/test/checks/prettierNotebooks.js";

const checks: Readonly<Record<string, readonly string[]>> = {
  lint: ["node_modules/eslint/bin/eslint.js", ...cache, "node_modules/.cache/eslint/", "."],
  format: [
    "node_modules/prettier/bin/prettier.cjs",
    "--plugin",
    plugin,
    ...cache,
    "node_modules/.cache/prettier/cells",
    "--check",
    ".",
  ],
  "types of cells": ["dist/src/cli.js", "typecheck", "notebooks"],
};

const passed = await Promise.all(
  Object.entries(checks).map(async ([name, args]) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise<number | null>((done) => child.on("close", done));
    const [status, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    console.log(`${name}: ${status === 0 ? "passed" : `failed\n${out}${err}`}`);
    return status === 0;
  }),
);
process.exitCode = passed.every(Boolean) ? 0 : 1;
