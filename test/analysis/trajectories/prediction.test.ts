import assert from "node:assert/strict";
import { comparePaths, nearerFraction, pathForecast } from "../../../src/analysis/trajectories/prediction.js";
import { empiricalDistribution } from "../../../src/diffusion/distributions/empirical.js";
import { isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { karrasSigmas } from "../../../src/diffusion/sampling/noiseLevels.js";
import { sample } from "../../../src/diffusion/sampling/sampler.js";
import { scale } from "../../../src/math/matrix.js";
import { last } from "../../../src/math/ode.js";
import { normal, randomSource } from "../../../src/math/random.js";
import { mean } from "../../../src/math/stats.js";
import { golden } from "../../helpers/golden.js";

const sigmas = karrasSigmas(30);
const noise = scale(normal(randomSource(1), 200, 2), 80);
const points = golden.sample(randomSource(2), 100);

describe("comparePaths", () => {
  const nearlyNone = isotropicGaussian(golden.mean, 1e-12);
  const [self, other] = comparePaths({ self: golden, mean: nearlyNone }, noise, sigmas, golden);
  it("begin together, and have no errors of their own", () => {
    assert.ok(self.errors.every((errors) => errors.every((error) => error === 0)));
    assert.ok(other.errors[0].every((error) => error === 0));
    assert.deepEqual([other.name, other.path.length, other.errors.length], ["mean", 31, 31]);
  });
  it("are in units of the variance: at the end of those that go to the mean it is 1", () => {
    const error = mean(last(other.errors));
    assert.ok(Math.abs(error - 1) < 0.4, `${error}`); // of one mode that has all the variance: 4 √(2 / 200)
  });
});

describe("nearerFraction", () => {
  it("counts the seeds, and adds to 1 with that of the other way round where no two are equal", () => {
    const [a, b] = [1, 2].map((seed) => normal(randomSource(seed), 1, 100).values);
    const { value, count } = nearerFraction(a, b);
    assert.equal(value + nearerFraction(b, a).value, 1);
    assert.equal(count, 100);
  });
});

describe("pathForecast", () => {
  it("of a Gaussian is right by its own closed form", () => {
    const { initial, gaussian, memory, nearer } = pathForecast(
      [...sample(golden, noise, sigmas)],
      sigmas,
      golden,
      points,
      {
        levels: sigmas,
      },
    );
    assert.ok(initial.value < 1e-3 && gaussian.value < 1e-3, `${initial.value}, ${gaussian.value}`);
    assert.ok(memory.value > 10 * gaussian.value && nearer.value > 0.9, `${memory.value}, ${nearer.value}`);
    assert.equal(nearer.count, 200);
  });
  it("of the score of the training points is right by these", () => {
    const path = [...sample(empiricalDistribution(points), noise, sigmas)];
    const { memory, nearer } = pathForecast(path, sigmas, golden, points, { levels: sigmas, followed: 50 });
    assert.ok(memory.value < 1e-12, `${memory.value}`);
    assert.deepEqual([nearer.value, nearer.count], [0, 50]);
  });
  it("refuses levels that all lie below √λ₁, and paths of another length", () => {
    const low = Float64Array.of(1, 0);
    assert.throws(
      () => pathForecast([points, points], low, golden, points, { levels: low }),
      /^RangeError: pathForecast: the first level is 1, expected one above √λ₁ = 2$/,
    );
    assert.throws(
      () => pathForecast([points], low, golden, points, { levels: low }),
      /^RangeError: pathForecast: 1 states and 2 levels, expected 2 states$/,
    );
  });
});
