/** Makes ONNX Runtime loadable, out of its wheel. */
import {
  installedOnnxruntimes,
  onnxruntimeFolders,
  onnxruntimeLibrary,
  onnxruntimeVersion,
} from "../onnxruntimeFiles.js";
import { installLibrary } from "./nativeLibrary.js";
import type { Report } from "./steps.js";
import { ofPlatform, type Wheel } from "./wheel.js";

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
export const installOnnxruntime = (report: Report = console.log): Promise<void> =>
  installLibrary(
    {
      name: "ONNX Runtime",
      variable: "SCOREBOOK_ONNXRUNTIME",
      folders: onnxruntimeFolders(),
      file: onnxruntimeLibrary,
      places: installedOnnxruntimes,
      test: "checkOnnxruntime.js",
      version: onnxruntimeVersion,
      wheel: wheelOfPlatform,
      waysOut,
    },
    report,
  );

function wheelOfPlatform(): Wheel {
  const [tag, sha256, megabytes] = ofPlatform(wheels);
  return {
    project: "onnxruntime",
    version: onnxruntimeVersion,
    pip: ["--platform", tag, ...ofPython],
    sha256,
    megabytes,
    destination: (file) => (file === `onnxruntime/capi/${onnxruntimeLibrary}` ? onnxruntimeLibrary : undefined),
  };
}
