import assert from "node:assert/strict";
import { galerkinConvergence } from "../../../src/analysis/gauge/galerkinConvergence.js";
import { addScaled, transpose } from "../../../src/math/matrix.js";
import { observedOrder } from "../../../src/math/ode.js";
import { assertClose } from "../../helpers/close.js";
import { normal, randomSource } from "../../../src/math/random.js";

const d = 3;
const [A, root] = [normal(randomSource(1), d, d), normal(randomSource(2), d, d)];
const sources = () => Array.from({ length: 16 }, (_, i) => randomSource(3, i));

describe("The gradient part found from samples", () => {
  it("comes nearer with the root of their number, orthogonal to the rest and of less energy than the field", () => {
    const found = galerkinConvergence(A, root, [400, 1600, 6400], sources());
    const order = observedOrder(
      found.map(({ samples }) => 1 / samples),
      found.map(({ error }) => error),
    );
    assert.ok(Math.abs(order - 0.5) < 0.15, `order ${order}`);
    for (const { samples, product, share } of found)
      assert.ok(product < 1e-12 && share < 1, `${samples} samples: ${product}, ${share}`);
  });

  it("is all of a gradient field, however few they are", () => {
    const [{ error, share }] = galerkinConvergence(addScaled(A, 1, transpose(A)), root, [20], sources());
    assert.ok(error < 1e-11 && Math.abs(share - 1) < 1e-11, `${error}, ${share}`);
  });

  it("takes the first of the samples for a smaller number of them", () => {
    const [alone] = galerkinConvergence(A, root, [50], sources());
    const [first] = galerkinConvergence(A, root, [50, 300], sources());
    assertClose([first.error, first.share], [alone.error, alone.share], 1e-13); // a product's last bits vary with its size
  });
});
