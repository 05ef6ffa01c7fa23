import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { chromiumRenderer, type FigureRenderer } from "../../../src/kernel/host/renderer.js";
import { requireBrowser } from "../../helpers/browser.js";

/** The Chromium processes that this process has started. */
function browsers(): number[] {
  return execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((row) => row.trim().split(/\s+/))
    .filter(([, parent, program]) => Number(parent) === process.pid && /chrom/i.test(program))
    .map(([pid]) => Number(pid));
}

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
    const [hung] = browsers();
    process.kill(hung, "SIGSTOP");
    const begun = performance.now();
    await assert.rejects(renderer.png(figure, AbortSignal.timeout(300)), /abort|timeout/i);
    assert.ok(performance.now() - begun < 3000);
    assert.ok((await renderer.png(figure)).png.length > 100);
    assert.ok(!browsers().includes(hung), "it is gone");
  });

  it("does not hold up who closes the renderer, and is gone then", async () => {
    await renderer.png(figure);
    const [hung] = browsers();
    process.kill(hung, "SIGSTOP");
    const begun = performance.now();
    const drawing = assert.rejects(renderer.png(figure), /figure: the renderer was closed before the figure was drawn/);
    await sleep(100);
    await renderer.close();
    await drawing;
    assert.ok(performance.now() - begun < 3000);
    assert.ok(!browsers().includes(hung));
  });

  it("is started again if it dies while it starts", async () => {
    const drawing = renderer.png(figure);
    while (browsers().length === 0) await sleep(5);
    process.kill(browsers()[0], "SIGKILL");
    assert.ok((await drawing).png.length > 100);
  });

  it("is told in one sentence if it dies again and again", async () => {
    let alive = true;
    const drawing = assert.rejects(renderer.png(figure), /^Error: figure: the browser died 3 times[^\n]*$/);
    void drawing.finally(() => (alive = false));
    while (alive) {
      for (const pid of browsers()) process.kill(pid, "SIGKILL");
      await sleep(5);
    }
    await drawing;
  });
});
