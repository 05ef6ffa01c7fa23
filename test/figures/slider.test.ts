import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { curvesFigure } from "../../src/figures/curves.js";
import { panelsFigure } from "../../src/figures/panels.js";
import { withLevels } from "../../src/figures/levels.js";
import { planeMapsFigure } from "../../src/figures/planeMaps.js";
import { sliderFigure } from "../../src/figures/slider.js";
import type { Figure } from "../../src/figures/style.js";
import { chromiumRenderer } from "../../src/kernel/host/renderer.js";
import { requireBrowser } from "../helpers/browser.js";

const x = Array.from({ length: 50 }, (_, i) => i);
const curve = (height: number) =>
  curvesFigure(
    [
      { name: "equal", x, y: x },
      { name: "own", x, y: x.map((value) => height * value) },
    ],
    { title: `height ${height}`, x: { title: "x", type: "linear" }, y: { title: "y" } },
  );
const steps = [
  { label: "1", figure: curve(1) },
  { label: "2", figure: withLevels(curve(2), [{ y: 60, label: "sixty" }]) },
  { label: "3", figure: curve(3) },
];
type Step = { label: string; args: [{ visible: unknown[] }, Record<string, unknown>, number[]] };
const sliderOf = ({ layout }: Figure) =>
  (layout["sliders"] as { active: number; steps: Step[]; y: number; currentvalue: { prefix: string } }[])[0];

describe("sliderFigure", () => {
  const figure = sliderFigure(steps, { variable: "height", initial: 2 });
  const slider = sliderOf(figure);

  it("leaves the traces as they are where all steps have the same, and takes no slider in a step", () => {
    const hidden = { ...curve(1), data: curve(1).data.map((trace) => ({ ...trace, visible: "legendonly" })) };
    const same = sliderFigure(["1", "2"].map((label) => ({ label, figure: hidden })), { variable: "t" }); // prettier-ignore
    assert.deepEqual(sliderOf(same).steps.map(({ args }) => args), [[{}, {}, []], [{}, {}, []]]); // prettier-ignore
    assert.throws(
      () => sliderFigure([{ label: "1", figure: same }], { variable: "u" }),
      /^RangeError: sliderFigure: the step "1" has a slider already, expected figures without one$/,
    );
  });

  it("is plain JSON, that shows the initial step", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(figure)), figure);
    assert.equal((figure.layout["title"] as { text: string }).text, "height 3");
    assert.deepEqual([slider.active, slider.currentvalue.prefix], [2, "height = "]);
  });

  it("holds equal traces once, always visible, and shows one of the others a step", () => {
    assert.deepEqual(
      figure.data.map(({ name, visible = true }) => [name, visible]),
      [
        ["equal", true],
        ["own", false],
        ["own", false],
        ["own", true],
      ],
    );
    assert.deepEqual(
      slider.steps.map(({ label, args: [{ visible }, , traces] }) => [label, visible, traces]),
      [
        ["1", [true, false, false], [1, 2, 3]],
        ["2", [false, true, false], [1, 2, 3]],
        ["3", [false, false, true], [1, 2, 3]],
      ],
    );
  });

  it("changes in the layout what differs, and empties what a step lacks", () => {
    const [one, two] = slider.steps.map(({ args: [, layout] }) => layout);
    assert.equal(one["title.text"], "height 1");
    assert.deepEqual([one["shapes"], one["annotations"], one["yaxis.autorange"]], [[], [], true]);
    assert.deepEqual([(two["shapes"] as unknown[]).length, (two["yaxis.range"] as unknown[]).length], [1, 2]);
    assert.ok(!("width" in one) && !("xaxis.range" in one));
  });

  it("leaves the panels their size, and stands below their axis", () => {
    type Sizes = { height: number; margin: { t: number; b: number } };
    const [before, after] = [steps[2].figure.layout, figure.layout] as unknown as Sizes[];
    const inner = ({ height, margin }: Sizes) => height - margin.t - margin.b;
    assert.equal(inner(after), inner(before));
    assert.equal(Math.round(-slider.y * inner(after)), before.margin.b);
  });

  it("takes less than a megabyte for nine steps of four maps of 100 × 100, also as the lines of a notebook", () => {
    const side = Array.from({ length: 100 }, (_, i) => i);
    const maps = (step: number) =>
      planeMapsFigure(
        [
          [1, 2, 3, 4].map((map) => ({
            levels: side.flatMap((i) => side.map((j) => (i * j * map + step) % 101)),
            x: side,
            y: side,
          })),
        ],
        {
          title: "t",
          rowTitles: [""],
          columnTitles: ["1", "2", "3", "4"],
          valueTitle: "v",
          ticks: [
            [0, "0"],
            [100, "1"],
          ],
        },
      );
    const nine = Array.from({ length: 9 }, (_, step) => ({ label: String(step), figure: maps(step) }));
    const stored = JSON.stringify(sliderFigure(nine, { variable: "t" }), null, 1);
    assert.ok(stored.length < 1e6, `${stored.length} bytes`);
  });

  it("says what is wrong with its steps", () => {
    assert.throws(
      () => sliderFigure([], { variable: "t" }),
      /^RangeError: sliderFigure: no step 0, expected one of the 0 steps$/,
    );
    assert.throws(
      () => sliderFigure(steps, { variable: "t", initial: 3 }),
      /^RangeError: sliderFigure: no step 3, expected one of the 3 steps$/,
    );
    const axes = { x: { title: "x" }, y: { title: "y" } };
    const panel = { title: "", series: [{ name: "s", x: [1, 2], y: [1, 2] }] };
    const other = { label: "4", figure: panelsFigure([panel, panel], { title: "t", ...axes }) };
    assert.throws(
      () => sliderFigure([...steps, other], { variable: "t" }),
      /^RangeError: sliderFigure: the step "4" has the axes x, y, x2, y2, expected x, y as "1"$/,
    );
  });
});

