import assert from "node:assert/strict";
import {
  compareSpread,
  departureParts,
  ensembleSpread,
  spreadTraces,
  spreadRatio,
} from "../../../src/analysis/variance/networkEnsemble.js";
import {
  addScaled,
  diagonal,
  identity,
  matrix,
  row,
  scale,
  scaleColumns,
  trace,
  type Matrix,
} from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { randomOrthogonal } from "../../../src/math/qr.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { covariance } from "../../../src/math/stats.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";

const [n, d] = [60, 5];
const x = normal(randomSource(1), n, d);
const options = () => ({ directions: 2, source: randomSource(3), resamples: 200 });

/** Covariances of very different sizes and directions. */
const covariances = Array.from({ length: n }, (_, i) => {
  const V = randomOrthogonal(randomSource(i), d);
  const values = [4, 2, 0.2, 0.1, 0.1].map((value) => value * Math.exp(Math.sin(i)));
  return multiply(scaleColumns(V, values), V, { transposeB: true });
});
const roots = covariances.map((_, i) => {
  const V = randomOrthogonal(randomSource(i), d);
  return scaleColumns(
    V,
    [4, 2, 0.2, 0.1, 0.1].map((value) => Math.sqrt(value * Math.exp(Math.sin(i)))),
  );
});

/** Networks whose scores are the point plus a normal deviation of the covariance there, times a factor. */
const members = (count: number, factor = 1, first = 0) =>
  Array.from({ length: count }, (_, m) => {
    const z = normal(randomSource(100 + first + m), n, d);
    return {
      score: (at: Matrix) => {
        const s = matrix(n, d);
        for (let i = 0; i < n; i++)
          row(s, i).set(multiply(matrix(1, d, row(z, i)), roots[i], { transposeB: true }).values);
        return addScaled(at, factor, s);
      },
    };
  });

describe("The spread of an ensemble", () => {
  it("is the covariance of the scores", () => {
    const networks = members(6);
    const { mean, deviations } = ensembleSpread(networks, x, 1);
    const scores = networks.map(({ score }) => score(x));
    for (const i of [0, 17]) {
      const at = matrix(6, d);
      scores.forEach((s, m) => row(at, m).set(row(s, i)));
      assertMatrix(multiply(deviations[i], deviations[i], { transposeA: true }), scale(covariance(at), 6 / 5), 1e-12);
    }
    assertMatrix(
      mean,
      scale(
        scores.reduce((sum, s) => addScaled(sum, 1, s)),
        1 / 6,
      ),
      1e-12,
    );
    assertClose(
      spreadTraces({ mean, deviations }),
      deviations.map((a) => trace(multiply(a, a, { transposeB: true }))),
      1e-12,
    );
  });

  it("needs two networks", () =>
    assert.throws(
      () => ensembleSpread(members(1), x, 1),
      /^RangeError: ensembleSpread: 1 networks, expected at least 2$/,
    ));
});

describe("The ratio of the variances of two ensembles", () => {
  it("is found with an error that covers it", () => {
    const [a, b] = [members(8, 2), members(8, 1, 50)].map((networks) => ensembleSpread(networks, x, 1));
    const { value, standardError } = spreadRatio(a, b);
    assert.ok(Math.abs(value - 4) < 4 * standardError && standardError < 1, `${value} ± ${standardError}`);
    assertClose([spreadRatio(a, a).value], [1], 1e-12);
  });

  it("has the jackknife's error, of every network left out once", () => {
    const networks = members(5);
    const whole = (some: typeof networks) =>
      spreadTraces(ensembleSpread(some, x, 1)).reduce((sum, value) => sum + value, 0);
    const left = networks.map((_, m) => whole(networks.filter((_, k) => k !== m)));
    const centre = left.reduce((a, b) => a + b) / 5;
    const relative = Math.sqrt((4 / 5) * left.reduce((sum, one) => sum + (one - centre) ** 2, 0)) / whole(networks);
    const spread = ensembleSpread(networks, x, 1);
    assertClose([spreadRatio(spread, spread).standardError], [Math.SQRT2 * relative], 1e-12);
  });
});

describe("The parts of a departure", () => {
  it("are the common one, without the noise of a mean of few, and the variance", () => {
    const [bias, variance] = [0.5 * d, covariances.map(trace).reduce((a, b) => a + b) / n];
    const shifted = addScaled(x, Math.sqrt(0.5), matrix(n, d, new Float64Array(n * d).fill(1)));
    const { common, own, ownShare } = departureParts(ensembleSpread(members(8), x, 1), shifted, options());
    const mean = (values: Float64Array) => values.reduce((a, b) => a + b) / n;
    assert.ok(Math.abs(mean(common) - bias) < 0.5, `${mean(common)}, expected about ${bias}`);
    assert.ok(Math.abs(mean(own) / variance - 1) < 0.2, `${mean(own)}, expected about ${variance}`);
    assertClose([ownShare.value], [mean(own) / (mean(own) + mean(common))], 1e-12);
  });
});

describe("The comparison of a spread with a prediction", () => {
  const spread = ensembleSpread(members(8, 3), x, 1);
  const found = compareSpread(spread, covariances, x, options());

  it("that is right but for its scale finds the scale, the traces and the directions", () => {
    assert.ok(Math.abs(found.scale.value - 9) < 4 * found.scale.standardError);
    assert.ok(found.traces.low > 0.5 && found.cosine.low > 0.85 && found.cosine.high < 1.15);
    assert.ok(found.cosine.low > found.cosineOther.high && found.cosine.low > found.cosineData.high);
    assert.ok(Math.abs(found.shares!.own.value - 6 / 6.4) < 0.03 && found.shares!.ownLessOther.low > 0.2);
  });

  it("that is of other places finds none of it", () => {
    const elsewhere = covariances.map((_, i) => covariances[(i + 7) % n]);
    const wrong = compareSpread(spread, elsewhere, x, options());
    assert.ok(wrong.cosine.value < 0.7 && wrong.shares!.ownLessOther.low < 0 && wrong.shares!.ownLessOther.high > 0);
  });

  it("estimates the size of the covariance without bias: of isotropic ones the cosine is 1", () => {
    const plain = Array.from({ length: 4 }, (_, m) => ({
      score: () => normal(randomSource(m, 9), 4000, d),
    }));
    const at = matrix(4000, d);
    const same = Array.from({ length: 4000 }, (_, i) => scale(identity(d), 1 + 1e-6 * i));
    const { cosine } = compareSpread(ensembleSpread(plain, at, 1), same, x, { ...options(), draws: 1 });
    assert.ok(
      Math.abs(cosine.value - 1) < 4 * cosine.standardError + 0.01,
      `${cosine.value} ± ${cosine.standardError}`,
    );
  });

  it("asks for a prediction at each point", () =>
    assert.throws(
      () => compareSpread(spread, [diagonal([1])], x, options()),
      /^RangeError: compareSpread: 1 predictions for 60 points, expected one each$/,
    ));
});
