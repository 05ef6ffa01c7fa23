/** Native libraries out of wheels of the package index of Python, each with a pinned checksum. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import fs from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { openPromise } from "yauzl";
import { run } from "./childProcess.js";
import type { Timed } from "./steps.js";

/** A wheel, and what is taken out of it. */
export interface Wheel {
  readonly project: string;
  readonly version: string;
  /** of the file that pip finds with these arguments */
  readonly sha256: string;
  readonly pip: readonly string[];
  readonly megabytes: number;
  /** the place of a file of the wheel below the target, undefined if it is not needed */
  readonly destination: (name: string) => string | undefined;
}

/** What is known of the wheel of this platform. @throws Error if there is none */
export function ofPlatform<T>(wheels: Readonly<Record<string, T>>): T {
  const platform = `${process.platform}-${process.arch}`;
  if (!(platform in wheels)) throw new Error(`there is none for ${platform}`);
  return wheels[platform];
}

/**
 * Downloads a wheel by pip, checks it and unpacks what is needed of it into a directory.
 *
 * @throws Error if pip does not bring it, or its SHA-256 is another one
 */
export async function unpackWheel(wheel: Wheel, directory: string, timed: Timed): Promise<void> {
  const { project, version, megabytes } = wheel;
  const file = await timed(`${project} ${version} downloaded by pip (${megabytes} MB)`, () =>
    download(wheel, directory),
  );
  await timed("its SHA-256 is the expected one", () => verify(file, wheel.sha256));
  await timed("unpacked", () => unpack(file, directory, wheel.destination));
}

async function download({ project, version, pip }: Wheel, directory: string): Promise<string> {
  const what = ["--no-deps", "--only-binary=:all:", ...pip, `${project}==${version}`];
  const python = process.platform === "win32" ? "python" : "python3";
  await run(python, ["-m", "pip", "download", "--quiet", "--dest", directory, ...what], { minutes: 20 });
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

async function unpack(file: string, directory: string, destination: Wheel["destination"]): Promise<void> {
  const zip = await openPromise(file);
  for await (const entry of zip.eachEntry()) {
    const target = destination(entry.fileName);
    if (!target) continue;
    await fs.mkdir(dirname(join(directory, target)), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(join(directory, target)));
  }
  await fs.rm(file);
}
