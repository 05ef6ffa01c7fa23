// Draws logo-32x32.png and logo-64x64.png from logo-svg.svg: npm run build && node data/logos/make.mjs
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "../../dist/src/kernel/host/browser.js";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const browser = await launchBrowser();
for (const size of [32, 64]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body { margin: 0 } svg { display: block; width: ${size}px; height: ${size}px }</style>${readFileSync(here("logo-svg.svg"), "utf8")}`);
  await page.screenshot({ path: here(`logo-${size}x${size}.png`), omitBackground: true });
}
await browser.close();
