// Makes @tensorflow/tfjs-node loadable; `npm ci` runs it as this package's own `postinstall`.
// The package's install script gets its native parts from one host only and fails where that is not reached,
// so package.json does not allow npm to run it, and this tries, in this order, until TensorFlow loads:
//   1. what is there; 2. the user's cache; 3. the package's own script; 4. the libraries of a Python wheel.

import fs from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDirectory, fillCache, linkNativeFolders, takeFromCache } from "./tensorflow-cache.mjs";
import { run } from "./tensorflow-process.mjs";
import { buildFromWheel, wheel } from "./tensorflow-wheel.mjs";

/**
 * Tries the steps in order until TensorFlow loads and resolves with the name of the step that did it.
 * A step that fails, or after which TensorFlow does not load, is undone and reported in one line.
 *
 * @param steps `{ name, run?(), undo?() }`
 * @param check resolves if TensorFlow loads, else rejects
 * @throws Error naming every step and the ways out if none succeeds
 */
export async function install(steps, check, report = console.log) {
  const failures = [];
  for (const step of steps) {
    const seconds = stopwatch();
    try {
      await step.run?.();
      await check();
      report(`TensorFlow: loads, by ${step.name} (${seconds()})`);
      return step.name;
    } catch (error) {
      await step.undo?.();
      failures.push(`  ${step.name}: ${firstLine(error)}`);
      report(`TensorFlow: not by ${step.name}: ${firstLine(error)} (${seconds()})`);
    }
  }
  throw new Error(["TensorFlow could not be installed:", ...failures, waysOut].join("\n"));
}

const waysOut =
  "Ways out: let this machine reach storage.googleapis.com (set HTTPS_PROXY if it needs a proxy), or, on Linux x64, " +
  "give it python3 with pip and a C++ compiler (pip's own settings name its mirror), or set SCOREBOOK_CACHE to the " +
  "cache of a machine of the same platform that has it; then run `npm run postinstall`.";

/** The steps for the package in `packageDirectory`; `entry` is its place in the cache. */
function standardSteps(packageDirectory, entry, addon, report) {
  const undo = () => removeNativeParts(packageDirectory);
  return [
    { name: "what is there" },
    { name: "the cache", run: () => takeFromCache(entry, packageDirectory), undo },
    { name: "the package's own script", ...ownScript(packageDirectory) },
    {
      name: `the wheel ${wheel.project} ${wheel.version}`,
      run: () => fromWheel(packageDirectory, addon, timer(report)),
      undo,
    },
  ];
}

async function removeNativeParts(packageDirectory) {
  for (const folder of ["deps", "lib", "build"])
    await fs.rm(path.join(packageDirectory, folder), { recursive: true, force: true });
}

/** The package's script works in the package and edits its package.json: all of it is put back if it fails. */
function ownScript(packageDirectory) {
  const packageFile = path.join(packageDirectory, "package.json");
  const stallSeconds = 20;
  let original;
  return {
    async run() {
      original = await fs.readFile(packageFile);
      const commands = path.join(
        requireFrom(packageDirectory).resolve("@mapbox/node-pre-gyp/package.json"),
        "../../../.bin",
      );
      const PATH = [commands, process.env.PATH].join(path.delimiter);
      let quietSeconds = 0;
      let size = 0;
      const alive = async () => {
        const now = await sizeOf(packageDirectory);
        quietSeconds = now === size ? quietSeconds + 1 : 0;
        size = now;
        // While a compiler runs, nothing grows for a while: only a download that has brought nothing yet is given up.
        return quietSeconds >= stallSeconds && !(await exists(path.join(packageDirectory, "deps", "lib")))
          ? `brought nothing in ${stallSeconds} s`
          : undefined;
      };
      await run(process.execPath, ["scripts/install.js"], {
        cwd: packageDirectory,
        env: { ...process.env, PATH },
        minutes: 3,
        alive,
      });
    },
    async undo() {
      if (original) await fs.writeFile(packageFile, original);
      await fs.rm(path.join(packageDirectory, "scripts", "_tmp.zip"), { force: true });
      await removeNativeParts(packageDirectory);
    },
  };
}

async function fromWheel(packageDirectory, addon, timed) {
  const directory = await fs.mkdtemp(path.join(packageDirectory, ".build-"));
  try {
    await buildFromWheel(directory, packageDirectory, addon, timed);
    await linkNativeFolders(directory, packageDirectory);
  } finally {
    await fs.rm(directory, { recursive: true, force: true });
  }
}

async function main() {
  const report = console.log;
  const packageFile = createRequire(import.meta.url).resolve("@tensorflow/tfjs-node/package.json");
  const packageDirectory = path.dirname(packageFile);
  const addon = path.relative(
    packageDirectory,
    requireFrom(packageDirectory)("@mapbox/node-pre-gyp").find(packageFile),
  );
  const { version } = JSON.parse(await fs.readFile(packageFile, "utf8"));
  const napi = path.basename(path.dirname(addon));
  const entry = path.join(
    cacheDirectory(),
    ["tfjs-node", version, "tensorflow", wheel.version, process.platform, process.arch, napi].join("-"),
  );
  const check = () =>
    run(process.execPath, [fileURLToPath(new URL("load-tensorflow.cjs", import.meta.url))], { minutes: 2 });
  const steps = standardSteps(packageDirectory, entry, addon, report);
  const done = await install(steps, check, report);
  if (done === steps[1].name || (done === steps[0].name && (await exists(entry)))) return;
  try {
    await timer(report)(`kept in ${entry}`, () => fillCache(entry, packageDirectory));
  } catch (error) {
    report(`TensorFlow: not kept in the cache: ${firstLine(error)}`); // it loads all the same
  }
}

const requireFrom = (directory) => createRequire(path.join(directory, "package.json"));
const firstLine = (error) => String(error?.message ?? error).split("\n")[0];
const exists = (file) =>
  fs.access(file).then(
    () => true,
    () => false,
  );

async function sizeOf(directory) {
  const files = await fs.readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = files.map((file) =>
    fs.lstat(path.join(file.parentPath ?? file.path, file.name)).then(
      (stat) => stat.size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function stopwatch() {
  const start = performance.now();
  return () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

function timer(report) {
  return async (sentence, action) => {
    const seconds = stopwatch();
    const result = await action();
    report(`TensorFlow: ${sentence} (${seconds()})`);
    return result;
  };
}

if (process.argv[1] && (await fs.realpath(process.argv[1])) === fileURLToPath(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
