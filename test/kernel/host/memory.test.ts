import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { TestNotebook } from "../../helpers/cells.js";
import { collectGarbage } from "../../helpers/garbage.js";

describe("Memory of a worker", function () {
  this.timeout(120_000);
  let notebook: TestNotebook;
  before(() => (notebook = new TestNotebook()));
  after(() => notebook.close());
  // collected first: when the collector comes by itself is up to its clock
  const held =
    "(await import('node:v8')).setFlagsFromString('--expose-gc'); (await import('node:vm')).runInNewContext('gc')();" +
    "const { heapUsed, external } = process.memoryUsage(); (heapUsed + external) / 1e6";

  for (const [what, code] of Object.entries({
    "that a name held": "const big = new Array(1e7).fill(0.5); big.length",
    "of a last expression": "new Array(1e7).fill(0.5)",
    "in typed arrays": "const typed = new Float64Array(1e7).fill(1); typed.length",
    "of a cell that failed": "const kept = new Array(1e7).fill(0.5); await Promise.reject(kept.length);",
  }))
    it(`frees values ${what}`, async () => {
      let most = 0;
      for (let i = 0; i < 8; i++) {
        await notebook.run(code);
        most = Math.max(most, Number((await notebook.run(held)).value));
      }
      assert.ok(most < 450, `${most} MB`);
    });

  for (const [what, code] of Object.entries({
    errors: "throw new Error('e'.repeat(1e6));",
    "displays with an id": "display('d'.repeat(1e6), { id: String(Math.random()) });",
    "updates of a display": "updateDisplay('one', 'd'.repeat(1e6));",
    text: "console.log('t'.repeat(1e6));",
    "late text": "setTimeout(() => console.log('t'.repeat(1e6)), 0); 1",
    results: "'r'.repeat(1e6)",
  }))
    it(`keeps no large ${what}, on neither side`, async () => {
      const used = async (): Promise<[ours: number, cells: number]> => {
        const { value } = await notebook.run(held);
        collectGarbage();
        return [process.memoryUsage().heapUsed / 1e6, Number(value)];
      };
      await notebook.run("import { display, updateDisplay } from 'scorebook/notebook'; display(1, { id: 'one' });");
      const run = async (times: number): Promise<void> => {
        for (let i = 0; i < times; i++) await notebook.evaluator.execute(code, { onOutput: () => {} });
        await sleep(1500); // it collects when nothing is asked of it
        notebook.late.length = 0;
      };
      await run(5);
      const before = await used();
      await run(60);
      const after = await used();
      assert.ok(
        after[0] - before[0] < 30 && after[1] - before[1] < 30,
        `${before.join(", ")} → ${after.join(", ")} MB`,
      );
    });

  it("grows little with the number of declarations, at rest", async () => {
    const used = async (): Promise<number> => {
      await sleep(1500);
      return Number((await notebook.run("process.memoryUsage().heapUsed / 1e6")).value);
    };
    const declare = async (from: number, to: number): Promise<void> => {
      for (let i = from; i < to; i++)
        await notebook.run(
          `interface Point${i} { x: number; y: number }\nconst points${i}: Point${i}[] = [{ x: ${i}, y: 1 }];`,
        );
    };
    await declare(0, 10);
    const before = await used();
    await declare(10, 240);
    const after = await used();
    assert.ok(after - before < 15, `${before} → ${after} MB`);
  });

  it("has a limit that counts typed arrays", async () => {
    await notebook.close();
    notebook = new TestNotebook({ memoryLimit: 200 });
    const {
      errors: [error],
      died,
    } = await notebook.run(
      "const hoard: Float64Array[] = []; for (;;) { hoard.push(new Float64Array(1e6).fill(1)); await new Promise((r) => setTimeout(r, 5)); }",
    );
    assert.equal(died, true);
    assert.match(error.evalue, /^the cell needed more than 200 MB of heap, typed arrays and tensors; raise the limit/);
  });

  it("has a limit that does not count what nobody holds any more", async () => {
    const { value, errors } = await notebook.run(
      "let sum = 0; for (let i = 0; i < 100; i++) sum += new Float64Array(2e6).fill(1)[i]; sum",
    );
    assert.deepEqual([value, errors], ["100", []]);
  });
});
