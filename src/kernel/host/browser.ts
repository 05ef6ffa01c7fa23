import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser, LaunchOptions } from "playwright-core";

/** The failure to start any browser; its message names what was tried and the ways out. */
export class BrowserMissingError extends Error {
  override readonly name = "BrowserMissingError";
}

/** Settings of the browser. */
export interface BrowserOptions {
  /** a Chromium, Chrome or Edge; default: the environment variable SCOREBOOK_BROWSER, else the first found */
  readonly executablePath?: string;
}

/**
 * Starts a headless Chromium that ends with this process, however that ends. Tried in this order, until one starts:
 * the given one and no other; the one from npm (Linux x64); an installed Chrome, Edge or Chromium.
 *
 * @throws BrowserMissingError if no browser starts
 */
export async function launchBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const { chromium } = await import("playwright-core"); // 0.2 s that only figures pay
  const given = options.executablePath ?? process.env.SCOREBOOK_BROWSER;
  const failures: string[] = [];
  for (const [name, launch] of given
    ? [[given, async () => ({ executablePath: given })] as const]
    : candidates(chromium.executablePath())) {
    try {
      return await chromium.launch({ ...common, ...(await launch()) });
    } catch (error) {
      failures.push(`${name} (${reason(error as Error)})`);
    }
  }
  throw new BrowserMissingError(
    `launchBrowser: no browser starts, tried ${failures.join(", ")}; install Chrome, Edge or Chromium, or set SCOREBOOK_BROWSER to the path of one`,
  );
}

const common: LaunchOptions = {
  headless: true,
  // The signals belong to the kernel; when this process ends, Chromium sees its pipe close and ends, too.
  handleSIGINT: false,
  handleSIGTERM: false,
  handleSIGHUP: false,
  // One rasteriser and no font hinting, so that every machine draws the same pixels.
  args: ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--font-render-hinting=none"],
};

type Candidate = readonly [name: string, launch: () => Promise<LaunchOptions>];

function candidates(playwrights: string): Candidate[] {
  const paths = [
    playwrights,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/snap/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ];
  return [
    ...(process.platform === "linux" && process.arch === "x64" ? [["npm's Chromium", npmChromium] as const] : []),
    ...["chrome", "msedge"].map((channel) => [channel, async () => ({ channel })] as const),
    ...paths.filter(existsSync).map((executablePath) => [executablePath, async () => ({ executablePath })] as const),
  ];
}

function reason(error: Error): string {
  const lines = error.message.split("\n").map((line) => line.trim());
  const telling =
    lines.find((line) => /error while loading|not found|ENOENT|EACCES|doesn't exist/i.test(line)) ?? lines[0];
  return telling.replace(/^browserType\.launch: /, "").slice(0, 200);
}

const npmPackage = import.meta.resolve("@sparticuz/chromium");

/** Returns the Chromium of @sparticuz/chromium, which its first use unpacks (206 MB, 2 s) into the user's cache. */
async function npmChromium(): Promise<LaunchOptions> {
  const { version } = JSON.parse(await readFile(new URL("../../package.json", npmPackage), "utf8"));
  const directory = join(cacheDirectory(), `chromium-${version}-linux-x64`);
  if (!existsSync(directory)) await unpack(directory);
  return {
    executablePath: join(directory, "chromium"),
    env: {
      ...(process.env as Record<string, string>),
      FONTCONFIG_FILE: join(directory, "fonts.conf"),
      LD_LIBRARY_PATH: [join(directory, "al2023", "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
    },
  };
}

function cacheDirectory(): string {
  return process.env.SCOREBOOK_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "scorebook");
}

/** Unpacks into a directory of another name and renames it, so that two processes at once do no harm. */
async function unpack(directory: string): Promise<void> {
  const fresh = `${directory}.${randomUUID()}`;
  try {
    await mkdir(fresh, { recursive: true });
    // The package unpacks into the temporary directory, and its libraries only where it is told of Amazon's Linux.
    const env = { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" };
    const program = `(await import(${JSON.stringify(npmPackage)})).default.executablePath()`;
    await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { env, timeout: 120_000 });
    await writeFile(join(fresh, "fonts.conf"), fontconfig(directory));
    await rename(fresh, directory).catch((error: NodeJS.ErrnoException) => {
      if (!["ENOTEMPTY", "EEXIST"].includes(error.code ?? "")) throw error; // another process was first
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/**
 * Open Sans, plotly.js's font, from the package: text has the same width everywhere. The system's fonts lend what it
 * lacks.
 */
const fontconfig = (directory: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${directory}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${directory}/fonts-cache</cachedir>
</fontconfig>
`;
