import assert from "node:assert/strict";
import { fieldsFigure } from "../../src/figures/fields.js";

const points = { rows: 2, cols: 2, values: [0, 0, 1, 1] };
const vectors = { rows: 2, cols: 2, values: [1, 0, 0, -2] };
const options = { title: "t", range: [-2, 2] as const };
type Line = { x: (number | null)[]; y: (number | null)[]; xaxis: string; mode: string; type: string };

describe("fieldsFigure", () => {
  const figure = fieldsFigure(
    [
      { title: "field", arrows: { points, vectors } },
      { title: "paths", paths: [points, vectors], points },
    ],
    { ...options, longest: 1, density: { x: [-1, 1], y: [-1, 0, 1], z: [0, 1, 2, 3, NaN, 4] } },
  );
  const lines = figure.data as unknown as Line[];

  it("is plain JSON with axes of one range and scale in every panel", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(figure)), figure);
    const { xaxis, yaxis, xaxis2, yaxis2 } = figure.layout as Record<
      string,
      { range: number[]; scaleanchor?: string; domain: number[] }
    >;
    for (const axis of [xaxis, yaxis, xaxis2, yaxis2]) assert.deepEqual(axis.range, [-2, 2]);
    assert.deepEqual([yaxis.scaleanchor, yaxis2.scaleanchor], ["x", "x2"]);
    assert.ok(xaxis.domain[1] < xaxis2.domain[0]);
  });

  it("draws marks over everything else of their panel", () => {
    const { data } = fieldsFigure([{ title: "", arrows: { points, vectors }, points, marks: points }], options);
    const { x, y, marker } = data.at(-1) as { x: number[]; y: number[]; marker: { size: number } };
    assert.deepEqual(
      [x, y],
      [
        [0, 1],
        [0, 1],
      ],
    );
    assert.ok(marker.size > 5);
  });

  it("draws each arrow centred on its point, the longest as long as asked, with a head at its tip", () => {
    const { x, y } = lines.find(({ mode, xaxis }) => mode === "lines" && xaxis === "x")!;
    assert.deepEqual(
      [x.slice(0, 2), y.slice(0, 2)],
      [
        [-0.25, 0.25],
        [0, 0],
      ],
    ); // (1, 0) at half the scale
    assert.deepEqual(
      [x.slice(6, 8), y.slice(6, 8)],
      [
        [1, 1],
        [1.5, 0.5],
      ],
    );
    assert.deepEqual([x[3], y[3]], [0.25, 0]); // back to the tip between the strokes
    assert.ok(x[2]! < 0.25 && x[4] === x[2] && y[4] === -y[2]!);
    assert.equal(x[5], null);
  });

  it("draws streamlines as one line with gaps, in the middle of each a head that points along it", () => {
    const lattice = { rows: 4, cols: 2, values: [-2, -2, 2, -2, -2, 2, 2, 2] };
    const along = { rows: 4, cols: 2, values: [1, 0, 1, 0, 1, 0, 1, 0] };
    const [{ x, y }] = fieldsFigure([{ title: "", streams: { points: lattice, vectors: along } }], options)
      .data as unknown as Line[];
    const gaps = x.flatMap((value, i) => (value === null ? [i] : []));
    assert.equal(gaps.length, 2 * 20);
    const [line, head] = [x.slice(0, gaps[0]), x.slice(gaps[0] + 1, gaps[1])] as number[][];
    assert.ok(line[0] < -1.9 && line.at(-1)! > 1.9);
    assert.deepEqual([head.length, head[0], y[gaps[0] + 2]], [3, head[2], y[0]]);
    assert.ok(head[1] > head[0] && line.includes(head[1]));
  });

  it("weighs arrows, and leaves out those of little weight", () => {
    const few = fieldsFigure([{ title: "field", arrows: { points, vectors, weight: [1, 0.001] } }], options)
      .data as unknown as Line[];
    assert.equal(few[0].x.length, 6);
    const currents = fieldsFigure([{ title: "field", arrows: { points, vectors, weight: [2, 1] } }], {
      ...options,
      longest: 1,
    }).data as unknown as Line[];
    assert.deepEqual(
      [currents[0].x.slice(0, 2), currents[0].y.slice(6, 8)],
      [
        [-0.5, 0.5],
        [1.5, 0.5],
      ],
    ); // 2 · (1, 0) and (0, -2) are equally long
  });

  it("draws one line a path through the states", () => {
    const paths = lines.filter(({ mode }) => mode === "lines+markers");
    assert.deepEqual(
      paths.map(({ x }) => x),
      [
        [0, 1],
        [1, 0],
      ],
    );
    assert.deepEqual((figure.data[0] as { z: (number | null)[][] }).z, [
      [0, 0.25],
      [0.5, 0.75],
      [null, 1],
    ]);
  });

  it("says what is wrong with its data", () => {
    assert.throws(() => fieldsFigure([], options), /^RangeError: fieldsFigure: no panels, expected at least one$/);
    assert.throws(
      () => fieldsFigure([{ title: "f", arrows: { points, vectors: { rows: 1, cols: 2, values: [1, 2] } } }], options),
      /^RangeError: fieldsFigure: "f" has 2 points, 1 vectors, expected 2 of each$/,
    );
    assert.throws(
      () => fieldsFigure([{ title: "f", paths: [points, { rows: 1, cols: 2, values: [1, 2] }] }], options),
      /^RangeError: fieldsFigure: "f" has paths whose states differ in number, expected 2 in each$/,
    );
    assert.throws(
      () => fieldsFigure([{ title: "f" }], { ...options, density: { x: [1], y: [1], z: [] } }),
      /^RangeError: fieldsFigure: the density has 0 values on 1 × 1 points, expected one each$/,
    );
  });
});
