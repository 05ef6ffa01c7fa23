import assert from "node:assert/strict";
import { mock } from "node:test";
import { installDisplayChannel } from "../../src/kernel/worker/display.js";
import { trainingProgress } from "../../src/notebook/trainingProgress.js";

const figures = (step: number) => ({ step, steps: 200, loss: 0.5, rate: 12.34 });

describe("Progress of a training", () => {
  it("is one line in a notebook, replaced as it goes on", () => {
    const shown: [string, unknown][] = [];
    const key = Symbol.for("scorebook.display");
    const before = (globalThis as Record<symbol, unknown>)[key];
    installDisplayChannel({
      display: (data, _, options) => shown.push([String(data["text/plain"]), options]),
      clear: () => {},
    });
    try {
      const view = trainingProgress("ring");
      for (const step of [50, 200]) view.progress(figures(step));
      view.stop();
    } finally {
      if (before) installDisplayChannel(before as Parameters<typeof installDisplayChannel>[0]);
      else delete (globalThis as Record<symbol, unknown>)[key];
    }
    assert.deepEqual(
      shown.map(([text]) => text),
      ["ring: step 50 of 200, loss 0.5000, 12.3 steps/s", "ring: step 200 of 200, loss 0.5000, 12.3 steps/s"],
    );
    const [first, second] = shown.map(([, options]) => options as { id: string; update?: boolean });
    assert.deepEqual([first.update ?? false, second], [false, { id: first.id, update: true }]);
  });

  it("is a line now and then in a log, and one at the end", () => {
    const log = mock.method(console, "log", () => {});
    try {
      const view = trainingProgress("ring", { notebook: false, terminal: false });
      for (const step of [50, 100, 200]) view.progress(figures(step));
      view.stop();
      assert.deepEqual(
        log.mock.calls.map(({ arguments: [text] }) => text as unknown),
        ["ring: step 50 of 200, loss 0.5000, 12.3 steps/s", "ring: step 200 of 200, loss 0.5000, 12.3 steps/s"],
      );
    } finally {
      log.mock.restore();
    }
  });
});
