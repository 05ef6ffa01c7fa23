import assert from "node:assert/strict";
import { curvesFigure, estimateSeries, recordSeries, stylePlaces } from "../../src/figures/curves.js";
import { panelsFigure } from "../../src/figures/panels.js";

describe("estimateSeries", () => {
  it("has the values, with their standard errors as error bars", () =>
    assert.deepEqual(
      estimateSeries(
        "s",
        [1, 2],
        [
          { value: 0.123456, standardError: 0.01 },
          { value: 3, standardError: 0 },
        ],
      ),
      { name: "s", x: [1, 2], y: [0.1235, 3], error: [0.01, 0], mode: "lines+markers" },
    ));
});

describe("a series of markers", () => {
  it("has the size asked for, and 7 pixels otherwise", () => {
    const series = [3, undefined].map((size, i) => ({ name: `${i}`, x: [1], y: [1], mode: "markers" as const, size }));
    const { data } = curvesFigure(series, { title: "t", x: { title: "x" }, y: { title: "y" } });
    assert.deepEqual(
      data.map(({ marker }) => (marker as { size: number }).size),
      [3, 7],
    );
  });
});

describe("stylePlaces", () => {
  it("gives a model the same place beside whatever others", () => {
    for (const names of [
      ["delta", "Gaussian"],
      ["network", "delta"],
      ["a", "b", "c", "d", "isotropic", "delta"],
    ])
      assert.equal(stylePlaces(names)[names.indexOf("delta")], 3);
    assert.deepEqual(stylePlaces(["network", "Gaussian", "delta", "law", "data"]), [5, 0, 3, 6, 1]);
  });

  it("gives scores of the training set and of white noise, and shuffled networks, the place of a model", () => {
    for (const names of [
      ["training set", "U-Net", "white-noise data", "shuffled weights", "Gaussian"],
      ["a", "b", "c", "shuffled network", "training set", "d", "white-noise data"],
    ])
      for (const [name, place] of Object.entries({ "training set": 3, "white-noise data": 1, "shuffled network": 4 }))
        if (names.includes(name)) assert.equal(stylePlaces(names)[names.indexOf(name)], place);
    assert.deepEqual(stylePlaces(["delta", "training set", "shuffled weights", "shuffled network"]), [3, 5, 4, 6]);
  });

  it("counts from the first on where there is no model, and gives no place twice", () => {
    assert.deepEqual(stylePlaces(["a", "b", "c", "d", "e", "f", "g"]), [0, 1, 2, 3, 4, 5, 6]);
    const many = ["Gaussian", ...Array.from({ length: 12 }, (_, i) => `mixture of ${i}`)];
    assert.equal(new Set(stylePlaces(many)).size, many.length);
  });
});

describe("A series with labels", () =>
  it("has them beside its points, and no others do", () => {
    const points = { name: "a", x: [1, 2], y: [3, 4], mode: "markers" as const };
    const { data } = curvesFigure(
      [
        { ...points, labels: ["ink", "top"] },
        { ...points, name: "b" },
      ],
      {
        title: "t",
        x: { title: "x" },
        y: { title: "y" },
      },
    );
    assert.deepEqual([data[0]["mode"], data[0]["text"]], ["markers+text", ["ink", "top"]]);
    assert.deepEqual([data[1]["mode"], "text" in data[1]], ["markers", false]);
  }));

describe("A series like another", () => {
  const theory = { name: "theory", x: [1, 2], y: [3, 4] };
  const measured = { ...theory, name: "measured", like: "theory" };
  const colors = (data: readonly object[]) => data.map((one) => (one as { line: { color: string } }).line.color);

  it("has its colour, in one frame and in panels, and its own where there is none", () => {
    const other = { ...theory, name: "other" };
    const axes = { title: "t", x: { title: "x" }, y: { title: "y" } };
    const [a, b, c] = colors(curvesFigure([theory, other, measured], axes).data);
    assert.deepEqual([a === b, c], [false, a]);
    const panels = ["one", "two"].map((title) => ({ title, series: [theory, other, measured] }));
    assert.deepEqual(colors(panelsFigure(panels, axes).data), [a, b, a, a, b, a]);
    assert.notEqual(colors(curvesFigure([other, measured], axes).data)[1], a);
  });
});

describe("recordSeries", () => {
  it("has a series for each named field, over another", () => {
    const records = [
      { step: 1, upper: { value: 3, standardError: 0.1 }, lower: { value: 2, standardError: 0.2 } },
      { step: 2, upper: { value: 5, standardError: 0.3 }, lower: { value: 4, standardError: 0.4 } },
    ];
    assert.deepEqual(recordSeries(records, "step", { lower: "L", upper: "U" }), [
      { name: "L", x: [1, 2], y: [2, 4], error: [0.2, 0.4], mode: "lines+markers" },
      { name: "U", x: [1, 2], y: [3, 5], error: [0.1, 0.3], mode: "lines+markers" },
    ]);
  });
});
