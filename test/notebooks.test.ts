import { kernelEvaluators } from "../src/notebook/kernel.js";
import { describeNotebooks } from "../src/notebook/mocha.js";
import { requireBrowser } from "./helpers/browser.js";

/** Claims of papers that do not come out; each notebook says by how much and why. */
const refuted = [
  "02-hidden-linear-structure: high-noise-signal",
  ...["gaussian-first-0.1", "delta-falls-0.1", "gaussian-first-14-0.5", "gaussian-first-14-1", "built-in-high-noise"].map((id) => `03-learned-first: ${id}`),
];

const kernel = kernelEvaluators();

describe("The notebooks", () => {
  before(async function () { await (await requireBrowser(this)).close(); });
  after(() => kernel.close());
  describeNotebooks("notebooks", { title: "run headlessly in quick mode, and the claims hold that ought to", evaluator: kernel.evaluator, quick: true, claims: { refuted }, timeout: 120_000 });
});
