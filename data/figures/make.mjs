/** Draws the README's picture by running its example: node data/figures/make.mjs, after a build. */
import { readFileSync, writeFileSync } from "node:fs";
import { kernelEvaluators } from "../../dist/src/notebook/evaluators.js";

const [, code] = /^```ts\n([^]*?)^```$/m.exec(readFileSync("README.md", "utf8"));
const kernel = kernelEvaluators();
const evaluator = kernel.evaluator({ cwd: process.cwd(), onWarning: console.warn, onLateOutput: () => {} });
await evaluator.execute(code, {
  executionCount: 1,
  onOutput: (output) => {
    if (output.output_type === "error") throw new Error(output.traceback.join("\n"));
    const png = output.data?.["image/png"];
    if (png) writeFileSync(new URL("linear-structure-strip.png", import.meta.url), Buffer.from(png, "base64"));
  },
});
await evaluator.close();
await kernel.close();
