import assert from "node:assert/strict";
import { axis, logTicks } from "../../src/figures/style.js";

/**
 * What Plotly labels in a range: every dtick-th power of ten, or 1, 2 and 5 times each. Without a dtick it chooses
 * itself.
 */
function labelled([low, high]: readonly [number, number], dtick: unknown): number[] {
  const exponents = Array.from({ length: 801 }, (_, i) => i - 400);
  const logs =
    dtick === "D2"
      ? exponents.flatMap((k) => [1, 2, 5].map((digit) => k + Math.log10(digit)))
      : exponents.filter((k) => k % (dtick as number) === 0);
  return logs.filter((at) => at >= Math.log10(low) && at <= Math.log10(high));
}

/** ranges of so many decades, beginning anywhere between two powers of ten */
const ranges = (decades: number) =>
  Array.from({ length: 50 }, (_, i): [number, number] => [10 ** (i / 50 - 3), 10 ** (i / 50 - 3 + decades)]);

describe("logTicks", () => {
  it("labels 1, 2 and 5 in one or two decades, powers of ten in more, and every second, third … in very many", () => {
    assert.deepEqual(
      [
        [1, 10],
        [0.2, 30],
        [0.03, 30],
        [1e-13, 1],
        [1e-20, 1],
        [1e-40, 1],
      ].map(([low, high]) => logTicks([low, high])["dtick"]),
      ["D2", "D2", 1, 1, 2, 3],
    );
  });

  it("writes 1, 2 and 5 times a power of ten as whole numbers, where Plotly writes single small digits", () => {
    assert.equal(logTicks([0.03, 0.7])["tickformat"], "~g");
    assert.deepEqual(logTicks([80, 0.02]), logTicks([0.02, 80]));
    assert.ok(!("tickformat" in logTicks([1e-4, 1])));
  });

  it("labels at least two places and at most fifteen, wherever the range begins", () => {
    for (const decades of [0.71, 1, 1.5, 2.4, 2.6, 3, 7.3, 13.9, 14.1, 27, 29, 60, 250])
      for (const range of ranges(decades)) {
        const { length } = labelled(range, logTicks(range)["dtick"]);
        assert.ok(length >= 2 && length <= 15, `${length} labels from ${range[0]} to ${range[1]}`);
      }
  });

  it("leaves shorter ranges to Plotly, where there may be less than two of 1, 2 and 5", () => {
    for (const decades of [0.01, 0.3, 0.65]) {
      for (const range of ranges(decades)) assert.deepEqual(logTicks(range), {});
      assert.ok(ranges(decades).some((range) => labelled(range, "D2").length < 2));
    }
  });

  it("sets the ticks of a logarithmic axis with a range, and of no other", () => {
    assert.equal(axis({ title: "x", type: "log", range: [1, 20] })["dtick"], "D2");
    for (const other of [axis({ title: "x", range: [1, 20] }), axis({ title: "x", type: "log" })])
      assert.ok(!("dtick" in other));
  });
});
