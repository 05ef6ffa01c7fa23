import assert from "node:assert/strict";
import { smallNetworkStudy } from "../../../src/analysis/variance/smallNetworks.js";
import type { TrainingProgress } from "../../../src/diffusion/networks/meter.js";
import { liveTensors } from "../../../src/math/backend/tensors.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { mean, variance } from "../../../src/math/stats.js";
import { assertClose } from "../../helpers/close.js";

const three = matrixFromRows([[-1], [0], [1]]);
const small = { seed: 1, members: 3, hidden: [16], steps: 40, samples: 200, eulerSteps: 20 };

describe("The study of small networks", () => {
  it("finds no difference of the objectives where the posterior has one point", async () => {
    const { networks, comparisons } = await smallNetworkStudy(matrixFromRows([[0.4, -0.2]]), {
      ...small,
      examples: [30, Infinity],
    });
    for (const i of [0, 2]) assert.deepEqual(networks[i + 1].gapMasses, networks[i].gapMasses);
    for (const { difference, varianceRatio } of comparisons) {
      assert.deepEqual([difference.value, difference.standardError], [0, 0]);
      assertClose([varianceRatio.value], [1], 1e-12);
    }
  });

  it("gives means, spreads and paired differences of its networks, nearer to the truth after more steps", async () => {
    const options = { ...small, hidden: [16, 16], examples: [Infinity] };
    const [short, long] = [
      await smallNetworkStudy(three, { ...options, steps: 5 }),
      await smallNetworkStudy(three, { ...options, steps: 300, learningRate: 5e-3 }),
    ];
    const [j0, j1] = long.networks;
    assert.deepEqual([j0.objective, j1.objective, j0.examples], ["J0", "J1", Infinity]);
    assert.equal(new Set(j0.gapMasses).size, 3);
    assertClose([j0.gapMass.value, j0.spread.value], [mean(j0.gapMasses), Math.sqrt(variance(j0.gapMasses))], 1e-12);
    assertClose([long.comparisons[0].difference.value], [j1.gapMass.value - j0.gapMass.value], 1e-12);
    for (const i of [0, 1]) assert.ok(long.networks[i].error.value < 0.7 * short.networks[i].error.value);
    for (const { error, variance } of long.networks) assert.ok((1 - 1 / 3) * variance.value <= error.value);
  });

  it("depends on its seed alone, and tells its progress over all networks", async () => {
    const told: TrainingProgress[] = [];
    const run = (seed: number) =>
      smallNetworkStudy(three, { ...small, seed, examples: [10], progress: (now) => told.push(now) });
    const first = await run(1);
    assert.deepEqual(
      told.map(({ step, steps }) => [step, steps]),
      [
        [40, 80],
        [80, 80],
      ],
    );
    assert.deepEqual(await run(1), first);
    assert.notDeepEqual(await run(2), first);
  });

  it("stops when it is told to, in training and in sampling", async () => {
    const reason = new Error("enough");
    for (const steps of [1, 1e6]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 300);
      const long = { ...small, steps, samples: 20_000, eulerSteps: 1e5, signal: controller.signal };
      const start = performance.now();
      await assert.rejects(smallNetworkStudy(three, long), reason);
      assert.ok(performance.now() - start < 10_000);
      assert.equal(liveTensors(), 0);
    }
  });

  it("takes what is undefined as left out, and needs two members and samples", async () => {
    const options = { ...small, seed: 1, examples: [10] };
    const [seen, wanted] = await Promise.all([
      smallNetworkStudy(three, { ...options, epsilon: undefined }),
      smallNetworkStudy(three, options),
    ]);
    assert.deepEqual(seen, wanted);
    for (const wrong of [{ members: 1 }, { members: 2.5 }, { samples: 0 }, { samples: NaN }])
      await assert.rejects(
        smallNetworkStudy(three, { ...options, ...wrong }),
        /^RangeError: smallNetworkStudy: (members|samples) is .*, expected an integer of at least [12]$/,
      );
  });
});
