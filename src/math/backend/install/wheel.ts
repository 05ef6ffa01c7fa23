/**
 * Native parts of @tensorflow/tfjs-node from the package index of Python: the wheel `tensorflow-cpu` holds the C
 * library and its headers, and the addon, two C++ files of the npm package, is compiled against them with one command.
 * Any TensorFlow from 2.13 to 2.21 fits tfjs-node 4.22.0; 2.15.1 is the fastest of them in float64.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import fs from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { openPromise } from "yauzl";
import { run } from "./childProcess.js";

const require = createRequire(import.meta.url);
const compiler = process.env.CXX || "c++";

/** Does a part of the work and reports it in a sentence. */
export type Timed = <T>(sentence: string, action: () => Promise<T>) => Promise<T>;

/** The wheel that holds the native library, with its checksum. */
export const wheel = {
  project: "tensorflow-cpu",
  version: "2.15.1",
  pip: ["--platform", "manylinux2014_x86_64", "--implementation", "cp", "--python-version", "3.11"],
  sha256: "54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26",
  libraries: ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"],
  /** the only headers that the addon includes */
  headers: /^tensorflow\/include\/((?:tensorflow\/c|tensorflow\/core\/platform|tsl\/c|tsl\/platform)\/.+\.h)$/,
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
  const file = await timed(`${wheel.project} ${wheel.version} downloaded by pip (207 MB)`, () =>
    downloadWheel(directory),
  );
  await timed("its SHA-256 is the expected one", () => verify(file, wheel.sha256));
  await timed("libraries and headers unpacked", () => unpack(file, directory));
  await timed("addon compiled", () => compile(directory, packageDirectory, addon));
}

async function downloadWheel(directory: string): Promise<string> {
  const what = ["--no-deps", "--only-binary=:all:", ...wheel.pip, `${wheel.project}==${wheel.version}`];
  await run("python3", ["-m", "pip", "download", "--quiet", "--dest", directory, ...what], { minutes: 20 });
  const name = (await fs.readdir(directory)).find((file) => file.endsWith(".whl"));
  if (!name) throw new Error(`pip left no wheel in ${directory}`);
  return join(directory, name);
}

/** @throws Error if the file's SHA-256 is another one */
export async function verify(file: string, sha256: string): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const seen = hash.digest("hex");
  if (seen !== sha256) throw new Error(`${basename(file)} has SHA-256 ${seen}, expected ${sha256}`);
}

/** Returns the place of a file of the wheel, undefined if it is not needed. */
export function destination(name: string): string | undefined {
  const library = wheel.libraries.find((library) => name === `tensorflow/${library}`);
  if (library) return join("deps", "lib", library);
  const header = wheel.headers.exec(name)?.[1];
  return header && join("include", header);
}

async function unpack(file: string, directory: string): Promise<void> {
  const zip = await openPromise(file);
  for await (const entry of zip.eachEntry()) {
    const target = destination(entry.fileName);
    if (!target) continue;
    await fs.mkdir(dirname(join(directory, target)), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(join(directory, target)));
  }
  await fs.rm(file);
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
      ...["-L", join(directory, "deps", "lib"), ...wheel.libraries.map((library) => `-l:${library}`)],
      `-Wl,-rpath,$ORIGIN/${relative(dirname(addon), join("deps", "lib"))}`,
      ...["-o", target],
    ],
    { minutes: 5 },
  );
}
