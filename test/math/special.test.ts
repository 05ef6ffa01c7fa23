import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { besselRatio, logBesselI, scaledBesselI } from "../../src/math/bessel.js";
import { chiSquareTail, digamma, erf, erfc, logGamma, normalCdf, normalQuantile } from "../../src/math/special.js";

interface Reference {
  bessel: { order: number; x: number; scaled: number; log: number; ratio: number }[];
  erf: [number, number][];
  erfc: [number, number][];
  logGamma: [number, number][];
  digamma: [number, number][];
  normalCdf: [number, number][];
  normalQuantile: [number, number][];
  chiSquareTail: [number, number, number][];
}
const reference = JSON.parse(readFileSync("data/reference/special.json", "utf8")) as Reference;

/**
 * Within a relative error of the reference; near the floor of the number range, or the zeros of a logarithm, within an
 * absolute one.
 */
function check(what: string, seen: number, expected: number, tolerance: number, floor = 1e-300): void {
  assert.ok(
    Math.abs(seen - expected) <= Math.max(tolerance * Math.abs(expected), floor),
    `${what} is ${seen}, expected ${expected}, relative error ${seen / expected - 1}`,
  );
}

describe("special functions", () => {
  for (const [name, f] of Object.entries({ erf, erfc, logGamma, digamma, normalCdf, normalQuantile }))
    it(`${name} is what mpmath finds`, () => {
      for (const [x, expected] of reference[name as "erf"])
        check(`${name}(${x})`, f(x), expected, 1e-13, name === "logGamma" ? 1e-15 : undefined);
    });

  it("chiSquareTail is what mpmath finds", () => {
    for (const [x, k, expected] of reference.chiSquareTail)
      check(`chiSquareTail(${x}, ${k})`, chiSquareTail(x, k), expected, 1e-12);
  });

  it("have their limits", () => {
    assert.deepEqual(
      [normalQuantile(0), normalQuantile(1), normalCdf(-Infinity), normalCdf(Infinity), chiSquareTail(Infinity, 2)],
      [-Infinity, Infinity, 0, 1, 0],
    );
    assert.ok([erf(NaN), erfc(NaN), normalCdf(NaN)].every(Number.isNaN));
  });

  it("refuse what they are not defined for", () => {
    assert.throws(
      () => normalQuantile(1.5),
      /^RangeError: normalQuantile: p is 1.5, expected a probability from 0 to 1$/,
    );
    assert.throws(() => normalQuantile(NaN), /^RangeError: normalQuantile: p is NaN/);
    assert.throws(() => logGamma(0), /^RangeError: logGamma: x is 0, expected a positive number$/);
    assert.throws(() => chiSquareTail(-1, 2), /^RangeError: chiSquareTail: x is -1, expected a number of at least 0$/);
    assert.throws(
      () => chiSquareTail(1, 0),
      /^RangeError: chiSquareTail: k is 0, expected a positive number of degrees/,
    );
  });
});

describe("modified Bessel functions", () => {
  it("are what mpmath finds, order 0 to 150½, argument 1e-8 to 1e7", () => {
    for (const { order, x, scaled, log, ratio } of reference.bessel) {
      check(`besselRatio(${order}, ${x})`, besselRatio(order, x), ratio, 1e-14);
      check(`scaledBesselI(${order}, ${x})`, scaledBesselI(order, x), scaled, 1e-14);
      check(`logBesselI(${order}, ${x})`, logBesselI(order, x), log, 1e-14, 1e-14);
    }
  });

  it("have the closed forms of spheres in 1 and 3 dimensions", () => {
    for (const x of [0.5, 2, 20, 300]) {
      check("tanh", besselRatio(-0.5, x), Math.tanh(x), 0);
      check("coth x - 1/x", besselRatio(0.5, x), 1 / Math.tanh(x) - 1 / x, 1e-14);
    }
  });

  it("have their limits", () => {
    assert.deepEqual(
      [0, 0.5, 1].map((order) => scaledBesselI(order, 0)),
      [1, 0, 0],
    );
    assert.deepEqual(
      [besselRatio(0, 0), besselRatio(24.5, Infinity), logBesselI(0, 0), logBesselI(2, 0)],
      [0, 1, 0, -Infinity],
    );
  });

  it("refuse other orders and arguments", () => {
    assert.throws(
      () => scaledBesselI(0.3, 1),
      /^RangeError: scaledBesselI: ν is 0.3, expected a multiple of ½ of at least 0$/,
    );
    assert.throws(
      () => besselRatio(-1, 1),
      /^RangeError: besselRatio: ν is -1, expected a multiple of ½ of at least -0.5$/,
    );
    assert.throws(() => logBesselI(1, -1), /^RangeError: logBesselI: x is -1, expected a number of at least 0$/);
    assert.throws(() => besselRatio(1, NaN), /^RangeError: besselRatio: x is NaN/);
  });
});
