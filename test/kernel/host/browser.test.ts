import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Figure } from "../../../src/kernel/figure.js";
import { chromiumRenderer } from "../../../src/kernel/host/renderer.js";
import { cacheDirectory } from "../../../src/files/cache.js";
import { requireBrowser } from "../../helpers/browser.js";
import { temporaryDirectory } from "../../helpers/notebooks.js";

const titled = (text: string, family?: string): Figure => ({
  data: [{ type: "scatter", y: [1, 2] }],
  layout: { width: 300, height: 200, title: { text }, ...(family && { font: { family } }) },
});

/** Copies an entry of a cache, its large files as links. */
function copyEntry(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (file) => !file.endsWith("/chromium") });
  linkSync(join(from, "chromium"), join(to, "chromium"));
}

describe("npm's Chromium", function () {
  this.timeout(120_000);
  const directory = temporaryDirectory();
  const { SCOREBOOK_CACHE: cache } = process.env;
  let entry: string;
  let pictures: string[];

  /** Draws the figures by a browser of the cache at a path. */
  async function drawnBy(path: string | undefined, ...figures: Figure[]): Promise<string[]> {
    if (path === undefined) delete process.env.SCOREBOOK_CACHE;
    else process.env.SCOREBOOK_CACHE = path;
    const renderer = chromiumRenderer();
    try {
      return (await Promise.all(figures.map((figure) => renderer.png(figure)))).map(({ png }) => png);
    } finally {
      await renderer.close();
    }
  }

  before(async function () {
    if (process.platform !== "linux" || process.arch !== "x64" || process.env.SCOREBOOK_BROWSER) this.skip();
    await (await requireBrowser(this)).close();
    entry = readdirSync(cacheDirectory()).find((name) => /^chromium-[\d.]+-linux-x64$/.test(name))!;
    pictures = await drawnBy(cache, titled("A"), titled("∇"));
  });
  afterEach(() => {
    if (cache === undefined) delete process.env.SCOREBOOK_CACHE;
    else process.env.SCOREBOOK_CACHE = cache;
  });

  it("has the same fonts whatever a figure asks for, and signs beyond them", async () => {
    const [arial, unknown, mono, courier, serif, times, sign, nothing] = await drawnBy(
      cache,
      titled("A", "Arial"),
      titled("A", "No Such Font"),
      titled("A", "monospace"),
      titled("A", "Courier New"),
      titled("A", "serif"),
      titled("A", "Times New Roman"),
      titled("∇"),
      titled("\u{10fffd}"),
    );
    assert.deepEqual([arial, unknown], [pictures[0], pictures[0]]);
    assert.equal(courier, mono);
    assert.equal(times, serif);
    assert.equal(new Set([pictures[0], mono, serif, sign, nothing]).size, 5);
  });

  it("draws the same from a copied cache with any name, also a relative one, and removes what was left in it", async () => {
    const place = join(directory, `a & <b> "c" 'd'`);
    copyEntry(join(cacheDirectory(), entry), join(place, entry));
    const old = join(place, `${entry}.0b9dd5a4-4a26-4b3c-8a33-1d1b9ecb1f3a`);
    mkdirSync(join(old, "fonts"), { recursive: true });
    utimesSync(old, new Date(0), new Date(0));
    assert.deepEqual(await drawnBy(relative(process.cwd(), place), titled("A"), titled("∇")), pictures);
    assert.deepEqual(readdirSync(place), [entry]);
    rmSync(place, { recursive: true });
  });

  for (const [what, damage] of [
    ["is an empty folder", (folder: string) => (rmSync(folder, { recursive: true }), mkdirSync(folder))],
    [
      "has a pipe in place of a file",
      (folder: string) => {
        rmSync(join(folder, "files.json"));
        execFileSync("mkfifo", [join(folder, "files.json")]);
      },
    ],
    [
      "has half a browser",
      (folder: string) => {
        const file = join(folder, "chromium");
        rmSync(file);
        cpSync(process.execPath, file);
        truncateSync(file, 50e6);
      },
    ],
    [
      "has another program in its place",
      (folder: string) => {
        const [file, { size }] = [join(folder, "chromium"), statSync(join(folder, "chromium"))];
        rmSync(file);
        cpSync(process.execPath, file);
        truncateSync(file, size);
      },
    ],
  ] as const)
    it(`is unpacked anew where the cache ${what}`, async () => {
      const place = join(directory, "damaged");
      copyEntry(join(cacheDirectory(), entry), join(place, entry));
      damage(join(place, entry));
      assert.deepEqual(await drawnBy(place, titled("A"), titled("∇")), pictures);
      assert.ok(existsSync(join(place, entry, "files.json")));
      assert.deepEqual(readdirSync(place), [entry]);
      rmSync(place, { recursive: true });
    });

  it("does not hold up figures where its cache does not answer, which is said, nor the end of this process", async () => {
    const hang = join(directory, "hang.cjs");
    writeFileSync(
      hang,
      `if (/npmChromium/.test(process.argv[1])) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`,
    );
    const [browser, npm] = ["renderer", "npmChromium"].map(
      (name) => new URL(`../../../src/kernel/host/${name}.js`, import.meta.url).href,
    );
    const program = `
      import { chromiumRenderer } from "${browser}";
      import { npmChromium } from "${npm}";
      const told = (error) => console.log(error.message);
      await Promise.all([
        npmChromium(false).catch(told),
        chromiumRenderer({ timeout: 500 }).png({ data: [{ y: [1, 2] }] }).catch(told),
      ]);
      process.exit();`;
    const env = { ...process.env, NODE_OPTIONS: `--require "${hang}"` };
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { env });
    await sleep(100);
    const left = execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" }).split("\n");
    assert.deepEqual(
      left.filter((line) => line.includes(`${fileURLToPath(npm)} look`)),
      [],
    );
    assert.match(
      stdout,
      /^figure: no browser was up within 500 ms; .*\nthe cache .* does not answer within 10 s; SCORE/,
    );
  });

  it("is told by its cache's name where that cannot hold it", async () => {
    const place = join(directory, "a:b");
    await assert.rejects(
      drawnBy(place, titled("A")),
      /npm's Chromium \(the path .*a:b.* has a colon; SCOREBOOK_CACHE may/,
    );
  });
});
