import assert from "node:assert/strict";
import { fieldAsymmetry } from "../../../src/analysis/gauge/asymmetry.js";
import { loadManifoldNetworks, manifoldSeeds } from "../../../src/diffusion/networks/pretrainedManifolds.js";
import { rowRange } from "../../../src/math/rowBlocks.js";

describe("The networks stored of manifolds", () => {
  const networks = loadManifoldNetworks();
  after(() => networks.forEach(({ denoiser }) => denoiser.dispose()));

  it("are there for every seed on each of three manifolds, tied and untied", () => {
    const names = new Set(networks.map(({ manifold, tied, seed }) => `${manifold} ${tied} ${seed}`));
    assert.equal(names.size, 3 * 2 * manifoldSeeds.length);
  });

  it("are gradients where they are tied, and not where they are untied", () => {
    for (const { manifold, tied, seed, points, denoiser } of networks) {
      const { relative } = fieldAsymmetry(denoiser, rowRange(points, 0, 5), 0.1);
      assert.ok(tied ? relative < 1e-12 : relative > 1e-6, `${manifold}, tied: ${tied}, seed ${seed}: ${relative}`);
    }
  });

  it("are refused for a seed that is not stored", () =>
    assert.throws(() => loadManifoldNetworks([4]), /^RangeError: loadDenoiser: .*plane-tied-4/));
});