/** What the page with plotly.js holds, as far as it is looked at. */
interface PlotlyPage {
  readonly Plotly: { newPlot(id: string, data: Figure["data"], layout: Figure["layout"]): Promise<unknown> };
  readonly document: { getElementById(id: string): DrawnFigure };
}
interface DrawnFigure {
  readonly _fullData: readonly { readonly visible: boolean; readonly y: readonly number[] }[];
  readonly _fullLayout: {
    readonly title: { readonly text: string };
    readonly sliders: readonly { readonly active: number }[];
    readonly annotations: readonly { readonly text: string }[];
    readonly yaxis: { readonly range: readonly [number, number] };
  };
}

describe("A slider in a browser", function () {
  this.timeout(60_000);
  let browser: Browser;
  let page: Page;
  before(async function () {
    browser = await requireBrowser(this);
    page = await browser.newPage({ viewport: { width: 760, height: 700 } });
    await page.setContent("<div id=figure></div>");
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve("plotly.js-dist") });
  });
  after(() => browser?.close());

  const open = (figure: Figure) =>
    page.evaluate(async ({ data, layout }) => {
      const { Plotly } = globalThis as unknown as PlotlyPage;
      await Plotly.newPlot("figure", data, layout);
    }, figure);
  const shown = () =>
    page.evaluate(() => {
      const { document } = globalThis as unknown as PlotlyPage;
      const { _fullData: traces, _fullLayout: layout } = document.getElementById("figure");
      return {
        title: layout.title.text,
        value: layout.sliders[0].active,
        last: traces.filter(({ visible }) => visible).map(({ y }) => Math.round(y[y.length - 1])),
        labels: layout.annotations.map(({ text }) => text),
        top: Math.round(layout.yaxis.range[1]),
      };
    });
  /** Drags the grip to this share of the rail. */
  const drag = async (share: number) => {
    const box = async (name: string) => (await page.locator(`.slider-${name}-rect`).boundingBox())!;
    const [grip, rail] = [await box("grip"), await box("rail")];
    await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
    await page.mouse.down();
    await page.mouse.move(rail.x + share * rail.width, rail.y + rail.height / 2, { steps: 10 });
    await page.mouse.up();
  };

  it("shows what it is dragged to: traces, titles, labels and ranges", async () => {
    await open(sliderFigure(steps, { variable: "height" }));
    const first = await shown();
    assert.deepEqual([first.title, first.value, first.last, first.labels], ["height 1", 0, [49, 49], []]);
    await drag(0.5);
    const second = await shown();
    assert.deepEqual([second.title, second.value, second.last, second.labels], ["height 2", 1, [49, 98], ["sixty"]]);
    await drag(0.99);
    const third = await shown();
    assert.deepEqual([third.title, third.value, third.last, third.labels], ["height 3", 2, [49, 147], []]);
    assert.ok(first.top < second.top && second.top < third.top);
    await drag(0.01);
    assert.deepEqual(await shown(), first);
  });

  it("changes the layout alone where the traces are equal", async () => {
    const named = ["one", "two"].map((label) => {
      const { data, layout } = curve(1);
      return { label, figure: { data, layout: { ...layout, title: { text: label } } } };
    });
    await open(sliderFigure(named, { variable: "name", initial: 1 }));
    assert.equal((await shown()).title, "two");
    await drag(0.01);
    assert.deepEqual([(await shown()).title, (await shown()).last], ["one", [49, 49]]);
  });

  it("is drawn in a picture, with packed maps", async () => {
    const map = (level: number) =>
      planeMapsFigure([[{ levels: [level, 0, 0, level], x: [0, 1], y: [0, 1] }]], {
        title: "t",
        rowTitles: [""],
        columnTitles: [""],
        valueTitle: "v",
        ticks: [
          [0, "0"],
          [9, "9"],
        ],
      });
    const renderer = chromiumRenderer();
    try {
      const pictures = await Promise.all(
        [0, 1].map((initial) =>
          renderer.png(
            sliderFigure(
              [1, 9].map((level) => ({ label: String(level), figure: map(level) })),
              { variable: "t", initial },
            ),
          ),
        ),
      );
      assert.notEqual(pictures[0].png, pictures[1].png);
    } finally {
      await renderer.close();
    }
  });
});
