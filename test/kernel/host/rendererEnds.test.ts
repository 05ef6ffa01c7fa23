import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { chromiumRenderer, type FigureRenderer } from "../../../src/kernel/host/renderer.js";
import { browsersOf, requireBrowser } from "../../helpers/browser.js";

describe("A browser that hangs or dies", function () {
  this.timeout(60_000);
  let renderer: FigureRenderer;
  const figure = { data: [{ type: "scatter", y: [1, 2] }], layout: {} };
  before(async function () {
    await (await requireBrowser(this)).close();
  });
  beforeEach(() => (renderer = chromiumRenderer()));
  afterEach(() => renderer.close());

  it("does not hold up who gives up a figure, nor the figures after it", async () => {
    await renderer.png(figure);
    const [hung] = browsersOf();
    process.kill(hung, "SIGSTOP");
    const begun = performance.now();
    await assert.rejects(renderer.png(figure, AbortSignal.timeout(300)), /abort|timeout/i);
    assert.ok(performance.now() - begun < 3000);
    assert.ok((await renderer.png(figure)).png.length > 100);
    assert.ok(!browsersOf().includes(hung), "it is gone");
  });

  it("does not hold up who closes the renderer, and is gone then", async () => {
    await renderer.png(figure);
    const [hung] = browsersOf();
    process.kill(hung, "SIGSTOP");
    const begun = performance.now();
    const drawing = assert.rejects(renderer.png(figure), /figure: the renderer was closed before the figure was drawn/);
    await sleep(100);
    await renderer.close();
    await drawing;
    assert.ok(performance.now() - begun < 3000);
    assert.ok(!browsersOf().includes(hung));
  });

  it("is started again if it dies while it starts", async () => {
    const drawing = renderer.png(figure);
    while (browsersOf().length === 0) await sleep(5);
    process.kill(browsersOf()[0], "SIGKILL");
    assert.ok((await drawing).png.length > 100);
  });

  it("is told in one sentence if it dies again and again", async () => {
    let alive = true;
    const drawing = assert.rejects(renderer.png(figure), /^Error: figure: the browser died 3 times[^\n]*$/);
    void drawing.finally(() => (alive = false));
    while (alive) {
      for (const pid of browsersOf()) process.kill(pid, "SIGKILL");
      await sleep(5);
    }
    await drawing;
  });
});
