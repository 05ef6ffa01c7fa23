/** Makes OpenBLAS loadable: a library of the system that passes a test, else that of a wheel. */
import fs from "node:fs/promises";
import { join } from "node:path";
import { makeEntry } from "../../../files/cache.js";
import { openblasFolders, openblasLibrary, openblasPlaces, openblasVersion, systemLibrary } from "../openblasFiles.js";
import { installLibrary, type Test } from "./nativeLibrary.js";
import type { Report } from "./steps.js";
import { ofPlatform, type Wheel } from "./wheel.js";

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
export const installOpenblas = (report: Report = console.log): Promise<void> =>
  installLibrary(
    {
      name: "OpenBLAS",
      variable: "SCOREBOOK_BLAS",
      folders: openblasFolders(),
      file: openblasLibrary,
      places: openblasPlaces,
      test: "checkOpenblas.js",
      version: openblasVersion,
      wheel: wheelOfPlatform,
      waysOut,
    },
    report,
    (passes, folder) => [{ name: "the system's library", run: () => chooseSystemLibrary(folder, passes) }],
  );

async function chooseSystemLibrary(folder: string, passes: Test): Promise<void> {
  for (const library of systemLibraries[process.platform] ?? [])
    try {
      await passes(library);
      return await makeEntry(folder, (fresh) => fs.writeFile(join(fresh, systemLibrary), library));
    } catch {
      // the next one
    }
  throw new Error("none that passes the test");
}

function wheelOfPlatform(): Wheel {
  const [tag, sha256] = ofPlatform(wheels);
  return {
    project: "scipy-openblas64",
    version: openblasVersion,
    pip: ["--platform", tag],
    sha256,
    megabytes: 8,
    destination: (file) => (file === `scipy_openblas64/lib/${openblasLibrary}` ? openblasLibrary : undefined),
  };
}
