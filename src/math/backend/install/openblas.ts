/**
 * Makes OpenBLAS loadable: a library of the system that passes a test, else that of a wheel. It lies in the user's
 * cache, and in this package where that may be written.
 */
import fs from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { foreignOwner } from "../../../files/owner.js";
import { openblasFolders, openblasLibrary, openblasPlaces, openblasVersion, systemLibrary } from "../openblasFiles.js";
import { linkFolders, makeEntry } from "../../../files/cache.js";
import { run } from "./childProcess.js";
import { install, timer, type Report, type Timed } from "./steps.js";
import { ofPlatform, unpackWheel, type Wheel } from "./wheel.js";

/** pip's name of a platform and the checksum of its wheel. */
const wheels: Readonly<Record<string, readonly [platform: string, sha256: string]>> = {
  "linux-x64": ["manylinux_2_28_x86_64", "deb7f39980f5b4db6140d4a9d948e066ad3ea4a7c6545caa65c3f590fdc23559"],
  "linux-arm64": ["manylinux_2_28_aarch64", "efd31ed0ca0c182cd57761e5f5f17899e0de39be4b1809d17e13aafc21500ec4"],
  "darwin-arm64": ["macosx_11_0_arm64", "280660396e528988b8ac30e21a38222aa0a6552b0b3f54712abd92eb116d4901"],
  "win32-x64": ["win_amd64", "7ded297cb505642e88de7b687317e451ac8d432387dbcba82913d759003c3b92"],
  "win32-arm64": ["win_arm64", "ca0d31041b7b7fb0d5655c9f0bb250a6378bfa22ee39085fb7fc7eb95b9b6aca"],
};

/** Libraries that a system may have, fast ones alone. */
const systemLibraries: Readonly<Record<string, readonly string[]>> = {
  linux: ["libopenblas.so.0", "libmkl_rt.so.2"],
  darwin: ["/System/Library/Frameworks/Accelerate.framework/Accelerate"],
};

const waysOut =
  "Ways out: give this machine python3 with pip (pip's own settings name its mirror), name a library of BLAS and LAPACK " +
  "in SCOREBOOK_BLAS, or set SCOREBOOK_CACHE to the cache of a machine of the same platform that has it; then run " +
  "`npx scorebook setup`.";

/**
 * Makes OpenBLAS loadable.
 *
 * @throws Error naming every step and the ways out if none succeeds
 */
export async function installOpenblas(report: Report = console.log): Promise<void> {
  const [own, cached] = openblasFolders();
  const check = async () => {
    const foreign = foreignOwner(cached);
    if (foreign && openblasPlaces().length === 0) throw new Error(foreign);
    const places = [...(process.env.SCOREBOOK_BLAS ? [process.env.SCOREBOOK_BLAS] : []), ...openblasPlaces()];
    if (places.length === 0) throw new Error("there is none");
    await passes(places[0]);
  };
  const undo = () => fs.rm(cached, { recursive: true, force: true });
  const name = "OpenBLAS";
  const steps = [
    { name: "what is there" },
    { name: "the system's library", run: () => chooseSystemLibrary(cached), undo },
    { name: `the wheel of ${openblasVersion}`, run: () => fromWheel(cached, timer(name, report)), undo },
  ];
  const done = await install({ name, steps, check, waysOut }, report);
  if (done !== steps[0].name) await linkFolders(cached, own, ["."]).catch(() => undefined); // the cache does as well
}

/** Resolves if a library computes right, in a process of its own, which a wrong one may crash. */
const passes = (library: string): Promise<string> =>
  run(process.execPath, [fileURLToPath(new URL("checkOpenblas.js", import.meta.url)), library], { minutes: 1 });

async function chooseSystemLibrary(folder: string): Promise<void> {
  for (const library of systemLibraries[process.platform] ?? [])
    try {
      await passes(library);
      return await makeEntry(folder, (fresh) => fs.writeFile(join(fresh, systemLibrary), library));
    } catch {
      // the next one
    }
  throw new Error("none that passes the test");
}

async function fromWheel(folder: string, timed: Timed): Promise<void> {
  const [tag, sha256] = ofPlatform(wheels);
  const wheel: Wheel = {
    project: "scipy-openblas64",
    version: openblasVersion,
    pip: ["--platform", tag],
    sha256,
    megabytes: 8,
    destination: (name) => (name === `scipy_openblas64/lib/${openblasLibrary}` ? openblasLibrary : undefined),
  };
  await makeEntry(folder, (fresh) => unpackWheel(wheel, fresh, timed));
}
