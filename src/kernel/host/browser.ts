import { existsSync } from "node:fs";
import type { Browser, BrowserType, LaunchOptions } from "playwright-core";
import { printable } from "../printable.js";
import { CacheHangsError, npmChromium } from "./npmChromium.js";

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
  for (const [name, ...ways] of given
    ? [[given, async () => ({ executablePath: given })] as const]
    : candidates(chromium.executablePath())) {
    let failure = "";
    for (const way of ways)
      try {
        return await launch(chromium, await way());
      } catch (error) {
        failure = reason(error as Error);
        if (error instanceof CacheHangsError) break;
      }
    failures.push(`${name} (${failure})`);
  }
  throw new BrowserMissingError(
    `launchBrowser: no browser starts, tried ${failures.join(", ")}; install Chrome, Edge or Chromium, set SCOREBOOK_BROWSER to the path of one, or SCOREBOOK_CACHE to a folder where npm's can be unpacked`,
  );
}

/** Starts a browser in its sandbox, and without only where it does not start in one, which is said once. */
async function launch(chromium: BrowserType, options: LaunchOptions): Promise<Browser> {
  const isRoot = process.getuid?.() === 0; // Chromium has no sandbox for root
  let why = "Chromium has none for root";
  if (!isRoot)
    try {
      return await chromium.launch({ ...common, ...options, chromiumSandbox: true });
    } catch (error) {
      why = reason(error as Error);
    }
  const browser = await chromium.launch({ ...common, ...options, chromiumSandbox: false });
  if (!said)
    process.stderr.write(printable(`scorebook: the browser that draws figures runs without its sandbox (${why})\n`));
  said = true;
  return browser;
}

let said = false;

const common: LaunchOptions = {
  headless: true,
  // The signals belong to the kernel; when this process ends, Chromium sees its pipe close and ends, too.
  handleSIGINT: false,
  handleSIGTERM: false,
  handleSIGHUP: false,
  // One rasteriser and no font hinting, so that every machine draws the same pixels.
  args: ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--font-render-hinting=none"],
};

/** A browser, and ways to start it that are tried in turn. */
type Candidate = readonly [name: string, ...ways: (() => Promise<LaunchOptions>)[]];

let renewed = false;
const renew = (): Promise<LaunchOptions> => {
  renewed = true; // once: what does not start then will not start later
  return npmChromium(true);
};

function candidates(playwrights: string): Candidate[] {
  const paths = [
    playwrights,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/snap/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ];
  return [
    ...(process.platform === "linux" && process.arch === "x64"
      ? [["npm's Chromium", () => npmChromium(false), ...(renewed ? [] : [renew])] as const]
      : []),
    ...["chrome", "msedge"].map((channel) => [channel, async () => ({ channel })] as const),
    ...paths.filter(existsSync).map((executablePath) => [executablePath, async () => ({ executablePath })] as const),
  ];
}

function reason(error: Error): string {
  const lines = error.message.split("\n").map((line) => line.trim());
  const telling =
    lines.find((line) => /No usable sandbox|error while loading|not found|ENOENT|EACCES|doesn't exist/i.test(line)) ??
    lines[0];
  return telling.replace(/^browserType\.launch: /, "").slice(0, 200);
}
