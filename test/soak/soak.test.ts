import { randomSource } from "../../src/math/random.js";
import { requireBrowser } from "../helpers/browser.js";
import { parts } from "./parts.js";

describe("The soak, in short,", function () {
  this.timeout(120_000);
  before(async function () {
    await (await requireBrowser(this)).close();
  });
  for (const [stream, [name, [, part]]] of Object.entries(parts(100)).entries())
    it(`stands ${name}`, async () => {
      await part({ source: randomSource(1, stream), deadline: performance.now() + 4000 });
    });
});
