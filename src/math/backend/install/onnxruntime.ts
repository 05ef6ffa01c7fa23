/** Makes ONNX Runtime loadable: out of its wheel, into the user's cache, and this package where that may be written. */
import fs from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { linkFolders, makeEntry } from "../../../files/cache.js";
import { foreignOwner } from "../../../files/owner.js";
import { onnxruntimeFolders, onnxruntimeLibrary, onnxruntimePlace, onnxruntimeVersion } from "../onnxruntimeFiles.js";
import { run } from "./childProcess.js";
import { install, timer, type Report, type Timed } from "./steps.js";
import { ofPlatform, unpackWheel } from "./wheel.js";

/** pip's name of a platform, the checksum of its wheel and its size in megabytes. */
const wheels: Readonly<Record<string, readonly [platform: string, sha256: string, megabytes: number]>> = {
  "linux-x64": ["manylinux_2_28_x86_64", "99e1074c4b2197accd5073052a465361be17b89c093b8ffb6e6bd8f986c52df8", 28],
  "linux-arm64": ["manylinux_2_28_aarch64", "e36c187006e7a7c8b8d6d57f1a209dd63f52430dca6c282b177718ad6b841054", 23],
  "darwin-arm64": ["macosx_14_0_arm64", "d52510bbbcc880c13b826f7d75cdf33ac5cf0bb864d960000fc29ce73f0cb83e", 23],
  "win32-x64": ["win_amd64", "efe7456952c243a05a53d5b8732953625144642c2f3989094277f6217f0c0c40", 17],
  "win32-arm64": ["win_arm64", "64d394c69d561af3efd4d4f49dcac8f11d0ce135a20701c16d53b74056cd4cf8", 16],
};

/** The wheels are those of one version of Python, of which nothing is used. */
const ofPython = ["--python-version", "3.12", "--implementation", "cp", "--abi", "cp312"];

const waysOut =
  "Ways out: give this machine python3 with pip (pip's own settings name its mirror), name the library in " +
  "SCOREBOOK_ONNXRUNTIME, or set SCOREBOOK_CACHE to the cache of a machine of the same platform that has it; then run " +
  "`npx scorebook setup`. Until then TensorFlow evaluates networks, more slowly.";

/**
 * Makes ONNX Runtime loadable.
 *
 * @throws Error naming every step and the ways out if none succeeds
 */
export async function installOnnxruntime(report: Report = console.log): Promise<void> {
  const [own, cached] = onnxruntimeFolders();
  const name = "ONNX Runtime";
  const check = async () => {
    const place = onnxruntimePlace();
    if (place === undefined) throw new Error(foreignOwner(cached) ?? "there is none");
    await passes(place);
  };
  const undo = () => fs.rm(cached, { recursive: true, force: true });
  const steps = [
    { name: "what is there" },
    { name: `the wheel of ${onnxruntimeVersion}`, run: () => fromWheel(cached, timer(name, report)), undo },
  ];
  const done = await install({ name, steps, check, waysOut }, report);
  if (done !== steps[0].name) await linkFolders(cached, own, ["."]).catch(() => undefined); // the cache does as well
}

/** Resolves if a library computes right, in a process of its own, which a wrong one may crash. */
const passes = (library: string): Promise<string> =>
  run(process.execPath, [fileURLToPath(new URL("checkOnnxruntime.js", import.meta.url)), library], { minutes: 1 });

async function fromWheel(folder: string, timed: Timed): Promise<void> {
  const [tag, sha256, megabytes] = ofPlatform(wheels);
  const wheel = {
    project: "onnxruntime",
    version: onnxruntimeVersion,
    pip: ["--platform", tag, ...ofPython],
    sha256,
    megabytes,
    destination: (file: string) => (file === `onnxruntime/capi/${onnxruntimeLibrary}` ? onnxruntimeLibrary : undefined),
  };
  await makeEntry(folder, (fresh) => unpackWheel(wheel, fresh, timed));
}
