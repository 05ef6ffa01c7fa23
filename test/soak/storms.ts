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

const told = (errors: readonly { readonly evalue: string }[]): string[] => errors.map(({ evalue }) => evalue);

/** Seconds for what has only to come: answers and the next cell take the time that the compiler takes on this machine. */
const patience = 30;

/**
 * Interrupts cells of all kinds again and again while questions come in: each ends within 3 s, all questions are
 * answered, and the state stays.
 */
export const storms: Part = async (soak) => {
  const notebook = new TestNotebook();
  const { source } = soak;
  try {
    await notebook.run("let kept = 0;");
    await notebook.run(cells.at(-1)!); // the compiler is not cut, and takes longer the first time
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
      for (const found of await within(patience, "a question", Promise.all(answers)))
        assert.deepEqual(found?.matches, ["kept"], JSON.stringify(notebook.late));
      // A callback that the cell has left may begin its loop only now: then one more interrupt frees the cell after it.
      const stuck = setTimeout(() => void notebook.evaluator.interrupt(), 500);
      const { value, errors } = await within(patience, "a cell after a storm", notebook.run("kept"));
      clearTimeout(stuck);
      if (value === undefined) assert.deepEqual(told(errors), ["the cell was interrupted"]);
      const kept = value ?? (await within(patience, "a cell after one more interrupt", notebook.run("kept"))).value;
      assert.equal(kept, String(i), "a variable has lost its value in a storm of interrupts");
      await notebook.run("kept += 1;");
    });
    return `${interrupts} interrupts in ${rounds} cells, the slowest ${(slowest / 1000).toFixed(1)} s`;
  } finally {
    await notebook.close();
  }
};
