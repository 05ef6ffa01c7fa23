import assert from "node:assert/strict";
import { fitGaussian, isotropicGaussian } from "../../../src/diffusion/distributions/gaussian.js";
import { differenceProduct } from "../../../src/diffusion/jacobian.js";
import { networkDenoiser, preconditioning } from "../../../src/diffusion/networks/networkDenoiser.js";
import {
  initialParameters,
  network,
  parameterCount,
  type NetworkSpec,
} from "../../../src/diffusion/networks/network.js";
import { addScaled, matrix, relativeError, row, scale, trace, transpose } from "../../../src/math/matrix.js";
import { fillNormal, normal, randomSource } from "../../../src/math/random.js";
import { assertClose, assertMatrix } from "../../helpers/close.js";
import { collectGarbage } from "../../helpers/garbage.js";

const potential: NetworkSpec = { kind: "potential", hidden: 20 };
const perceptron: NetworkSpec = { kind: "mlp", hidden: [16, 16] };
const unet: NetworkSpec = { kind: "unet", side: 4, channels: [4, 4] };

function somewhere(spec: NetworkSpec, d: number): Float32Array {
  const p = new Float64Array(parameterCount(network(spec, d)));
  fillNormal(randomSource(3), p);
  return Float32Array.from(p, (z) => 0.3 * z);
}

