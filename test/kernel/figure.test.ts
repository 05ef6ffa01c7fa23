import assert from "node:assert/strict";
import { FigureError, plainFigure } from "../../src/kernel/figure.js";

describe("plainFigure", () => {
  const trace = (attributes: object) => plainFigure({ data: [attributes] }).data[0];

  it("turns typed arrays, at any depth, into arrays of the same numbers", () => {
    const values = {
      x: new Float32Array([1, 0.5]),
      n: new BigInt64Array([3n]),
      z: [new Float64Array([1, 2]), new Uint8Array([3])],
    };
    assert.deepEqual(trace(values), { x: [1, 0.5], n: [3], z: [[1, 2], [3]] });
  });

  it("turns what JSON has no number for into null, in arrays and alone", () => {
    assert.deepEqual(trace({ y: [NaN, 1, Infinity], z: new Float64Array([-Infinity]), size: NaN }), {
      y: [null, 1, null],
      z: [null],
      size: null,
    });
  });

  it("reads tensors and writes dates as JSON does", () => {
    assert.deepEqual(trace({ z: { arraySync: () => [[1, NaN]] }, x: [new Date(0)] }), {
      z: [[1, null]],
      x: ["1970-01-01T00:00:00.000Z"],
    });
  });

  it("leaves out undefined attributes and functions, and keeps places in arrays", () => {
    assert.deepEqual(trace({ name: undefined, f: () => 1, text: ["a", undefined] }), { text: ["a", null] });
  });

  it("is its own JSON, and leaves the figure as it is", () => {
    const figure = { data: [{ x: new Float64Array([1, NaN]) }], layout: { width: 300 } };
    const plain = plainFigure(figure);
    assert.deepEqual(JSON.parse(JSON.stringify(plain)), plain);
    assert.ok(figure.data[0].x instanceof Float64Array);
  });

  it("keeps a part that is used twice, and refuses one that contains itself", () => {
    const axis = { title: { text: "x" } };
    assert.deepEqual(plainFigure({ data: [], layout: { xaxis: axis, xaxis2: axis } }).layout, {
      xaxis: axis,
      xaxis2: axis,
    });
    const meta: { self?: object } = {};
    meta.self = meta;
    assert.throws(
      () => trace({ meta: [meta] }),
      new FigureError("figure.data[0].meta[0].self contains itself; a figure is a tree of plain values"),
    );
  });

  it("refuses one that is nested deeper than what reads notebooks goes through, however deep", () => {
    const nested = (levels: number): object => {
      let a = {};
      for (let level = 1; level < levels; level++) a = { a };
      return a;
    };
    const layout = nested(199);
    assert.deepEqual(plainFigure({ data: [], layout }).layout, layout);
    for (const levels of [200, 5000, 100_000])
      assert.throws(
        () => plainFigure({ data: [], layout: nested(levels) }),
        new FigureError(
          "figure.layout.a.a.a.a.a.a.a.a.a.a.a.a.a.… is nested deeper than 200 levels, which no notebook's reader goes through; make it flatter, or leave out what plotly.js does not read",
        ),
      );
  });
});
