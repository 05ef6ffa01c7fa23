/**
 * Makes @tensorflow/tfjs-node loadable. This tries, in this order, until TensorFlow loads: what is there, the user's
 * cache, the libraries of a Python wheel, whose checksum is pinned; and, where it is asked for, the package's own
 * install script, which takes its native parts unchecked from one host.
 */
import fs from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { tensorflowPackage } from "../tensorflow.js";
import { cacheDirectory, fillCache, linkFolders, takeFromCache } from "../../../files/cache.js";
import { run } from "./childProcess.js";
import { firstLine, install, timer, type Report, type Step, type Timed } from "./steps.js";
import { buildFromWheel, tensorflowWheel as wheel } from "./tensorflowAddon.js";

/** The folders of the package that hold what is not in its archive. */
const folders = [join("deps", "lib"), "lib"];

const waysOut =
  "Ways out: on Linux x64 give this machine python3 with pip and a C++ compiler (pip's own settings name its mirror), or " +
  "set SCOREBOOK_CACHE to the cache of a machine of the same platform that has it; then run `npx scorebook setup`; or run " +
  "`npx scorebook setup --unpinned`, which takes it from storage.googleapis.com (HTTPS_PROXY names a proxy) without a checksum.";

/** The steps for the package in `packageDirectory`; `entry` is its place in the cache. */
function standardSteps(
  packageDirectory: string,
  entry: string,
  addon: string,
  { report, unpinned }: { report: Report; unpinned: boolean },
): Step[] {
  const undo = () => removeNativeParts(packageDirectory);
  return [
    { name: "what is there" },
    { name: "the cache", run: () => takeFromCache(entry, packageDirectory, folders), undo },
    {
      name: `the wheel ${wheel.project} ${wheel.version}`,
      run: () => fromWheel(packageDirectory, addon, timer("TensorFlow", report)),
      undo,
    },
    ...(unpinned ? [{ name: "the package's own script", ...ownScript(packageDirectory) }] : []),
  ];
}

async function removeNativeParts(packageDirectory: string): Promise<void> {
  for (const folder of ["deps", "lib", "build"])
    await fs.rm(join(packageDirectory, folder), { recursive: true, force: true });
}

/** The package's script works in the package and edits its package.json: all of it is put back if it fails. */
function ownScript(packageDirectory: string): Omit<Step, "name"> {
  const packageFile = join(packageDirectory, "package.json");
  const stallSeconds = 20;
  let original: Buffer | undefined;
  return {
    async run() {
      original = await fs.readFile(packageFile);
      const commands = join(
        requireFrom(packageDirectory).resolve("@mapbox/node-pre-gyp/package.json"),
        "../../../.bin",
      );
      const PATH = [commands, process.env.PATH].join(delimiter);
      let quietSeconds = 0;
      let size = 0;
      const alive = async () => {
        const now = await sizeOf(packageDirectory);
        quietSeconds = now === size ? quietSeconds + 1 : 0;
        size = now;
        // While a compiler runs, nothing grows for a while: only a download that has brought nothing yet is given up.
        return quietSeconds >= stallSeconds && !(await exists(join(packageDirectory, "deps", "lib")))
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
      await fs.rm(join(packageDirectory, "scripts", "_tmp.zip"), { force: true });
      await removeNativeParts(packageDirectory);
    },
  };
}

async function fromWheel(packageDirectory: string, addon: string, timed: Timed): Promise<void> {
  const directory = await fs.mkdtemp(join(packageDirectory, ".build-"));
  try {
    await buildFromWheel(directory, packageDirectory, addon, timed);
    await linkFolders(directory, packageDirectory, folders);
  } finally {
    await fs.rm(directory, { recursive: true, force: true });
  }
}

/**
 * Makes TensorFlow loadable and keeps its native parts in the user's cache.
 *
 * @param unpinned whether downloads may be taken whose checksum is not known
 * @throws Error naming every step and the ways out if none succeeds
 */
export async function installTensorflow(report: Report = console.log, unpinned = false): Promise<void> {
  const { file, version } = tensorflowPackage();
  const packageDirectory = dirname(file);
  const { find } = requireFrom(packageDirectory)("@mapbox/node-pre-gyp") as { find(packageFile: string): string };
  const addon = relative(packageDirectory, find(file));
  const napi = basename(dirname(addon));
  const entry = join(
    cacheDirectory(),
    ["tfjs-node", version, "tensorflow", wheel.version, process.platform, process.arch, napi].join("-"),
  );
  const check = () => run(process.execPath, [fileURLToPath(new URL("check.js", import.meta.url))], { minutes: 2 });
  const steps = standardSteps(packageDirectory, entry, addon, { report, unpinned });
  const done = await install({ name: "TensorFlow", steps, check, waysOut }, report);
  if (done === steps[1].name || (done === steps[0].name && (await exists(entry)))) return;
  try {
    await timer("TensorFlow", report)(`kept in ${entry}`, () => fillCache(entry, packageDirectory, folders));
  } catch (error) {
    report(`TensorFlow: not kept in the cache: ${firstLine(error)}`); // it loads all the same
  }
}

const requireFrom = (directory: string) => createRequire(join(directory, "package.json"));
const exists = (file: string) =>
  fs.access(file).then(
    () => true,
    () => false,
  );

async function sizeOf(directory: string): Promise<number> {
  const files = await fs.readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = files.map((file) =>
    fs.lstat(join(file.parentPath, file.name)).then(
      (stat) => stat.size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