describe("The denoiser of a network", () => {
  it("is at initialization that of the isotropic Gaussian with the data's variance", () => {
    for (const [spec, d] of [
      [potential, 3],
      [perceptron, 3],
      [unet, 16],
    ] as const) {
      const [x, sigmaData] = [normal(randomSource(1), 5, d), 0.7];
      const initial = networkDenoiser(
        { network: spec, dimension: d, sigmaData },
        initialParameters(network(spec, d), randomSource(1)),
      );
      const exact = isotropicGaussian(new Float64Array(d), sigmaData ** 2).denoiser;
      for (const sigma of [0.002, 1, 80]) assertMatrix(initial.denoiser(x, sigma), exact(x, sigma), 1e-15);
      initial.dispose();
    }
  });

  it("is at initialization that of the data's Gaussian, where it is built in", () => {
    const g = fitGaussian(normal(randomSource(2), 50, 3));
    const x = normal(randomSource(1), 5, 3);
    const initial = networkDenoiser(
      { network: perceptron, dimension: 3, sigmaData: 1, gaussian: g },
      initialParameters(network(perceptron, 3), randomSource(1)),
    );
    assertMatrix(initial.denoiser(x, 0.5), g.denoiser(x, 0.5), 1e-15);
  });

  it("outlives its object in a function taken out of it", async () => {
    const parameters = somewhere(perceptron, 3);
    const make = () => networkDenoiser({ network: perceptron, dimension: 3, sigmaData: 1 }, parameters);
    const { score } = make();
    const x = normal(randomSource(1), 5, 3);
    const before = score(x, 1);
    for (let i = 0; i < 3; i++) {
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 10)); // finalisers run between tasks
    }
    assertMatrix(score(x, 1), before, 0);
  });

  it("takes inputs and makes targets of variance 1", () => {
    for (const sigma of [0.01, 1, 50]) {
      const [sd, { skip, out, in: scaleIn }] = [0.7, preconditioning(0.7, sigma)];
      const variance = (1 - skip) ** 2 * sd ** 2 + skip ** 2 * sigma ** 2; // of x_0 - c_skip (x_0 + σ z)
      assert.ok(
        Math.abs(variance / out ** 2 - 1) < 1e-12 && Math.abs(scaleIn ** 2 * (sd ** 2 + sigma ** 2) - 1) < 1e-12,
      );
    }
  });

  for (const [name, spec, d] of [
    ["potential", potential, 3],
    ["perceptron", perceptron, 3],
    ["U-Net", unet, 16],
  ] as const)
    it(`of a ${name} has the Jacobian products that differences have, with a Gaussian built in too`, () => {
      const g = fitGaussian(normal(randomSource(2), 50, d));
      for (const gaussian of [undefined, g]) {
        const net = networkDenoiser({ network: spec, dimension: d, sigmaData: 0.7, gaussian }, somewhere(spec, d), {
          precision: "float64",
        });
        const [x, u, v] = [1, 2, 3].map((seed) => normal(randomSource(seed), 4, d));
        for (const sigma of [0.1, 2]) {
          assertMatrix(net.jvp(x, sigma, v), differenceProduct(net.denoiser)(x, sigma, v), 1e-8);
          assertMatrix(net.jacobianProduct(x, sigma, v), differenceProduct(net.score)(x, sigma, v), 1e-8);
          const [a, b] = [net.jvp(x, sigma, v), net.vjp(x, sigma, u)];
          assert.deepEqual(net.denoiserAndVjp(x, sigma, u), { denoised: net.denoiser(x, sigma), vjp: b });
          const dots = (m: typeof x, w: typeof x) =>
            matrix(
              4,
              1,
              Float64Array.from({ length: 4 }, (_, n) =>
                m.values.subarray(n * d, (n + 1) * d).reduce((sum, value, j) => sum + value * w.values[n * d + j], 0),
              ),
            );
          assertMatrix(dots(a, u), dots(b, v), 1e-12);
          const J = net.jacobians(x, sigma);
          J.forEach((Jn, n) =>
            assertMatrix(
              matrix(
                1,
                d,
                Float64Array.from({ length: d }, (_, i) =>
                  Jn.values
                    .subarray(i * d, (i + 1) * d)
                    .reduce((sum, value, j) => sum + value * v.values[n * d + j], 0),
                ),
              ),
              matrix(1, d, a.values.slice(n * d, (n + 1) * d)),
              1e-12,
            ),
          );
        }
        net.dispose();
      }
    });

  for (const [name, spec, d] of [
    ["potential", potential, 3],
    ["perceptron", perceptron, 3],
    ["U-Net", unet, 16],
  ] as const)
    it(`of a ${name} has a score, a divergence and both at once that are those of its denoiser`, () => {
      const gaussian = fitGaussian(normal(randomSource(2), 50, d), { rank: 2 });
      const net = networkDenoiser({ network: spec, dimension: d, sigmaData: 0.7, gaussian }, somewhere(spec, d), {
        precision: "float64",
      });
      const x = normal(randomSource(1), 4, d);
      for (const sigma of [0.1, 2]) {
        const both = net.scoreAndDivergence(x, sigma);
        assertMatrix(addScaled(x, sigma ** 2, both.score), net.denoiser(x, sigma), 1e-12);
        assertMatrix(both.score, net.score(x, sigma), 0);
        assertClose(both.divergence, net.divergence(x, sigma), 0);
        // ∇ · s = (tr J - d) / σ², J = ∂D/∂x; the difference loses a factor d / (d - tr J)
        const exact = net.jacobians(x, sigma).map((J) => (trace(J) - d) / sigma ** 2);
        assertClose(both.divergence, exact, 1e-10);
      }
      net.dispose();
    });

  describe("with classes", () => {
    const spec: NetworkSpec = { kind: "unet", side: 4, channels: [4, 4], classes: 3 };
    const model = { network: spec, dimension: 16, sigmaData: 0.7 };
    const [p, labels] = [somewhere(spec, 16), [2, 0, 1, 2]];
    const net = networkDenoiser(model, p, { precision: "float64" });
    after(() => net.dispose());
    const [x, u, v] = [1, 2, 3].map((seed) => normal(randomSource(seed), 4, 16));

    it("is without a label that of the same network with no weights for labels, and reads them with", () => {
      const { parameters } = network(spec, 16);
      const [[inputs, width]] = parameters.map(({ shape }) => shape);
      const own = (inputs - 3) * width; // the labels' rows are the last ones of the first layer
      const plain = networkDenoiser(
        { ...model, network: { ...spec, classes: 0 } },
        Float32Array.from([...p.subarray(0, own), ...p.subarray(inputs * width)]),
        { precision: "float64" },
      );
      assertMatrix(net.denoiser(x, 1), plain.denoiser(x, 1), 1e-14);
      const shares = [0, 1, 2].map((label) => relativeError(net.conditional(label).denoiser(x, 1), net.denoiser(x, 1)));
      assert.ok(Math.min(...shares) > 1e-3, `changes by the labels: ${shares.join(", ")}`);
      assert.deepEqual([net.classes, plain.classes], [3, 0]);
      plain.dispose();
    });

    it("gives each row what its own label gives", () => {
      const all = net.conditional(labels, { guidance: 2 });
      labels.forEach((label, n) => {
        const own = net.conditional(label, { guidance: 2 });
        const [at, w] = [x, v].map((m) => matrix(1, 16, row(m, n).slice()));
        assertMatrix(matrix(1, 16, row(all.denoiser(x, 1), n).slice()), own.denoiser(at, 1), 1e-12);
        assertMatrix(matrix(1, 16, row(all.jvp(x, 1, v), n).slice()), own.jvp(at, 1, w), 1e-12);
        assertMatrix(all.jacobians(x, 1)[n], own.jacobians(at, 1)[0], 1e-12);
      });
    });

    it("is guided from the denoiser without labels, w = 0, through that of the class, w = 1, and on along the line", () => {
      const at = (guidance?: number) => net.conditional(labels, { guidance }).denoiser(x, 0.5);
      assertMatrix(at(0), net.denoiser(x, 0.5), 0);
      assertMatrix(at(1), at(), 0);
      for (const w of [-1, 0.5, 7]) assertMatrix(at(w), addScaled(scale(at(0), 1 - w), w, at(1)), 1e-12);
    });

    it("has the Jacobian products that differences have, guided or not", () => {
      for (const guidance of [0, 1, 3]) {
        const guided = net.conditional(labels, { guidance });
        for (const sigma of [0.1, 2]) {
          assertMatrix(guided.jvp(x, sigma, v), differenceProduct(guided.denoiser)(x, sigma, v), 1e-8);
          assertMatrix(guided.jacobianProduct(x, sigma, v), differenceProduct(guided.score)(x, sigma, v), 1e-8);
          const dots = (a: typeof x, b: typeof x) =>
            Float64Array.from({ length: 4 }, (_, n) =>
              row(a, n).reduce((sum, value, j) => sum + value * row(b, n)[j], 0),
            );
          const back = guided.vjp(x, sigma, u);
          assertClose(dots(guided.jvp(x, sigma, v), u), dots(back, v), 1e-12);
          assert.deepEqual(guided.denoiserAndVjp(x, sigma, u), { denoised: guided.denoiser(x, sigma), vjp: back });
        }
      }
    });

    it("keeps the labels that it was asked for, whatever becomes of their array", () => {
      const given = labels.slice();
      const field = net.conditional(given);
      const before = field.denoiser(x, 0.5);
      given.fill(0);
      assertMatrix(field.denoiser(x, 0.5), before, 0);
    });

    it("refuses labels that are none of its classes, too few of them, and any where it was trained without", () => {
      assert.throws(
        () => net.conditional(3),
        /^RangeError: NetworkDenoiser\.conditional: a label is 3, expected an integer from 0 to 2$/,
      );
      assert.throws(() => net.conditional([0, -1]), /a label is -1, expected/);
      assert.throws(
        () => net.conditional(1, { guidance: NaN }),
        /^RangeError: NetworkDenoiser\.conditional: the guidance is NaN, expected a finite number$/,
      );
      for (const evaluate of [net.conditional([0, 1]).denoiser, net.conditional([0, 1]).jacobians])
        assert.throws(
          () => evaluate(x, 1),
          /^RangeError: networkDenoiser: x has 4 rows, expected 2, one for each label$/,
        );
      const plain = networkDenoiser({ ...model, network: unet }, somewhere(unet, 16));
      assert.throws(
        () => plain.conditional(0),
        /^RangeError: NetworkDenoiser\.conditional: the network was trained without labels; take one whose description has classes$/,
      );
      const shared = plain.denoiser;
      plain.dispose();
      assert.throws(() => shared(x, 1), /^Error: networkDenoiser: the denoiser is disposed of$/);
    });

    it("ends for all labels at once", () => {
      const own = networkDenoiser(model, p);
      const one = own.conditional(1);
      one.dispose();
      assert.equal(one.denoiser(x, 1).rows, 4);
      own.dispose();
      assert.throws(() => one.denoiser(x, 1), /^Error: networkDenoiser: the denoiser is disposed of$/);
    });
  });

  it("names its functions in errors, and takes no points at all", () => {
    const net = networkDenoiser({ network: perceptron, dimension: 3, sigmaData: 1 }, somewhere(perceptron, 3));
    const [x, none] = [normal(randomSource(1), 4, 3), matrix(0, 3)];
    assert.deepEqual([net.score(none, 1), net.denoiser(none, 1), net.jvp(none, 1, none)], [none, none, none]);
    for (const name of ["jvp", "vjp", "denoiserAndVjp"] as const)
      assert.throws(
        () => net[name](x, 1, matrix(1, 1)),
        new RegExp(`^RangeError: TrainedDenoiser\\.${name}: 4 × 3 and 1 × 1 matrices, expected one shape$`),
      );
    assert.throws(
      () => net.divergence(x, 0),
      /^RangeError: TrainedDenoiser\.jacobianProduct: σ is 0, expected a positive noise level$/,
    );
    net.dispose();
  });

  it("has a symmetric Jacobian where it is tied, and not where it is untied", () => {
    const x = normal(randomSource(1), 4, 5);
    for (const [tied, precision, least, most] of [
      [true, "float32", 0, 1e-6],
      [true, "float64", 0, 1e-14],
      [false, "float64", 1e-2, Infinity],
    ] as const) {
      const spec: NetworkSpec = { ...potential, tied };
      const net = networkDenoiser({ network: spec, dimension: 5, sigmaData: 1 }, somewhere(spec, 5), { precision });
      for (const J of net.jacobians(x, 0.5)) {
        const asymmetry =
          Math.max(...addScaled(J, -1, transpose(J)).values.map(Math.abs)) / Math.max(...J.values.map(Math.abs));
        assert.ok(asymmetry >= least && asymmetry <= most, `asymmetry ${asymmetry}, tied ${tied}, ${precision}`);
      }
    }
  });

  it("gives every point what it gives it alone, in one batch or in many", () => {
    const spec: NetworkSpec = { kind: "mlp", hidden: [40_000] }; // 100 points at a time
    const net = networkDenoiser({ network: spec, dimension: 2, sigmaData: 1 }, somewhere(spec, 2), {
      precision: "float64",
    });
    const x = normal(randomSource(1), 230, 2);
    const all = net.denoiser(x, 0.5);
    for (const n of [0, 99, 100, 229])
      assertMatrix(
        net.denoiser(matrix(1, 2, x.values.slice(2 * n, 2 * n + 2)), 0.5),
        matrix(1, 2, all.values.slice(2 * n, 2 * n + 2)),
        1e-12,
      );
  });

  it("has a score whose error in float32 is 1e-6 of its size where σ is small", () => {
    const p = somewhere(perceptron, 3);
    const [single, double] = (["float32", "float64"] as const).map((precision) =>
      networkDenoiser({ network: perceptron, dimension: 3, sigmaData: 1 }, p, { precision }),
    );
    const x = normal(randomSource(1), 50, 3);
    for (const sigma of [0.002, 0.1, 10]) assertMatrix(single.score(x, sigma), double.score(x, sigma), 2e-6);
  });

  it("is x at σ = 0 and refuses what is not a point, not a level, or after its end", () => {
    const net = networkDenoiser({ network: perceptron, dimension: 3, sigmaData: 1 }, somewhere(perceptron, 3));
    const x = normal(randomSource(1), 2, 3);
    assertMatrix(net.denoiser(x, 0), x, 0);
    assertMatrix(net.jvp(x, 0, scale(x, 2)), scale(x, 2), 0);
    assert.throws(() => net.score(x, 0), /^RangeError: scoreFromDenoiser: σ is 0, expected a positive noise level$/);
    assert.throws(
      () => net.denoiser(x, -1),
      /^RangeError: networkDenoiser: σ is -1, expected a finite noise level of at least 0$/,
    );
    assert.throws(() => net.denoiser(matrix(1, 2), 1), /^RangeError: networkDenoiser: x has 2 columns, expected 3$/);
    assert.throws(
      () => networkDenoiser({ network: perceptron, dimension: 3, sigmaData: 1 }, new Float32Array(3)),
      /^RangeError: networkDenoiser: 3 parameters, expected 531 for this network$/,
    );
    net.dispose();
    net.dispose();
    assert.throws(() => net.denoiser(x, 1), /^Error: networkDenoiser: the denoiser is disposed of$/);
  });
});
