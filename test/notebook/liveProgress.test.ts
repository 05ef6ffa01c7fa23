import assert from "node:assert/strict";
import { mock } from "node:test";
import { installDisplayChannel } from "../../src/kernel/worker/display.js";
import { ensembleProgress, trainingProgress } from "../../src/notebook/liveProgress.js";

const figures = (step: number) => ({ step, steps: 200, loss: 0.5, rate: 12.34 });
const inLog = { notebook: false, terminal: false };

/** What is displayed while `show` runs: the bundle's texts, and the options. */
function displayed(show: () => void): { text: string; html: string; options: unknown }[] {
  const shown: { text: string; html: string; options: unknown }[] = [];
  const key = Symbol.for("scorebook.display");
  const before = (globalThis as Record<symbol, unknown>)[key];
  installDisplayChannel({
    display: (data, _, options) =>
      shown.push({ text: String(data["text/plain"]), html: String(data["text/html"]), options }),
    clear: () => {},
  });
  try {
    show();
  } finally {
    if (before) installDisplayChannel(before as Parameters<typeof installDisplayChannel>[0]);
    else delete (globalThis as Record<symbol, unknown>)[key];
  }
  return shown;
}

/** The lines that are logged while `show` runs. */
function logged(show: () => void): unknown[] {
  const log = mock.method(console, "log", () => {});
  try {
    show();
    return log.mock.calls.map(({ arguments: [text] }) => text as unknown);
  } finally {
    log.mock.restore();
  }
}

/** What is written to the terminal while `show` runs. */
function drawn(show: () => void): string {
  let text = "";
  const terminal = process.stderr.isTTY;
  const write = mock.method(process.stderr, "write", (chunk: string) => ((text += chunk), true));
  process.stderr.isTTY = true;
  try {
    show();
    return text;
  } finally {
    process.stderr.isTTY = terminal;
    write.mock.restore();
  }
}

describe("Progress of a training", () => {
  it("is one line in a notebook, replaced as it goes on", () => {
    const shown = displayed(() => {
      const view = trainingProgress("ring");
      for (const step of [50, 200]) view.progress(figures(step));
      view.stop();
    });
    assert.deepEqual(
      shown.map(({ text }) => text),
      ["ring: step 50 of 200, loss 0.5000, 12.3 steps/s", "ring: step 200 of 200, loss 0.5000, 12.3 steps/s"],
    );
    const [first, second] = shown.map(({ options }) => options as { id: string; update?: boolean });
    assert.deepEqual([first.update ?? false, second], [false, { id: first.id, update: true }]);
  });

  it("is a line now and then in a log, and one at the end, once", () => {
    const lines = logged(() => {
      const view = trainingProgress("ring", inLog);
      for (const step of [50, 100, 200]) view.progress(figures(step));
      view.stop();
    });
    assert.deepEqual(lines, [
      "ring: step 50 of 200, loss 0.5000, 12.3 steps/s",
      "ring: step 200 of 200, loss 0.5000, 12.3 steps/s",
    ]);
  });

  it("is in a log the last that was heard of it where it is stopped", () => {
    const lines = logged(() => {
      const view = trainingProgress("ring", inLog);
      for (const step of [50, 100]) view.progress(figures(step));
      view.stop();
    });
    assert.match(String(lines[1]), /step 100 of 200/);
  });
});

describe("Progress of an ensemble", () => {
  it("counts the members in a notebook, each view in a line of its own", () => {
    const shown = displayed(() => {
      for (const name of ["models", "<samples>"]) ensembleProgress(name).progress({ done: 37, total: 100 });
    });
    assert.deepEqual(
      shown.map(({ text, html }) => [text, html]),
      [
        ["models 37 of 100", '<progress value="37" max="100"></progress> models 37 of 100'],
        ["<samples> 37 of 100", '<progress value="37" max="100"></progress> &lt;samples&gt; 37 of 100'],
      ],
    );
    const [first, second] = shown.map(({ options }) => (options as { id: string }).id);
    assert.notEqual(first, second);
  });

  it("needs no stop in a log", () =>
    assert.deepEqual(
      logged(() => {
        const { progress } = ensembleProgress("models", inLog);
        for (const done of [1, 50, 100]) progress({ done, total: 100 });
      }),
      ["models 1 of 100", "models 100 of 100"],
    ));

  it("is a bar on a terminal, which leaves it as it was", () => {
    const text = drawn(() => {
      const { progress } = ensembleProgress("models", { notebook: false, terminal: true });
      for (const done of [1, 100]) progress({ done, total: 100 });
    });
    assert.match(text, /models 100 of 100/);
    assert.ok(text.lastIndexOf("\x1b[?25h") > text.lastIndexOf("\x1b[?25l"), "the cursor is shown again");
  });
});
