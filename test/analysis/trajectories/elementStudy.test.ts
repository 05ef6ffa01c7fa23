import assert from "node:assert/strict";
import { commitmentOrder } from "../../../src/analysis/trajectories/commitment.js";
import { varianceBetween } from "../../../src/analysis/trajectories/elements.js";
import { elementStudy } from "../../../src/analysis/trajectories/elementStudy.js";
import { elementsFigure } from "../../../src/figures/papers/elements.js";
import { matrixFromRows, scale, type Matrix } from "../../../src/math/matrix.js";
import { multiply } from "../../../src/math/multiply.js";
import { normal, randomSource, uniform } from "../../../src/math/random.js";

/** Bars on 16 × 16 pixels, upright or lying by their class, wider or narrower, darker or paler. */
const sizes = [...uniform(randomSource(1), 40, 1).values];
const labels = sizes.map((_, n) => n % 2);
const bars = matrixFromRows(
  sizes.map((size, n) =>
    Float64Array.from({ length: 256 }, (_, p) => {
      const [x, y] = [(p % 16) - 7.5 + (n % 3), 7.5 - Math.floor(p / 16) - (n % 5) / 2];
      const [along, across] = labels[n] ? [x, y] : [y + 0.2 * x, x];
      return Math.abs(along) < 5 && Math.abs(across) < 1 + 2 * size ? 1 - 0.1 * (n % 7) : -1;
    }),
  ),
);
const judge = { logits: (images: Matrix) => multiply(images, normal(randomSource(4), 256, 2)) };
const sigmas = [10, 5, 2, 1];
const denoised = sigmas.map((_, t) => (t < 2 ? scale(bars, 0.2 + 0.2 * t) : bars));
const study = () =>
  elementStudy(
    { data: { images: bars, labels }, judge, denoised },
    sigmas,
    { source: randomSource(2), resamples: 10 },
    randomSource(3),
  );

describe("elementStudy", () => {
  it("has the class and eight elements, each with its variance and the levels at which it is decided", () => {
    const { variances, elements, chance, rankCorrelation, emergence } = study();
    assert.deepEqual([elements[0].name, elements.length, variances.length], ["class", 9, 9]);
    assert.equal(variances[0], varianceBetween(bars, labels));
    assert.ok(variances.every((one) => one > 0 && one < 1));
    for (const { name, commits } of elements) assert.ok(commits.value > 0.999 && commits.value < 10.001, name);
    assert.deepEqual(rankCorrelation, commitmentOrder(elements, variances, "commits").rankCorrelation);
    assert.deepEqual(emergence, commitmentOrder(elements, variances, "emerges").rankCorrelation);
    assert.ok(chance > 0 && chance <= 1);
  });
});

describe("elementsFigure", () => {
  const { variances, elements } = study();
  const { data } = elementsFigure(
    {
      digits: [
        { name: "network", variances, elements },
        { name: "Gaussian", variances, elements },
      ],
    },
    { title: "elements" },
  );

  it("names the points of the first field of a panel, and no others", () => {
    assert.deepEqual(
      data[0]["text"],
      elements.map(({ name }) => name),
    );
    assert.ok(!("text" in data[1]));
  });

  it("has every point in its frame, with its bars", () => {
    const { layout } = elementsFigure({ digits: [{ name: "network", variances, elements }] }, { title: "elements" });
    const [low, high] = (layout["yaxis"] as { range: number[] }).range.map((end) => 10 ** end);
    for (const { commits } of elements) {
      assert.ok(high > commits.value + commits.standardError);
      const foot = commits.value - commits.standardError;
      assert.ok(foot <= 0 || low < foot);
    }
  });
});
