import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import path from "node:path";
import { createRequire } from "node:module";
import { Test } from "mocha";
import { jupyter, requirePython } from "./jupyter.js";
import { KernelHome } from "./kernel.js";

const folder = path.join(createRequire(import.meta.url).resolve("scorebook/package.json"), "..", "test", "jupyter");

/** What each_test.py says of the tests, one JSON line each. */
type Line = { collected: string[] } | Report;
interface Report {
  test: string;
  outcome: "passed" | "failed" | "skipped";
  /** the failure, or why it was skipped */
  text: string;
}

/**
 * Defines a mocha suite of the tests in Python files of test/jupyter/, one test each; the kernel `scorebook` is
 * installed for them.
 */
export function describePython(
  title: string,
  files: readonly string[],
  { timeout = 60_000 }: { timeout?: number } = {},
): void {
  describe(title, function () {
    let home: KernelHome | undefined,
      ended: Promise<number | null> | undefined,
      output = "";
    const reports = new Map<string, (report: Report) => void>();
    before(requirePython);

    before(async function () {
      this.timeout(60_000);
      home = await KernelHome.open();
      const { python } = await jupyter();
      const args = [
        "-m",
        "pytest",
        "-p",
        "each_test",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:nbmake",
        "-p",
        "no:nbval",
        "-q",
        ...files.map((f) => path.join(folder, f)),
      ];
      const child = spawn(python, args, {
        cwd: home.folder,
        env: { ...home.env, PYTHONPATH: folder, OMP_NUM_THREADS: "1" },
        stdio: ["ignore", "pipe", "pipe", "pipe"],
      });
      for (const stream of [child.stdout!, child.stderr!])
        stream.setEncoding("utf8").on("data", (text: string) => (output += text));
      ended = once(child, "close").then(([status]) => status as number | null);
      const lines = createInterface({ input: child.stdio[3] as NodeJS.ReadableStream });
      const suite = this.test!.parent!;
      await new Promise<void>((resolve, reject) => {
        void ended!.then((status) =>
          reject(new Error(`pytest ended with status ${status} before it ran a test:\n${output}`)),
        );
        lines.on("line", (line) => {
          const value = JSON.parse(line) as Line;
          if ("test" in value) return reports.get(value.test)?.(value);
          for (const name of value.collected) {
            const report = Promise.race([
              new Promise<Report>((done) => reports.set(name, done)),
              ended!.then(() => undefined),
            ]);
            suite.addTest(
              new Test(sentence(name), async function (this: Mocha.Context) {
                this.timeout(timeout);
                const seen = await report;
                assert.ok(seen, `pytest ended before this test:\n${output}`);
                if (seen.outcome !== "passed") throw Object.assign(new Error(seen.text), { stack: seen.text });
              }),
            );
          }
          suite.tests.push(suite.tests.shift()!);
          resolve();
        });
      });
    });

    it("ends with as many tests as it began with", async function () {
      this.timeout(timeout);
      const status = await ended;
      assert.ok(reports.size > 0 && (status === 0 || status === 1), `pytest ended with status ${status}:\n${output}`);
    });

    after(async function () {
      this.timeout(timeout);
      await ended;
      home?.close();
    });
  });
}

/** `test_interrupt.py::Class::test_keeps_state[3]` → `interrupt: keeps state [3]` */
function sentence(name: string): string {
  const file = /^(?:.*\/)?test_(\w+)\.py/.exec(name)![1];
  return `${file}: ${name
    .split("::")
    .at(-1)!
    .replace(/^test_/, "")
    .replaceAll("_", " ")
    .replace(/(\S)\[/, "$1 [")}`;
}
