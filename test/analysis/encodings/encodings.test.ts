import assert from "node:assert/strict";
import { compareCodes } from "../../../src/analysis/encodings/compareCodes.js";
import { mapGeometry, volumeExponent } from "../../../src/analysis/encodings/geometry.js";
import { interpolationStudy } from "../../../src/analysis/encodings/interpolationStudy.js";
import { codesOfLength, imageJudge, judgementRow } from "../../../src/analysis/encodings/realism.js";
import { measureDependence, measureRecovery } from "../../../src/analysis/independence/recovery.js";
import { linearMixture, twoSources } from "../../../src/analysis/independence/sources.js";
import { fastIca } from "../../../src/analysis/independence/fastIca.js";
import { flowMapTo } from "../../../src/analysis/dimension/flowMap.js";
import { volumeDeviation } from "../../../src/analysis/dimension/flowMapTheory.js";
import { addFields, gaugeField, rotation90 } from "../../../src/analysis/gauge/fields.js";
import { threeModes } from "../../../src/analysis/gauge/examples.js";
import { encode } from "../../../src/diffusion/encoding.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { gaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { circle } from "../../../src/diffusion/distributions/sphere.js";
import { matrix, matrixFromRows, squaredLengths } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { mean } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";

const modes = threeModes(0.15);

describe("the geometry of the map from codes to data", () => {
  const levels = [80, 0.1, 0.03, 0.01];
  const near = { stepsPerDecade: 60 };

  it("of a Gaussian is the linear map that is known", () => {
    const g = gaussian(
      new Float64Array(2),
      matrixFromRows([
        [4, 0],
        [0, 0.25],
      ]),
    );
    const geometry = mapGeometry(flowMapTo(g, g.sample(randomSource(1), 3, 0.01), levels, { stepsPerDecade: 200 }));
    const expected = [0.1, 0.03, 0.01].map((sigma) => {
      const [a, b] = [4, 0.25].map((lambda) => Math.sqrt((lambda + sigma ** 2) / (lambda + 6400)));
      return { condition: a / b, logVolume: Math.log(a * b * 6400) };
    });
    geometry.forEach(({ condition, logVolume, orientation, mostAntisymmetry }, i) => {
      assertClose([condition.value], [expected[i].condition], 1e-6);
      assertClose([Math.exp(logVolume.value)], [Math.exp(expected[i].logVolume)], 1e-6);
      assert.equal(orientation, 1);
      assert.ok(mostAntisymmetry < 1e-12);
    });
  });

  it("keeps volume and orientation of a mixture as the change of variables says", () => {
    const map = flowMapTo(modes, modes.sample(randomSource(1), 20, 0.01), levels, { stepsPerDecade: 200 });
    assert.ok(volumeDeviation(map, modes) < 1e-6);
    assert.ok(mapGeometry(map).every(({ orientation }) => orientation === 1));
  });

  it("collapses as many dimensions as the data lack: none, one of a circle, two of points", () => {
    const points = empiricalDistribution(modes.sample(randomSource(2), 5));
    for (const [p, exponent] of [
      [modes, 0],
      [circle(1), 1],
      [points, 2],
    ] as const) {
      const map = flowMapTo(p, p.sample(randomSource(3), 20, 0.001), [80, 0.004, 0.002, 0.001], near);
      const seen = volumeExponent(mapGeometry(map));
      assert.ok(Math.abs(seen - exponent) < 0.01, `${seen}, expected ${exponent}`);
    }
  });
});

describe("compareCodes", () => {
  const x = modes.sample(randomSource(1), 400, 0.02);
  const options = { sigmaMin: 0.02, sigmaMax: 20 };

  it("finds one code of one field, and another where a gauge field is added that no density sees", () => {
    const gauged = addFields(modes, gaugeField(modes, rotation90));
    const [same, other] = compareCodes({ score: modes, again: modes, gauged }, x, options);
    assert.equal(same.fields, "score, again");
    assertClose([same.correlation, same.lowest.value, same.difference.value], [1, 1, 0], 1e-12);
    assert.ok(other.lowest.value + 4 * other.lowest.standardError < 0.5, `${other.lowest.value}`);
    assert.ok(other.difference.value > 0.5);
    // yet as likely: the same distribution of codes
    const lengths = [modes, gauged].map((field) => mean(squaredLengths(encode(field, x, options).points)));
    assert.ok(Math.abs(lengths[0] - lengths[1]) < 4 * Math.sqrt(8 / 400));
  });

  it("needs two fields", () =>
    assert.throws(() => compareCodes({ modes }, x), /^RangeError: compareCodes: 1 fields, expected two or more$/));
});

