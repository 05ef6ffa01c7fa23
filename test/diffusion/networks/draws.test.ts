import assert from "node:assert/strict";
import { drawing, type Draws } from "../../../src/diffusion/networks/draws.js";
import type { Matrix } from "../../../src/math/matrix.js";
import { row } from "../../../src/math/matrix.js";
import { mean, standardError } from "../../../src/math/stats.js";

const settings = { pMean: -0.5, pStd: 1.2, batch: 5, seed: 7, draws: 20 };

/** Every draw of some steps as one text. */
const texts = (steps: readonly Draws[]) =>
  steps.flatMap(({ rows, sigmas, noise }) =>
    Array.from(rows, (point, i) => `${point} ${sigmas[i]} ${row(noise as Matrix, i).join()}`),
  );
const epoch = (at: (step: number) => Draws, number: number) => texts([0, 1, 2, 3].map((k) => at(4 * number + k)));

describe("A finite number of draws", () => {
  it("is the same in every epoch, in another order, with each data point as often", () => {
    const { at, all } = drawing(settings, 10, 3);
    const [first, second] = [epoch(at, 0), epoch(at, 1)];
    assert.notDeepEqual(first, second);
    assert.deepEqual(first.toSorted(), second.toSorted());
    assert.deepEqual(first.toSorted(), texts([all!]).toSorted());
    for (let point = 0; point < 10; point++)
      assert.equal(all!.rows.filter((taken) => taken === point).length, 2, `point ${point}`);
  });

  it("goes on with the next epoch in the middle of a step", () => {
    const { at } = drawing({ ...settings, batch: 8 }, 10, 3);
    const seen = texts(Array.from({ length: 5 }, (_, step) => at(step)));
    assert.deepEqual(seen.slice(0, 20).toSorted(), seen.slice(20).toSorted());
  });

  it("has noise and noise levels of its own seed, and the data and their order of the training's", () => {
    const [one, other, moved] = [
      { ...settings, drawSeed: 1 },
      { ...settings, drawSeed: 2 },
      { ...settings, drawSeed: 1, seed: 8 },
    ].map((changed) => drawing(changed, 10, 3));
    assert.deepEqual(one.at(3).rows, other.at(3).rows);
    assert.notDeepEqual(one.all!.sigmas, other.all!.sigmas);
    assert.notDeepEqual(one.all!.noise, other.all!.noise);
    assert.deepEqual(one.all, moved.all);
    assert.notDeepEqual(one.at(3).rows, moved.at(3).rows);
  });

  it("has ln σ of the mean asked for", () => {
    const logs = drawing({ ...settings, draws: 4000 }, 10, 1).all!.sigmas.map(Math.log);
    assert.ok(Math.abs(mean(logs) + 0.5) < 4 * standardError(logs), `mean ${mean(logs)}`);
  });
});

describe("Draws without a number", () => {
  it("are new in every step", () => {
    const { at, all } = drawing({ ...settings, draws: undefined }, 10, 3);
    assert.equal(all, undefined);
    assert.notDeepEqual(at(0).sigmas, at(1).sigmas);
    assert.deepEqual(at(1), at(1));
  });
});
