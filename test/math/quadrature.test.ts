import assert from "node:assert/strict";
import { gaussHermite, gaussLegendre } from "../../src/math/quadrature.js";
import { assertClose } from "../helpers/close.js";

const integral = ({ nodes, weights }: { nodes: Float64Array; weights: Float64Array }, f: (x: number) => number) =>
  nodes.reduce((sum, x, i) => sum + weights[i] * f(x), 0);

describe("gaussHermite", () => {
  for (const n of [1, 2, 5, 20, 60])
    it(`has the moments 1, 0, 1, 0, 3, … of a normal variable up to degree ${2 * n - 1}`, () => {
      let moment = 1;
      for (let degree = 0; degree < Math.min(2 * n, 30); degree += 2) {
        assertClose([integral(gaussHermite(n), (x) => x ** degree)], [moment], 1e-12, `E z^${degree}`);
        assert.equal(Math.abs(integral(gaussHermite(n), (x) => x ** (degree + 1))) <= 1e-13 * moment * 20, true);
        moment *= degree + 1;
      }
    });

  it("is not exact one degree further", () => {
    assert.ok(Math.abs(integral(gaussHermite(3), (x) => x ** 6) - 15) > 1);
  });

  it("finds E exp(z) = √e and E cos z = 1/√e", () => {
    assertClose(
      [integral(gaussHermite(30), Math.exp), integral(gaussHermite(30), Math.cos)],
      [Math.exp(0.5), Math.exp(-0.5)],
      1e-13,
    );
  });
});

describe("gaussLegendre", () => {
  for (const n of [1, 2, 7, 64])
    it(`integrates powers on an interval up to degree ${2 * n - 1}`, () => {
      const rule = gaussLegendre(n, 0.5, 2);
      for (let degree = 0; degree < Math.min(2 * n, 40); degree++)
        assertClose(
          [integral(rule, (x) => x ** degree)],
          [(2 ** (degree + 1) - 0.5 ** (degree + 1)) / (degree + 1)],
          1e-12,
        );
      assert.ok(rule.nodes.every((x, i) => x > 0.5 && x < 2 && (i === 0 || x > rule.nodes[i - 1])));
    });

  it("has the nodes ±1/√3 of two points, and a sign with the direction", () => {
    assertClose(gaussLegendre(2).nodes, [-1 / Math.sqrt(3), 1 / Math.sqrt(3)], 1e-15);
    assertClose([integral(gaussLegendre(20, 1, 0), Math.exp)], [1 - Math.E], 1e-14);
  });

  it("refuses sizes and ends that are none", () => {
    assert.throws(() => gaussLegendre(0), /^RangeError: gaussLegendre: n is 0, expected an integer from 1 to 1000$/);
    assert.throws(() => gaussHermite(2.5), /^RangeError: gaussHermite: n is 2.5, expected/);
    assert.throws(
      () => gaussLegendre(3, 0, Infinity),
      /^RangeError: gaussLegendre: the interval is from 0 to Infinity, expected finite ends$/,
    );
  });
});