describe("codes of a linear mixture of sources", () => {
  const theta = 0.6;
  const [c, s] = [Math.cos(theta), Math.sin(theta)];
  const R = matrixFromRows([
    [c, -s],
    [s, c],
  ]);
  const levels = { sigmaMin: 1e-3, sigmaMax: 100 };

  it("are the Gaussianised sources if these are not mixed", () => {
    const { distribution, sample } = linearMixture(
      twoSources,
      matrixFromRows([
        [1, 0],
        [0, 1],
      ]),
    );
    const { mixed, gaussianised } = sample(randomSource(1), 500);
    const { points } = encode(distribution, mixed, levels);
    points.values.forEach((z, i) => {
      if (Math.abs(gaussianised.values[i]) < 2.5)
        assert.ok(Math.abs(z - gaussianised.values[i]) < 3e-4, `${z} and ${gaussianised.values[i]}`); // 1 / σ_max² of it
    });
  });

  it("are these turned if they are mixed by a rotation, independent and yet not the sources, which FastICA finds", () => {
    const { distribution, sample } = linearMixture(twoSources, R);
    const { mixed, sources, gaussianised } = sample(randomSource(2), 4000);
    const { points: z } = encode(distribution, mixed, levels);
    const turned = multiply(gaussianised, R, { transposeB: true });
    z.values.forEach((value, i) => {
      if (Math.hypot(gaussianised.values[i - (i % 2)], gaussianised.values[i - (i % 2) + 1]) < 2.5)
        assert.ok(Math.abs(value - turned.values[i]) < 3e-4);
    });
    const [ofCodes, ofData] = [z, mixed].map((points) => measureDependence(points, { seed: 1, points: 300 }));
    assert.ok(Math.abs(ofCodes.squares.value) < 4 * ofCodes.squares.standardError);
    assert.ok(ofData.squares.value > 4 * ofData.squares.standardError);
    assert.ok(ofCodes.hsicP > 0.01 && ofData.hsicP < 0.01, `${ofCodes.hsicP}, ${ofData.hsicP}`);
    assert.ok(ofCodes.distanceP > 0.01 && ofData.distanceP < 0.01, `${ofCodes.distanceP}, ${ofData.distanceP}`);
    const byFlow = measureRecovery(z, sources);
    const byIca = measureRecovery(fastIca(mixed).codes, sources);
    assert.ok(Math.abs(byFlow.amari - Math.tan(theta)) < 0.05 && byIca.amari < 0.06, `${byFlow.amari} ${byIca.amari}`);
    assert.ok(Math.abs(byFlow.found - c) < 0.02 && byIca.found > 0.99, `${byFlow.found} ${byIca.found}`);
  });
});

describe("interpolationStudy", () => {
  it("of Gaussian data has half the variance in the middle by lerp as by the average of the data, and all of it by slerp", () => {
    const d = 40;
    const g = isotropicGaussian(new Float64Array(d), 1);
    const [a, b] = [1, 2].map((seed) => normal(randomSource(seed), 400, d));
    const [pixels, straight, round] = interpolationStudy(g, a, b, [0.5]);
    assert.deepEqual([pixels.way, straight.way, round.way], ["pixels", "lerp", "slerp"]);
    assertClose(pixels.points.values, straight.points.values, 1e-9);
    for (const [{ spread, codeVariance }, expected] of [
      [straight, 0.5],
      [round, 1],
    ] as const)
      for (const { value, standardError } of [spread, codeVariance!])
        assert.ok(Math.abs(value - expected) < 4 * standardError + 0.02, `${value}, expected ${expected}`);
  });
});

describe("imageJudge", () => {
  const real = normal(randomSource(1), 2000, 4);
  const density = isotropicGaussian(new Float64Array(4), 1);
  const classifier = {
    logits: ({ rows, cols, values }: { rows: number; cols: number; values: Float64Array }) =>
      matrix(
        rows,
        2,
        Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? 0 : 10 * values[(i >> 1) * cols])),
      ),
  };
  const judge = imageJudge({ classifier, density, sigma: 0.01, real });

  it("finds real images typical, and neither the most likely one nor one that is far off", () => {
    const { typical } = judgementRow(judge(normal(randomSource(2), 2000, 4)));
    assert.ok(Math.abs(typical.value - 0.99) < 4 * Math.sqrt((2 * 0.99 * 0.01) / 2000), `${typical.value}`);
    assert.deepEqual(
      [
        ...judge(
          matrixFromRows([
            [0, 0, 0, 0],
            [9, 9, 9, 9],
          ]),
        ).typical,
      ],
      [0, 0],
    );
  });

  it("finds realistic what is typical and of a class without doubt", () => {
    const { confidence, realistic } = judge(
      matrixFromRows([
        [1, 1, 1, 1],
        [0, 1, -1, 1],
      ]),
    );
    assertClose(confidence, [1 / (1 + Math.exp(-10)), 0.5], 1e-12);
    assert.deepEqual([...realistic], [1, 0]);
  });

  it("sets codes at a length", () => {
    const z = codesOfLength(real, 1.5);
    assertClose(squaredLengths(z), new Float64Array(2000).fill(9), 1e-12);
    assert.throws(() => codesOfLength(matrix(1, 2), 1), /^RangeError: codesOfLength: row 0 is 0, expected a code/);
    assert.throws(() => codesOfLength(real, -1), /^RangeError: codesOfLength: the factor is -1/);
  });
});
