import assert from "node:assert/strict";
import { History } from "../../../src/kernel/protocol/history.js";

describe("The history", () => {
  const history = new History();
  const cells = ["const a = 1;", "a + 1", "plot(a)", "a + 1", "const b = [a];\nb[0]", "a + 1", "plot(b)"];
  cells.forEach((code, i) => {
    const note = history.add(i + 1, code);
    if (code === "a + 1") note(`${i}`);
  });
  const lines = (request: object): number[] => history.find({ ...request }).map(([, line]) => line);

  it("gives the last n cells, the oldest first", () => {
    assert.deepEqual(history.find({ hist_access_type: "tail", n: 2 }), [
      [1, 6, "a + 1"],
      [1, 7, "plot(b)"],
    ]);
    assert.deepEqual(lines({ hist_access_type: "tail", n: 0 }), []);
    assert.deepEqual(lines({ hist_access_type: "tail", n: 100 }), [1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(lines({ hist_access_type: "tail" }), [1, 2, 3, 4, 5, 6, 7]);
  });

  it("gives a range of lines without its stop, in this session alone", () => {
    assert.deepEqual(lines({ hist_access_type: "range", start: 2, stop: 4 }), [2, 3]);
    assert.deepEqual(lines({ hist_access_type: "range", session: 0, start: 6 }), [6, 7]);
    assert.deepEqual(lines({ hist_access_type: "range", session: 1, stop: 2 }), [1]);
    assert.deepEqual(lines({ hist_access_type: "range", session: -1, start: 1, stop: 9 }), []);
  });

  it("gives the result of a cell beside its code if it is asked to, null where there is none", () => {
    assert.deepEqual(history.find({ hist_access_type: "range", start: 1, stop: 3, output: true }), [
      [1, 1, ["const a = 1;", null]],
      [1, 2, ["a + 1", "1"]],
    ]);
  });

  it("searches by a glob over the whole cell", () => {
    const search = (pattern: string, more = {}) => lines({ hist_access_type: "search", pattern, ...more });
    assert.deepEqual(search("plot*"), [3, 7]);
    assert.deepEqual(search("plot"), []);
    assert.deepEqual(search("plot(?)"), [3, 7]);
    assert.deepEqual(search("plot([bc])"), [7]);
    assert.deepEqual(search("plot([^bc])"), [3]);
    assert.deepEqual(search("*b[[]0]"), [5]);
    assert.deepEqual(search("*\n*"), [5]);
    assert.deepEqual(search("a + 1"), [2, 4, 6]);
    assert.deepEqual(search("a . 1"), []);
    assert.deepEqual(search("*"), [1, 2, 3, 4, 5, 6, 7]);
  });

  it("takes characters, ranges and brackets in a set as SQLite does", () => {
    const own = new History();
    ["a]1", "a-1", "a😀1", "a^1", "a[1"].forEach((code, i) => own.add(i + 1, code));
    const search = (pattern: string) => own.find({ hist_access_type: "search", pattern }).map(([, line]) => line);
    assert.deepEqual(search("a[]]1"), [1]);
    assert.deepEqual(search("a[^]]1"), [2, 3, 4, 5]);
    assert.deepEqual(search("a[^-]1"), [1, 3, 4, 5]);
    assert.deepEqual(search("a?1"), [1, 2, 3, 4, 5]);
    assert.deepEqual(search("a[😀-😂][0-9]"), [3]);
    assert.deepEqual(search("a[1"), [5]);
  });

  it("searches in a time that no pattern makes long", () => {
    const own = new History();
    own.add(1, "a".repeat(20_000));
    const search = (pattern: string) => own.find({ hist_access_type: "search", pattern });
    const start = performance.now();
    assert.deepEqual(search(`${"*a".repeat(22)}b`), []);
    assert.deepEqual(search(`${"*a".repeat(499)}*b`), []);
    assert.equal(search(`${"*a".repeat(499)}*`).length, 1);
    assert.ok(performance.now() - start < 5000, `${performance.now() - start} ms`);
    assert.throws(
      () => search("*a".repeat(501)),
      /^RangeError: history_request: a pattern of 1002 characters, expected at most 1000$/,
    );
  });

  it("searches for the last n, each once if it is asked to", () => {
    const request = { hist_access_type: "search", pattern: "a + 1" };
    assert.deepEqual(lines({ ...request, n: 2 }), [4, 6]);
    assert.deepEqual(lines({ ...request, unique: true }), [6]);
    assert.deepEqual(lines({ hist_access_type: "search", pattern: "*", unique: true, n: 3 }), [5, 6, 7]);
  });

  it("gives nothing for another kind of access", () => assert.deepEqual(lines({ hist_access_type: "all" }), []));

  it("keeps the beginning of a long result", () => {
    const long = new History();
    long.add(1, "a")("r".repeat(1e6));
    const [[, , [, output]]] = long.find({ hist_access_type: "range", output: true }) as [[1, 1, [string, string]]];
    assert.equal(output, `${"r".repeat(10_000)}…`);
  });
});
