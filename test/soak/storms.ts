import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { TestNotebook } from "../helpers/cells.js";
import { oneOf, repeat, within, type Part } from "./part.js";

const cells = [
  "for (;;) {}",
  "for (;;) await null;",
  "await new Promise(() => {});",
  "for (;;) console.log('again');",
  "setTimeout(() => { for (;;) {} }, 5); 1",
  "setInterval(() => { for (;;) {} }, 5); await new Promise(() => {});",
  "[1, 2, 3].map((x) => x + 1)",
];

/** Interrupts cells of all kinds again and again while questions come in: each ends soon, and the state stays. */
export const storms: Part = async (soak) => {
  const notebook = new TestNotebook();
  const { source } = soak;
  try {
    await notebook.run("let kept = 0;");
    let interrupts = 0,
      slowest = 0;
    const rounds = await repeat(soak, 5, async (i) => {
      const running = notebook.run(oneOf(source, cells), { timeout: 0 });
      await sleep(source.integer(100));
      const asked = performance.now();
      const answers = Array.from({ length: source.integer(10) }, () => notebook.evaluator.complete("kep", 3));
      for (let left = 1 + source.integer(5); left > 0; left--, interrupts++) {
        await notebook.evaluator.interrupt();
        await sleep(source.integer(5));
      }
      await within(3, "an interrupted cell", running);
      slowest = Math.max(slowest, performance.now() - asked);
      await notebook.evaluator.interrupt(); // what the cell has left
      for (const found of await within(3, "a question", Promise.all(answers)))
        assert.deepEqual(found?.matches, ["kept"], JSON.stringify(notebook.late));
      const { value } = await within(3, "a cell after a storm", notebook.run("kept += 1; kept"));
      assert.equal(value, String(i + 1), "a variable has lost its value in a storm of interrupts");
    });
    return `${interrupts} interrupts in ${rounds} cells, the slowest ${(slowest / 1000).toFixed(1)} s`;
  } finally {
    await notebook.close();
  }
};
