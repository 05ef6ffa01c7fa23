import assert from "node:assert/strict";
import { streamlines, type LatticeField } from "../../src/figures/streamlines.js";

/** A field on n × n nodes from -1 to 1. */
function onLattice(n: number, f: (x: number, y: number) => readonly [number, number]): LatticeField {
  const at = Array.from({ length: n * n }, (_, k) => [
    (2 * (k % n)) / (n - 1) - 1,
    (2 * Math.floor(k / n)) / (n - 1) - 1,
  ]);
  const rows = (values: readonly (readonly number[])[]) => ({ rows: n * n, cols: 2, values: values.flat() });
  return { points: rows(at), vectors: rows(at.map(([x, y]) => f(x, y))) };
}

describe("streamlines", () => {
  const squares = 20;
  const turning = streamlines(
    onLattice(41, (x, y) => [-y, x]),
    { squares },
  );
  const ends = ({ x, y }: (typeof turning)[number]) => [x[0] - x.at(-1)!, y[0] - y.at(-1)!];

  it("are circles of a rotation, run through in its sense", () => {
    assert.ok(turning.length >= 5, `${turning.length} lines`);
    for (const { x, y } of turning) {
      const radii = x.map((at, i) => Math.hypot(at, y[i]));
      // bilinear is exact for a linear field; order 4 in steps of 0.025 at radii from 0.05
      assert.ok(Math.max(...radii) - Math.min(...radii) < 2e-3, `radii ${Math.min(...radii)} to ${Math.max(...radii)}`);
      for (let i = 1; i < x.length; i++) assert.ok(x[i - 1] * y[i] - y[i - 1] * x[i] > 0, "counterclockwise");
    }
  });

  it("end where a closed one comes back to itself", () => {
    const whole = turning.filter(({ x, y }) => Math.hypot(x[0], y[0]) < 0.9 && Math.hypot(x[0], y[0]) > 0.2);
    assert.ok(whole.some((line) => Math.hypot(...ends(line)) < 2 * (2 / squares)));
    for (const { x, y } of whole)
      assert.ok(x.length <= (2 * Math.PI * Math.hypot(x[0], y[0])) / 0.025 + 1, "once round");
  });

  it("share no square, and leave few free", () => {
    const squareOf = (x: number, y: number) =>
      `${Math.min(19, Math.floor((x + 1) * 10))} ${Math.min(19, Math.floor((y + 1) * 10))}`;
    const through = turning.map(({ x, y }) => new Set(x.map((at, i) => squareOf(at, y[i]))));
    const all = new Set(through.flatMap((own) => [...own]));
    assert.equal(
      all.size,
      through.reduce((sum, own) => sum + own.size, 0),
    );
    assert.ok(all.size > 0.6 * squares ** 2, `${all.size} of ${squares ** 2} squares`);
  });

  it("leave out what turns within a square", () => {
    const lines = streamlines(
      onLattice(43, (x, y) => [-y, x]),
      { squares: 21 },
    );
    assert.ok(lines.length >= 5);
    for (const { x, y } of lines) assert.ok(Math.max(...x.map((at, i) => Math.hypot(at, y[i]))) > 1 / 21, `${x[0]}`);
  });

  it("cross the range along a constant field, of a half of it too", () => {
    for (const range of [undefined, [0, 1] as const]) {
      const lines = streamlines(
        onLattice(5, () => [3, 0]),
        { squares: 10, range },
      );
      const [low, high] = range ?? [-1, 1];
      assert.equal(lines.length, 10);
      for (const { x, y } of lines) {
        assert.ok(Math.max(...y) - Math.min(...y) < 1e-12);
        assert.ok(
          x[0] - low < (high - low) / 40 + 1e-9 && high - x.at(-1)! < (high - low) / 40 + 1e-9,
          `${x[0]}, ${x.at(-1)}`,
        );
        assert.ok(x[0] < x.at(-1)!);
      }
    }
  });

  it("keep away from where the weighted field is weak", () => {
    const { points, vectors } = onLattice(41, (x, y) => [-y, x]);
    const weight = Array.from({ length: points.rows }, (_, n) => (points.values[2 * n] > 0 ? 1 : 0));
    const lines = streamlines({ points, vectors, weight }, { squares });
    assert.ok(lines.length > 0);
    for (const { x } of lines) assert.ok(Math.min(...x) > -0.05, `x = ${Math.min(...x)}`); // a node's distance
    assert.deepEqual(streamlines(onLattice(3, () => [0, NaN])), []);
  });

  it("say what is wrong with their data", () => {
    const { points, vectors } = onLattice(3, () => [1, 0]);
    assert.throws(
      () => streamlines({ points, vectors: { rows: 1, cols: 2, values: [1, 0] }, weight: [1] }),
      /^RangeError: streamlines: 9 points, 1 vectors and 1 weights, expected 9 of each$/,
    );
    assert.throws(
      () => streamlines({ points: { rows: 3, cols: 2, values: [0, 0, 1, 0, 2, 0] }, vectors: { ...vectors, rows: 3 } }),
      /^RangeError: streamlines: 3 points in rows of 3, expected a lattice of at least 2 × 2$/,
    );
    const bent = Array.from(points.values);
    bent[8] = 0.3;
    assert.throws(
      () => streamlines({ points: { ...points, values: bent }, vectors }),
      /^RangeError: streamlines: point 4 is \(0.3, 0\), expected a lattice in equal steps, row by row$/,
    );
  });
});
