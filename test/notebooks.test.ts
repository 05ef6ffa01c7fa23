import { kernelEvaluators } from "../src/notebook/evaluators.js";
import { describeNotebooks } from "../src/notebook/mocha.js";
import { requireBrowser } from "./helpers/browser.js";

/** Claims of papers that do not come out; each notebook says by how much and why. */
const refuted = [
  "02-hidden-linear-structure: high-noise-signal",
  "03-learned-first: built-in-high-noise",
  "03-learned-first: delta-falls-0.1",
  "03-learned-first: gaussian-first-0.1",
  "03-learned-first: gaussian-first-14-0.5",
  "03-learned-first: gaussian-first-14-1",
  "06-intrinsic-dimension: conservative-better",
  "06-intrinsic-dimension: unconstrained-fails",
];

const kernel = kernelEvaluators();

describe("The notebooks", () => {
  before(async function () {
    await (await requireBrowser(this)).close();
  });
  after(() => kernel.close());
  describeNotebooks("notebooks", {
    title: "run headlessly in quick mode, and the claims hold that ought to",
    evaluator: kernel.evaluator,
    quick: true,
    claims: { refuted },
    timeout: 120_000,
  });
});
