/**
 * The Chromium of @sparticuz/chromium, which its first use unpacks (206 MB, 2 s) into the user's cache. A process of its
 * own reads and writes the cache: on a network mount that no longer answers, nothing but its end would let go of it.
 */
import { execFile, spawn } from "node:child_process";
import fs from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { LaunchOptions } from "playwright-core";
import { cacheDirectory, makeEntry, removeLeftovers } from "../../files/cache.js";
import { removeTemporaryFolders } from "../../files/temporaryFolder.js";
import { foreignOwner } from "../../files/owner.js";
import { fontconfig, dejaVuFonts } from "./fonts.js";

const self = fileURLToPath(import.meta.url);
const npmPackage = import.meta.resolve("@sparticuz/chromium");
const require = createRequire(import.meta.url);

/** The list of an entry's files with their sizes, by which a damaged entry is told. */
const list = "files.json";

/** Time in ms for a look at the cache, and for the unpacking of the browser. */
const limits = { look: 10_000, unpack: 120_000 };

/** The failure of a cache to answer in time, which no unpacking mends. */
export class CacheHangsError extends Error {
  override readonly name = "CacheHangsError";
}

/**
 * Returns how the browser is started. What is damaged is unpacked anew.
 *
 * @param anew unpacks it in any case, since it did not start
 * @throws CacheHangsError if the cache does not answer in time
 * @throws Error if the cache is somebody else's or cannot be written
 */
export async function npmChromium(anew: boolean): Promise<LaunchOptions> {
  const { version } = JSON.parse(await fs.readFile(new URL("../../package.json", npmPackage), "utf8")) as {
    version: string;
  };
  const directory = join(cacheDirectory(), `chromium-${version}-linux-x64`);
  if (directory.includes(":"))
    throw new Error(`the path ${directory} has a colon; SCOREBOOK_CACHE may name another folder`);
  if (anew || !(await inCache("look", directory))) await inCache(anew ? "renew" : "unpack", directory);
  return {
    executablePath: join(directory, "chromium"),
    env: {
      ...(process.env as Record<string, string>),
      FONTCONFIG_FILE: join(directory, "fonts.conf"),
      LD_LIBRARY_PATH: [join(directory, "al2023", "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
    },
  };
}

type Action = "look" | "unpack" | "renew";

/** Has another process look at an entry, or make it; says whether it is whole. */
function inCache(action: Action, directory: string): Promise<boolean> {
  const limit = action === "look" ? limits.look : limits.unpack;
  return new Promise((resolve, reject) => {
    // Detached, since the signals of a terminal are this process's to take.
    const child = spawn(process.execPath, [self, action, directory], {
      detached: true,
      stdio: ["pipe", "pipe", "ignore"],
    });
    let answer = "";
    child.stdout.on("data", (text) => (answer += text));
    child.on("error", reject).on("close", () => {
      clearTimeout(timer);
      process.off("exit", end);
      const [whole, failure] = answer === "" ? [false, "its process broke off"] : (JSON.parse(answer) as Answer);
      if (failure === undefined) resolve(whole);
      else reject(new Error(failure));
    });
    const end = (): void => void child.kill("SIGKILL");
    if (action === "look") process.on("exit", end); // the others end by themselves, when they have cleaned up
    const timer = setTimeout(() => {
      end(); // which one that waits for a dead mount does not heed
      child.stdout.destroy();
      child.stdin.destroy();
      child.unref();
      reject(
        new CacheHangsError(
          `the cache ${dirname(directory)} does not answer within ${limit / 1000} s; SCOREBOOK_CACHE may name another folder`,
        ),
      );
    }, limit);
  });
}

type Answer = readonly [whole: boolean, failure?: string];

const gone = new AbortController();

/**
 * `node npmChromium.js ACTION FOLDER` writes its answer; it ends with the process that asks, whatever it waits for, and
 * leaves nothing half unpacked.
 */
async function main(action: Action, directory: string): Promise<void> {
  process.stdin
    .on("close", () => {
      gone.abort();
      removeTemporaryFolders();
      process.kill(process.pid, "SIGKILL");
    })
    .resume();
  const answer = await act(action, directory).then(
    (whole): Answer => [whole],
    ({ message }: Error): Answer => [false, message],
  );
  process.stdout.write(JSON.stringify(answer), () => process.exit());
}

async function act(action: Action, directory: string): Promise<boolean> {
  await removeLeftovers(directory);
  const foreign = foreignOwner(join(directory, "no such file"));
  if (foreign) throw new Error(foreign);
  if (action === "look") return isWhole(directory);
  await makeEntry(directory, unpack, action === "renew" ? undefined : isWhole);
  return true;
}

/** Says whether an entry has all its files in their sizes, all of them ours, and today's settings of fonts. */
async function isWhole(directory: string): Promise<boolean> {
  try {
    const sizes = JSON.parse(await textOf(join(directory, list))) as Record<string, number>;
    for (const [file, size] of Object.entries(sizes))
      if ((await fs.stat(join(directory, file))).size !== size) return false;
    return (await textOf(join(directory, "fonts.conf"))) === fontconfig && !foreignOwner(directory);
  } catch {
    return false;
  }
}

/** Returns the text of a file; a pipe in its place would never end. */
async function textOf(file: string): Promise<string> {
  if (!(await fs.stat(file)).isFile()) throw new Error(`${file} is no file`);
  return fs.readFile(file, "utf8");
}

async function unpack(fresh: string): Promise<void> {
  // The package unpacks into the temporary directory, and its libraries only where it is told of Amazon's Linux.
  const env = { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" };
  const program = `(await import(${JSON.stringify(npmPackage)})).default.executablePath()`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
    env,
    signal: gone.signal,
    killSignal: "SIGKILL",
  });
  const fonts = dirname(require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"));
  for (const font of dejaVuFonts) await fs.copyFile(join(fonts, font), join(fresh, "fonts", font));
  await fs.writeFile(join(fresh, "fonts.conf"), fontconfig);
  const sizes: Record<string, number> = {};
  for (const file of await fs.readdir(fresh, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name);
    if (process.getuid) await fs.lchown(path, process.getuid(), process.getgid!()); // root would keep the archive's owner
    if (file.isFile()) sizes[path.slice(fresh.length + 1)] = (await fs.stat(path)).size;
  }
  await fs.writeFile(join(fresh, list), JSON.stringify(sizes));
}

if (process.argv[1] === self) await main(process.argv[2] as Action, process.argv[3]);
