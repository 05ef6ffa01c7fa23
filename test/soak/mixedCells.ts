import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { TestNotebook } from "../helpers/cells.js";
import { oneOf, type Part } from "./part.js";

/** Cells of many kinds, by their number. */
const kinds: readonly ((i: number) => string)[] = [
  (i) => `const a${i} = ${i}, b${i} = [${i}]; a${i} + b${i}[0]`,
  () => "const again = Array.from({ length: 1e5 }, (_, j) => j + 0.5); again.length",
  (i) => `function f${i % 50}(x: number) { return x * again.length; }\nf${i % 50}(2)`,
  (i) => `class C${i % 50} { constructor(readonly n = ${i}) {} }\nnew C${i % 50}()`,
  (i) => `import { basename } from "node:path";\nbasename("/a/b${i}")`,
  () => "for (let j = 0; j < 200; j++) console.log(j);",
  () => "new Float64Array(1e6)",
  () => 'throw new TypeError("on purpose");',
  () => 'const wrong: number = "text";',
  () => "await new Promise((r) => setTimeout(r, 1)); again = [];",
  () => "setTimeout(() => console.log('late'), 1); 1",
  () => 'show({ data: [{ type: "scatter", y: [1, 2] }], layout: {} });',
  () => "show(new Map([[1, { deep: { deeper: [1, 2, 3] } }]]));",
];

/** Largest growth in MB from a tenth of the cells to their end. */
const growth = 100;

/** Runs cells of many kinds in one process, whose memory stays and whose cells stay as fast. */
export const mixedCells =
  (most: number): Part =>
  async ({ source, deadline }) => {
    const notebook = new TestNotebook();
    try {
      await notebook.run('import { show } from "scorebook/notebook"; let again: number[] = [];');
      const checkpoints: { cells: number; milliseconds: number; megabytes: number }[] = [];
      const size = Math.max(20, most / 10);
      for (let cells = 0; cells < most && (cells < 2 * size || performance.now() < deadline);) {
        const begun = performance.now();
        for (const end = cells + size; cells < end; cells++) {
          const { died } = await notebook.run(oneOf(source, kinds)(cells));
          assert.ok(!died, `cell ${cells} lost its process`);
        }
        const milliseconds = (performance.now() - begun) / size;
        await sleep(1000); // it collects at rest
        const { value } = await notebook.run("process.memoryUsage().rss / 1e6");
        checkpoints.push({ cells, milliseconds, megabytes: Number(value) });
      }
      const [first, last] = [checkpoints[0], checkpoints.at(-1)!];
      const grown = last.megabytes - first.megabytes;
      assert.ok(grown < growth, `the process grew by ${grown.toFixed(0)} MB from cell ${first.cells} to ${last.cells}`);
      return checkpoints
        .map((c) => `${c.cells} cells: ${c.milliseconds.toFixed(0)} ms each, ${c.megabytes.toFixed(0)} MB`)
        .join("; ");
    } finally {
      await notebook.close();
    }
  };
