import assert from "node:assert/strict";
import { plotlyMime } from "../../src/kernel/figure.js";
import type { Output } from "../../src/kernel/output.js";
import type { CodeCell } from "../../src/notebook/nbformatTypes.js";
import { figuresWithoutPicture, OutputCollector } from "../../src/notebook/outputs.js";

const newCell = (): CodeCell => ({
  cell_type: "code",
  id: "c",
  source: "",
  metadata: {},
  outputs: [],
  execution_count: 1,
});
const text = (text: string, name: "stdout" | "stderr" = "stdout"): Output => ({ output_type: "stream", name, text });
const display = (data: object, id?: string): Output => ({
  output_type: "display_data",
  data: { ...data },
  metadata: {},
  ...(id !== undefined && { transient: { display_id: id } }),
});
const update = (data: object, id?: string): Output =>
  ({ ...display(data, id), output_type: "update_display_data" }) as Output;
const clear = (wait: boolean): Output => ({ output_type: "clear_output", wait });

/** The outputs that cells hold after theirs were added in order: `[cell, output]`. */
function collected(added: readonly (readonly [number, Output])[], cells = 1): { cells: CodeCell[]; lost: string[] } {
  const all = Array.from({ length: cells }, newCell);
  const collector = new OutputCollector((path) => path.replaceAll("/home/me/", "~/"));
  const lost = added.flatMap(([cell, output]) => collector.add(all[cell], output) ?? []);
  collector.finish();
  return { cells: all, lost };
}
const one = (...outputs: Output[]) => collected(outputs.map((output) => [0, output])).cells[0].outputs;

describe("The collector of outputs", () => {
  it("joins neighbouring text of a stream, and no other", () => {
    const kinds = one(
      text("a"),
      text("b"),
      text("c", "stderr"),
      text("d"),
      display({ "text/plain": "x" }),
      text("e"),
      text("f"),
    );
    assert.deepEqual(
      kinds.map((output) => (output.output_type === "stream" ? `${output.name} ${output.text}` : output.output_type)),
      ["stdout ab", "stderr c", "stdout d", "display_data", "stdout ef"],
    );
  });

  it("keeps text whole that comes after the cell was finished once", () => {
    const cell = newCell();
    const collector = new OutputCollector((path) => path);
    for (const part of ["10 %\r", "50 %\r", "100 %\n"]) {
      collector.add(cell, text(part));
      collector.finish();
    }
    assert.deepEqual(cell.outputs, [{ output_type: "stream", name: "stdout", text: "100 %\n" }]);
  });

  it("shortens paths on stderr and in errors, and leaves what was printed", () => {
    const path = "at /home/me/x.ts\n";
    const error: Output = { output_type: "error", ename: "E", evalue: path, traceback: [path] };
    assert.deepEqual(one(text(path), text(path, "stderr"), error), [
      text(path),
      text("at ~/x.ts\n", "stderr"),
      { ...error, evalue: "at ~/x.ts\n", traceback: ["at ~/x.ts\n"] },
    ]);
  });

  it("clears at once, or before the next output, in that cell alone", () => {
    assert.deepEqual(one(text("a"), clear(false)), []);
    assert.deepEqual(one(text("a"), clear(true)), [text("a")]);
    assert.deepEqual(one(text("a"), clear(true), text("b"), text("c")), [text("bc")]);
    const { cells } = collected(
      [
        [0, text("a")],
        [1, text("b")],
        [0, clear(false)],
        [0, text("c")],
      ],
      2,
    );
    assert.deepEqual(
      cells.map(({ outputs }) => outputs),
      [[text("c")], [text("b")]],
    );
  });

  it("updates every display of an id, in whatever cell, and no other", () => {
    const { cells, lost } = collected(
      [
        [0, display({ "text/plain": "1" }, "a")],
        [0, display({ "text/plain": "2" }, "b")],
        [1, display({ "text/plain": "3" }, "a")],
        [1, update({ "text/html": "new" }, "a")],
      ],
      2,
    );
    assert.deepEqual(lost, []);
    assert.deepEqual(
      cells.map(({ outputs }) => outputs.map((output) => "data" in output && output.data)),
      [[{ "text/html": "new" }, { "text/plain": "2" }], [{ "text/html": "new" }]],
    );
  });

  it("stores no identifier, and no later change of the data that was sent", () => {
    const data: Record<string, unknown> = { "text/plain": "before" };
    const cell = newCell();
    new OutputCollector((path) => path).add(cell, {
      output_type: "display_data",
      data,
      metadata: {},
      transient: { display_id: "a" },
    });
    data["text/plain"] = "after";
    assert.deepEqual(cell.outputs, [{ output_type: "display_data", data: { "text/plain": "before" }, metadata: {} }]);
  });

  it("says what it lost: an update of nothing, and what no notebook can hold", () => {
    const { cells, lost } = collected([
      [0, update({ "text/plain": "x" }, "none")],
      [0, update({ "text/plain": "x" })],
      [0, display({ "text/plain": 1 })],
      [0, display({ "text/plain": "kept" }, "a")],
      [0, update({ "text/plain": 1 }, "a")],
    ]);
    assert.match(lost[0], /^an update of display id "none" was dropped: nothing was displayed under it before$/);
    assert.match(lost[1], /^an update of display id null was dropped/);
    assert.match(
      lost[2],
      /^an output was dropped, since no notebook can hold it: output \(display_data\), data\.text\/plain must be/,
    );
    assert.match(lost[3], /^an update of display id "a" was dropped, since no notebook can hold it: /);
    assert.equal(lost.length, 4);
    assert.deepEqual(cells[0].outputs, [{ output_type: "display_data", data: { "text/plain": "kept" }, metadata: {} }]);
  });

  it("counts the figures that have no picture", () => {
    const cell = newCell();
    cell.outputs = one(
      display({ [plotlyMime]: { data: [] } }),
      display({ [plotlyMime]: { data: [] }, "image/png": "AAAA" }),
      display({ "image/png": "AAAA" }),
      text("a"),
      { output_type: "execute_result", data: { [plotlyMime]: { data: [] } }, metadata: {}, execution_count: 1 },
    );
    assert.equal(figuresWithoutPicture(cell), 2);
  });
});
