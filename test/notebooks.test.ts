import { kernelEvaluators } from "../src/notebook/evaluators.js";
import { describeNotebooks } from "../src/notebook/mocha.js";
import { requireBrowser } from "./helpers/browser.js";

/** Claims that do not come out at these sizes; each notebook says by how much and why. */
const refuted = [
  "02-hidden-linear-structure: high-noise-signal",
  "03-learned-first: built-in-high-noise",
  "03-learned-first: delta-falls-perceptron",
  "03-learned-first: gaussian-first-perceptron",
  "04-teleportation: few-evaluations",
  "04-teleportation: floor-at-1",
  "06-intrinsic-dimension: unconstrained-fails",
  "07-generalization-through-variance: naive-fills",
  "07b-variance-in-networks: departs-where-noisy",
  "07b-variance-in-networks: network-variance-scale",
  "08-trajectory-dimensionality: flatter-than-gaussian",
  "09-outline-first: elements-of-clothes",
  "09-outline-first: features-as-gaussian",
  "09b-early-and-late-steps: kernel-in-networks",
  "09b-early-and-late-steps: more-than-the-data",
  "09b-early-and-late-steps: own-tangents",
  "10b-encodings-by-networks: identifiable",
  "11-what-noise-corrects: weaker-network",
  "12-what-symmetry-conserves: published-paths",
];

/** Claims whose measured value is within two standard errors of the bound at these sizes. */
const undecided = [
  "02-hidden-linear-structure: covariance",
  "02-hidden-linear-structure: far-field",
  "02-hidden-linear-structure: rank-falls",
  "05-gauge-decomposition: trained-samples",
  "07-generalization-through-variance: due-to-the-target-0.0001",
  "07-generalization-through-variance: due-to-the-target-0.01",
  "07-generalization-through-variance: effective-dynamics",
  "07-generalization-through-variance: features",
  "07-generalization-through-variance: gaps-filled",
  "07-generalization-through-variance: noise-fills",
  "07-generalization-through-variance: noise-fills-30",
  "07-generalization-through-variance: v-kernel",
  "07b-variance-in-networks: network-variance",
  "07b-variance-in-networks: networks-fill",
  "08-trajectory-dimensionality: deviation-by-variance",
  "09-outline-first: elements-in-order",
  "09b-early-and-late-steps: content-at-equal-effect",
  "09b-early-and-late-steps: content-early",
  "10-probability-flow-encodings: independent",
  "10-probability-flow-encodings: independent-by-hsic",
  "10-probability-flow-encodings: nothing-left-for-ica",
  "10b-encodings-by-networks: identifiable-digits",
  "10b-encodings-by-networks: semantic",
  "10b-encodings-by-networks: typical-code",
  "11-what-noise-corrects: trained-network",
  "11-what-noise-corrects: unet-few-steps",
  "12-what-symmetry-conserves: momentum-without-bounds",
];

const kernel = kernelEvaluators();

describe("The notebooks", () => {
  before(async function () {
    await (await requireBrowser(this)).close();
  });
  after(() => kernel.close());
  describeNotebooks("notebooks", {
    title: "run headlessly in quick mode, and every claim comes out as listed",
    evaluator: kernel.evaluator,
    quick: true,
    claims: { refuted, undecided },
    timeout: 120_000,
  });
});
