/**
 * Native parts of @tensorflow/tfjs-node from the package index of Python: the wheel `tensorflow-cpu` holds the C
 * library and its headers, and the addon, two C++ files of the npm package, is compiled against them with one command.
 * Any TensorFlow from 2.13 to 2.21 fits tfjs-node 4.22.0; 2.15.1 is the fastest of them in float64.
 */
import fs from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { run } from "./childProcess.js";
import type { Timed } from "./steps.js";
import { unpackWheel, type Wheel } from "./wheel.js";

const require = createRequire(import.meta.url);
const compiler = process.env.CXX || "c++";

const libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

/** the only headers that the addon includes */
const headers = /^tensorflow\/include\/((?:tensorflow\/c|tensorflow\/core\/platform|tsl\/c|tsl\/platform)\/.+\.h)$/;

/** The wheel that holds the native library, with its checksum. */
export const tensorflowWheel: Wheel = {
  project: "tensorflow-cpu",
  version: "2.15.1",
  pip: ["--platform", "manylinux2014_x86_64", "--implementation", "cp", "--python-version", "3.11"],
  sha256: "54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26",
  megabytes: 207,
  destination(name) {
    const library = libraries.find((library) => name === `tensorflow/${library}`);
    if (library) return join("deps", "lib", library);
    const header = headers.exec(name)?.[1];
    return header && join("include", header);
  },
};

/**
 * Downloads the wheel, checks it, takes the libraries out and compiles the addon, all in `directory`,
 * where deps/lib and lib are found afterwards.
 *
 * @throws Error if the platform is not the wheel's or a part fails
 */
export async function buildFromWheel(
  directory: string,
  packageDirectory: string,
  addon: string,
  timed: Timed,
): Promise<void> {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(`the wheel is for linux x64 only, this is ${process.platform} ${process.arch}`);
  await run(compiler, ["--version"], { minutes: 1 }); // before 207 MB are downloaded for nothing
  await unpackWheel(tensorflowWheel, directory, timed);
  await timed("addon compiled", () => compile(directory, packageDirectory, addon));
}

async function compile(directory: string, packageDirectory: string, addon: string): Promise<void> {
  const target = join(directory, addon);
  await fs.mkdir(dirname(target), { recursive: true });
  const sources = (await fs.readdir(join(packageDirectory, "binding"))).filter((name) => name.endsWith(".cc"));
  await run(
    compiler,
    [
      ...["-shared", "-fPIC", "-O2", "-std=c++17", "-w"],
      `-DNAPI_VERSION=${/napi-v(\d+)/.exec(addon)![1]}`,
      ...["-I", join(directory, "include"), "-I", (require("node-api-headers") as { include_dir: string }).include_dir],
      ...sources.map((name) => join(packageDirectory, "binding", name)),
      ...["-L", join(directory, "deps", "lib"), ...libraries.map((library) => `-l:${library}`)],
      `-Wl,-rpath,$ORIGIN/${relative(dirname(addon), join("deps", "lib"))}`,
      ...["-o", target],
    ],
    { minutes: 5 },
  );
}
