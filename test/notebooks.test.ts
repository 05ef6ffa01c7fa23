import { kernelEvaluators } from "../src/notebook/kernel.js";
import { describeNotebooks } from "../src/notebook/mocha.js";
import { requireBrowser } from "./helpers/browser.js";

const kernel = kernelEvaluators();

describe("The notebooks", () => {
  before(async function () { await (await requireBrowser(this)).close(); });
  after(() => kernel.close());
  describeNotebooks("notebooks", { title: "run headlessly in quick mode, and their claims hold", evaluator: kernel.evaluator, quick: true, claims: true, timeout: 120_000 });
});
