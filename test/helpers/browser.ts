import { execFileSync } from "node:child_process";
import type { Browser } from "playwright-core";
import { BrowserMissingError, launchBrowser } from "../../src/kernel/host/browser.js";

/**
 * A browser for the tests of one suite; close it in `after`. Without one the suite is skipped, in CI it fails.
 *
 * @throws BrowserMissingError in CI if no browser starts
 */
export async function requireBrowser(context: Mocha.Context): Promise<Browser> {
  try {
    return await launchBrowser();
  } catch (error) {
    if (!(error instanceof BrowserMissingError) || process.env.CI) throw error;
    console.log(`      skipped: ${error.message}`);
    return context.skip();
  }
}

/** The size of a base64 PNG, how many of its pixels are neither white nor grey, and how many colours these have. */
export async function pixelsOf(
  browser: Browser,
  png: string,
): Promise<{ width: number; height: number; coloured: number; colours: number }> {
  const page = await browser.newPage();
  try {
    return await page.evaluate(async (data) => {
      const { fetch, createImageBitmap, OffscreenCanvas } = globalThis as any;
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
      const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
      canvas.drawImage(image, 0, 0);
      const rgba: Uint8Array = canvas.getImageData(0, 0, image.width, image.height).data;
      const colours = new Set<number>();
      let coloured = 0;
      for (let i = 0; i < rgba.length; i += 4) {
        const [r, g, b] = rgba.subarray(i, i + 3);
        if (Math.max(r, g, b) - Math.min(r, g, b) <= 60) continue;
        coloured++;
        colours.add((r << 16) | (g << 8) | b);
      }
      return { width: image.width, height: image.height, coloured, colours: colours.size };
    }, png);
  } finally {
    await page.close();
  }
}

/** Running Chromium processes that this process, or the one given, has started. */
export function browsersOf(parent = process.pid): number[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((row) => row.trim().split(/\s+/));
  return rows
    .filter(([, ppid, program]) => Number(ppid) === parent && /chrom/i.test(program))
    .map(([pid]) => Number(pid));
}
