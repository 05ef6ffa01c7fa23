import assert from "node:assert/strict";
import { OutputPublisher, type PublisherOptions } from "../../../src/kernel/host/outputPublisher.js";
import { FigureError, plotlyMime } from "../../../src/kernel/figure.js";
import type { DisplayOutput, Output } from "../../../src/kernel/output.js";
import type { FigureRenderer } from "../../../src/kernel/host/renderer.js";

/** A publisher and what has reached its reader: text as it is, else the error or the MIME types. */
function published(options: PublisherOptions = {}): { publisher: OutputPublisher; reader: string[] } {
  const reader: string[] = [];
  const told = (output: Output) =>
    output.output_type === "stream"
      ? `${output.name} ${output.text}`
      : output.output_type === "error"
        ? `${output.ename}: ${output.evalue}`
        : Object.keys((output as DisplayOutput).data)
            .sort()
            .join();
  return { publisher: new OutputPublisher((run, output) => reader.push(`${run} ${told(output)}`), options), reader };
}
const figure: DisplayOutput = {
  output_type: "display_data",
  data: { [plotlyMime]: { data: [], layout: {} }, "text/plain": "a figure" },
  metadata: {},
};
const rendering = (png: FigureRenderer["png"]): FigureRenderer => ({ png, svg: async () => "", close: async () => {} });

describe("The publisher of outputs", () => {
  it("gathers text of one run and stream, for a moment at the most", async () => {
    const { publisher, reader } = published();
    await publisher.serialize(() => {
      for (const text of ["a", "b"]) publisher.stream(1, "stdout", text);
      publisher.stream(1, "stderr", "c");
      publisher.stream(2, "stderr", "d");
      publisher.stream(2, "stderr", "e");
    });
    assert.deepEqual(reader, ["1 stdout ab", "1 stderr c"]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.deepEqual(reader.slice(2), ["2 stderr de"]);
  });

  it("does not gather without end", async () => {
    const { publisher, reader } = published();
    await publisher.serialize(() => {
      for (let i = 0; i < 100; i++) publisher.stream(1, "stdout", "x".repeat(4096));
      publisher.flush();
    });
    assert.ok(
      reader.length > 4 && reader.every((text) => text.length < 75_000),
      `${reader.map((text) => text.length)}`,
    );
  });

  it("keeps order, also while a figure is drawn", async () => {
    const renderer = rendering(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { png: "AAAA", width: 7, height: 5 };
    });
    const { publisher, reader } = published({ renderer });
    void publisher.serialize(() => publisher.stream(1, "stdout", "before"));
    void publisher.serialize(() => publisher.publish(1, figure));
    await publisher.serialize(() => {
      publisher.stream(1, "stdout", "after");
      publisher.flush();
    });
    assert.deepEqual(reader, ["1 stdout before", `1 ${plotlyMime},image/png,text/plain`, "1 stdout after"]);
  });

  it("gives an error for a figure that is refused, and the data alone with a warning where no picture can be had", async () => {
    const warnings: string[] = [];
    const failing = (error: Error) =>
      published({
        renderer: rendering(async () => {
          throw error;
        }),
        onWarning: (message) => warnings.push(message),
      });
    const [refused, lost, plain] = [
      failing(new FigureError("figure: no")),
      failing(new Error("no browser")),
      published(),
    ];
    for (const { publisher } of [refused, lost, plain]) await publisher.serialize(() => publisher.publish(3, figure));
    assert.deepEqual(
      [...refused.reader, ...lost.reader, ...plain.reader],
      ["3 FigureError: figure: no", `3 ${plotlyMime},text/plain`, `3 ${plotlyMime},text/plain`],
    );
    assert.deepEqual(warnings, ["no browser"]);
  });
});
