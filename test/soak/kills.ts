import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromiumRenderer } from "../../src/kernel/host/renderer.js";
import { readNotebook } from "../../src/notebook/nbformat.js";
import { browsersOf } from "../helpers/browser.js";
import { TestNotebook } from "../helpers/cells.js";
import { sketchNotebook } from "../helpers/notebooks.js";
import { isAlive, oneOf, repeat, within, type Part } from "./part.js";

const busy = [
  "for (;;) {}",
  "for (;;) console.log('again');",
  "await new Promise(() => {});",
  "const hoard: unknown[] = []; for (;;) hoard.push(new Array(100).fill(hoard.length));",
  "import { spawn } from 'node:child_process';\nspawn('sleep', ['60']); for (;;) await null;",
];

/** Kills the process of a running cell: the cell fails, and the next one runs. */
export const evaluatorKills: Part = async (soak) => {
  const notebook = new TestNotebook();
  try {
    const kills = await repeat(soak, 2, async () => {
      const pid = Number((await notebook.run("process.pid")).value);
      const running = notebook.run(oneOf(soak.source, busy));
      await sleep(soak.source.integer(300));
      if (isAlive(pid)) process.kill(pid, "SIGKILL");
      const { died } = await within(3, "a cell whose process was killed", running);
      assert.equal(died, true, "a cell whose process was killed says that it died");
    });
    return `${kills} kills of the evaluator`;
  } finally {
    await notebook.close();
  }
};

/** Kills the browser while it starts or draws: the picture comes nevertheless. */
export const browserKills: Part = async (soak) => {
  const renderer = chromiumRenderer();
  try {
    const kills = await repeat(soak, 2, async (i) => {
      const drawing = renderer.png({ data: [{ type: "scatter", y: [1, i] }], layout: {} });
      drawing.catch(() => undefined); // it is looked at below
      await sleep(soak.source.integer(500));
      for (const pid of browsersOf()) process.kill(pid, "SIGKILL");
      assert.ok((await within(30, "a picture whose browser was killed", drawing)).png.length > 100);
    });
    return `${kills} kills of the browser`;
  } finally {
    await renderer.close();
  }
};

const cli = fileURLToPath(new URL("../../src/cli.js", import.meta.url));

/** Kills a run: no process stays, and the notebook can be read. */
export const runnerKills: Part = async (soak) => {
  const directory = mkdtempSync(join(tmpdir(), "scorebook-soak-"));
  try {
    let read = 0;
    const runs = await repeat(soak, 1, async (i) => {
      const name = `${i}.ipynb`;
      sketchNotebook(directory, name, [
        { code: `import { writeFileSync } from "node:fs";\nwriteFileSync("pid", String(process.pid));` },
        ...Array.from({ length: 20 }, () => ({ code: 'for (let i = 0; i < 2000; i++) console.log("x".repeat(100));' })),
      ]);
      const pidFile = join(directory, "pid");
      rmSync(pidFile, { force: true });
      const child = spawn(process.execPath, [cli, "run", name], { cwd: directory, stdio: "ignore" });
      const ended = once(child, "close");
      while (!existsSync(pidFile) || readFileSync(pidFile, "utf8") === "") await sleep(10);
      const pid = Number(readFileSync(pidFile, "utf8"));
      await sleep(soak.source.integer(1000));
      child.kill(oneOf(soak.source, ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"] as const));
      await within(5, "a run that was killed", ended);
      for (let waited = 0; isAlive(pid) && waited < 3000; waited += 50) await sleep(50);
      assert.ok(!isAlive(pid), "the evaluator of a killed run lives on");
      assert.equal(readNotebook(join(directory, "out", name)).cells.length, 21);
      read++;
    });
    const left = readdirSync(join(directory, "out")).filter((name) => name.endsWith(".tmp"));
    assert.ok(left.length <= runs, `${left.length} temporary files stay of ${runs} runs`);
    return `${runs} kills of the runner, ${read} notebooks read after them`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
