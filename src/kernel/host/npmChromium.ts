/** The Chromium of @sparticuz/chromium, which its first use unpacks (206 MB, 2 s) into the user's cache. */
import { execFile } from "node:child_process";
import fs from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { LaunchOptions } from "playwright-core";
import { cacheDirectory, makeEntry, removeLeftovers } from "../../files/cache.js";
import { foreignOwner } from "../../files/owner.js";
import { fontconfig, dejaVuFonts } from "./fonts.js";

const npmPackage = import.meta.resolve("@sparticuz/chromium");
const require = createRequire(import.meta.url);

/** The list of an entry's files with their sizes, by which a damaged entry is told. */
const list = "files.json";

/**
 * Returns how the browser is started. What is damaged is unpacked anew.
 *
 * @param anew unpacks it in any case, since it did not start
 * @throws Error if the cache is somebody else's or cannot be written
 */
export async function npmChromium(anew: boolean): Promise<LaunchOptions> {
  const { version } = JSON.parse(await fs.readFile(new URL("../../package.json", npmPackage), "utf8")) as {
    version: string;
  };
  const directory = join(cacheDirectory(), `chromium-${version}-linux-x64`);
  if (directory.includes(":"))
    throw new Error(`the path ${directory} has a colon; SCOREBOOK_CACHE may name another folder`);
  await removeLeftovers(directory);
  const foreign = foreignOwner(join(directory, "no such file"));
  if (foreign) throw new Error(foreign);
  if (anew || !(await isWhole(directory))) await makeEntry(directory, unpack, anew ? undefined : isWhole);
  return {
    executablePath: join(directory, "chromium"),
    env: {
      ...(process.env as Record<string, string>),
      FONTCONFIG_FILE: join(directory, "fonts.conf"),
      LD_LIBRARY_PATH: [join(directory, "al2023", "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
    },
  };
}

/** Says whether an entry has all its files in their sizes, all of them ours, and today's settings of fonts. */
async function isWhole(directory: string): Promise<boolean> {
  try {
    const sizes = JSON.parse(await fs.readFile(join(directory, list), "utf8")) as Record<string, number>;
    for (const [file, size] of Object.entries(sizes))
      if ((await fs.stat(join(directory, file))).size !== size) return false;
    return (await fs.readFile(join(directory, "fonts.conf"), "utf8")) === fontconfig && !foreignOwner(directory);
  } catch {
    return false;
  }
}

async function unpack(fresh: string): Promise<void> {
  // The package unpacks into the temporary directory, and its libraries only where it is told of Amazon's Linux.
  const env = { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" };
  const program = `(await import(${JSON.stringify(npmPackage)})).default.executablePath()`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { env, timeout: 120_000 });
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
