import assert from "node:assert/strict";
import { decodedCircles } from "../../../src/analysis/encodings/circles.js";
import { collapsePanels, collapseStudy } from "../../../src/analysis/encodings/collapse.js";
import { codePanels } from "../../../src/analysis/encodings/compareCodes.js";
import { transportExamples } from "../../../src/analysis/encodings/examples.js";
import { mapGeometry } from "../../../src/analysis/encodings/geometry.js";
import { interpolationStudy, judgeBetween, stripsOfPair } from "../../../src/analysis/encodings/interpolationStudy.js";
import { decodedLengths } from "../../../src/analysis/encodings/latentStudy.js";
import { quantileMap } from "../../../src/analysis/encodings/quantileMap.js";
import type { Judgement } from "../../../src/analysis/encodings/realism.js";
import { codeRoundTripError, roundTrip } from "../../../src/analysis/encodings/roundTrip.js";
import { icaAfterFlow, sourceStudy } from "../../../src/analysis/encodings/sourceStudy.js";
import { sourceScatter } from "../../../src/analysis/independence/scatter.js";
import { linearMixture, twoSources } from "../../../src/analysis/independence/sources.js";
import { flowMapTo } from "../../../src/analysis/dimension/flowMap.js";
import { threeModes } from "../../../src/analysis/gauge/examples.js";
import { encode } from "../../../src/diffusion/encoding.js";
import { gaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { circle } from "../../../src/diffusion/distributions/sphere.js";
import { column, identity, matrixFromRows, row, squaredLengths, type Matrix } from "../../../src/math/matrix.js";
import { linspace } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

const modes = threeModes(0.15);

/** Finds positive the first coordinate of class 1, and realistic what is positive in the second. */
const judge = (points: Matrix): Judgement => {
  const [first, second] = [0, 1].map((j) => column(points, j));
  return {
    label: Uint8Array.from(first, (value) => (value > 0 ? 1 : 0)),
    confidence: first.map(() => 1),
    logDensity: first,
    typical: first.map(() => 1),
    realistic: second.map((value) => (value > 0 ? 1 : 0)),
  };
};

describe("quantileMap", () => {
  it("decodes codes of a mixture on the line to its quantiles, in their order", () => {
    const mixture = { weights: [0.4, 0.35, 0.25], means: [-1.2, 0.3, 1.5], variances: [0.04, 0.09, 0.02] };
    const { decoded, error, fromNormal, byQuantiles, codes } = quantileMap(mixture, linspace(-3, 3, 40));
    assert.ok(error < 1e-8, `${error}`);
    assert.ok(decoded.every((x, i) => i === 0 || x > decoded[i - 1]));
    // far above the data the code is Φ⁻¹(F) but for the mean and the variance over σ_max
    assertClose(byQuantiles, codes, 0.01);
    assert.ok(fromNormal > 1e-5 && fromNormal < 3e-3, `${fromNormal}`);
  });
});

describe("decodedCircles", () => {
  it("are ellipses of a Gaussian, closed, and hold the share of the codes that they should", () => {
    const g = gaussian(
      new Float64Array(2),
      matrixFromRows([
        [4, 0],
        [0, 1],
      ]),
    );
    const data = g.sample(randomSource(1), 20_000, 1e-3);
    const [{ points, outside, logDensity, improbable }] = decodedCircles(g, [2], data, { count: 40, spacing: 1 });
    assert.equal(points.rows, 41);
    for (let n = 0; n <= 40; n++) {
      const [x, y] = row(points, n);
      assertClose([(x * x) / 4 + y * y], [4], 2e-3); // of 1 + λ / σ_max²
    }
    assertClose(row(points, 0), row(points, 40), 1e-9);
    assertClose([outside], [Math.exp(-2)], 1e-15);
    assertClose([logDensity, improbable], [-2 - Math.log(4 * Math.PI), 0], 1e-3);
    // 99 % of a Gaussian lie within |z| = 3.03
    const shares = decodedCircles(g, [2.9, 3.2], data).map((circle) => circle.improbable);
    assert.deepEqual(shares, [0, 1]);
  });

  it("have no gap where few codes decode, and means over the circle that the finer arcs there do not move", () => {
    const data = modes.sample(randomSource(1), 1000, 1e-3);
    const [coarse, fine] = [0.2, 0.02].map((spacing) => decodedCircles(modes, [3], data, { spacing })[0]);
    assertClose([coarse.logDensity], [fine.logDensity], 0.02);
    for (let n = 1; n < fine.points.rows; n++) {
      const [[x, y], [u, v]] = [n - 1, n].map((k) => row(fine.points, k));
      assert.ok(Math.hypot(x - u, y - v) <= 0.02, `${n}`);
    }
  });
});

describe("round trips", () => {
  it("have the error there and back, both ways, and its estimate", () => {
    const x = modes.sample(randomSource(1), 50, 1e-3);
    const options = { sigmaMin: 1e-3, tolerance: 1e-10 };
    const { codes, decoded, error, rms, estimated } = roundTrip(modes, x, options);
    assertMatrix(codes, encode(modes, x, options).points, 0);
    assert.ok(error > 0 && error < 1e-7 && rms < error && estimated < 1e-7);
    assertMatrix(decoded, x, 1e-7);
    assert.ok(codeRoundTripError(modes, normal(randomSource(2), 50, 2), options) < 1e-7);
  });
});

describe("collapseStudy", () => {
  it("measures each distribution at the last level and draws what it measured", () => {
    const levels = [80, 0.1, 0.01, 0.004, 0.002];
    const options = { count: 10, source: randomSource(1), stepsPerDecade: 40 };
    const studies = collapseStudy({ "a density": modes, "a circle": circle(1) }, levels, options);
    studies.forEach(({ orientation, exponent, volumeError }, i) => {
      assert.equal(orientation, 1);
      assertClose([exponent - i], [0], 0.01);
      assert.ok(volumeError < 1e-4, `${volumeError}`);
    });
    const [condition, volume] = collapsePanels(studies);
    assert.deepEqual(
      condition.series.map(({ name }) => name),
      ["a density", "a circle"],
    );
    assert.deepEqual(volume.series[0].x, levels.slice(1));
    assertClose([condition.series[1].y.at(-1)!], [studies[1].condition.value], 1e-3);
  });
});

describe("transportExamples", () => {
  it("have symmetric Jacobians in the first two, and in the others none", () => {
    const seen = Object.values(transportExamples()).map((p) => {
      const map = flowMapTo(p, p.sample(randomSource(1), 40, 0.01), [80, 0.01]);
      return mapGeometry(map)[0].mostAntisymmetry;
    });
    assert.ok(seen.slice(0, 2).every((one) => one < 1e-12) && seen.slice(2).every((one) => one > 1e-3), `${seen}`);
  });
});

describe("sourceStudy", () => {
  it("finds independent what FastICA and the flow make, and the sources by FastICA alone", () => {
    const [c, s] = [Math.cos(0.6), Math.sin(0.6)];
    const mixture = linearMixture(
      twoSources,
      matrixFromRows([
        [c, -s],
        [s, c],
      ]),
    );
    const { rows, withSource, coordinates, sources } = sourceStudy(mixture, { count: 3000, seed: 1, tested: 200 });
    const [raw, , ica, flow, turned] = rows;
    for (const { squares } of [ica, flow, turned]) assert.ok(Math.abs(squares.value) < 4 * squares.standardError);
    assert.ok(raw.squares.value > 4 * raw.squares.standardError);
    assert.ok(ica.found > 0.99 && flow.found < 0.9 && turned.found < 0.9);
    assert.ok(Math.abs(withSource.value - c) < 4 * withSource.standardError, `${withSource.value}`);
    const [panel] = sourceScatter(coordinates, sources, 500);
    assert.equal(panel.title, "mixed");
    assert.equal(panel.series[0].x.length + panel.series[1].x.length, 500);
    // FastICA's coordinate of the first source tells the groups apart, a mixed one does not
    const { FastICA } = coordinates;
    const other = sourceScatter({ FastICA }, sources, 500)[0].series.map(({ x, y }) =>
      [x, y].map((v) => Math.sign(v.reduce((sum, one) => sum + one, 0))),
    );
    assert.ok(other[0].some((sign, j) => sign !== other[1][j]));
  });

  it("finds nothing in codes: FastICA turns them at random", () => {
    const { onData, onCodes, atRandom } = icaAfterFlow(linearMixture(twoSources, identity(2)), {
      draws: 6,
      count: 500,
      seed: 1,
    });
    assert.ok(onData.value > 0.98, `${onData.value}`);
    assert.ok(Math.abs(onCodes.value - atRandom) < 4 * onCodes.standardError, `${onCodes.value}`);
  });
});

describe("what codes decode to", () => {
  it("is judged by their length", () => {
    const g = isotropicGaussian(new Float64Array(2), 1);
    const z = matrixFromRows([
      [1, 1],
      [3, -4],
    ]);
    const [short, long] = decodedLengths(g, z, [0.5, 2], judge);
    assertClose(squaredLengths(short.points), [0.5, 0.5], 1e-3);
    assertClose(squaredLengths(long.points), [8, 8], 1e-3);
    assert.deepEqual([short.length, short.realistic.value, long.realistic.value], [0.5, 0.5, 0.5]);
  });

  it("lies between its ends, and is of the class of one of them or not", () => {
    const g = isotropicGaussian(new Float64Array(2), 1);
    const [a, b, other] = [
      [
        [1, 2],
        [1, 1],
      ],
      [
        [3, 2],
        [2, -1],
      ],
      [
        [-1, 1],
        [1, 1],
      ],
    ].map(matrixFromRows);
    const between = interpolationStudy(g, a, b, [0, 0.5, 1]);
    const rows = judgeBetween(between, [a, b], other, judge);
    assert.deepEqual(rows.map(({ way }) => way).slice(-4), ["pixels", "lerp", "slerp", "(codes at random)"]);
    assert.deepEqual([rows.at(-1)!.ofAnEnd.value, rows.at(-1)!.both.value], [0.5, 0.5]);
    assert.deepEqual([...rows.at(-1)!.each], [0, 1]);
    assert.equal(rows[0].ofAnEnd.value, 1);
    for (const { points } of stripsOfPair(between, 1)) {
      assertClose(row(points, 0), [1, 1], 1e-9);
      assertClose(row(points, 2), [2, -1], 1e-9);
    }
  });

  it("is shown beside the first field's codes", () => {
    const g = isotropicGaussian(new Float64Array(2), 1);
    const x = normal(randomSource(1), 5, 2);
    const [{ title, series }] = codePanels({ first: g, second: isotropicGaussian(new Float64Array(2), 4) }, x);
    assert.equal(title, "second");
    const [line, points] = series;
    assertClose(points.x, [...column(encode(g, x).points, 0)], 1e-3);
    assert.equal(points.y.length, 5);
    assert.deepEqual(line.x, line.y);
    assertClose(line.x, [Math.min(...points.x), Math.max(...points.x)], 1e-12);
  });
});
