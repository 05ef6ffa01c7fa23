import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readNotebook } from "../../src/notebook/nbformat.js";
import type { CodeCell } from "../../src/notebook/nbformatTypes.js";
import type { Report } from "../../src/notebook/report.js";
import { sketchNotebook, temporaryDirectory } from "../helpers/notebooks.js";

const cli = fileURLToPath(new URL("../../src/cli.js", import.meta.url));
const library = JSON.stringify(fileURLToPath(new URL("../../src/notebook/claims.js", import.meta.url)));

describe("the scorebook command, with the kernel", function () {
  this.timeout(60_000);
  const directory = temporaryDirectory();
  const start = (args: readonly string[], env: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: directory,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const text = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (chunk: string) => (text[name] += chunk));
    const ended = once(child, "close").then(([status]) => ({ status: status as number, ...text }));
    return { child, ended };
  };
  const scorebook = (...args: string[]) => start(args).ended;
  const cells = (path: string) => readNotebook(join(directory, path)).cells as CodeCell[];

  it("runs a notebook, injects parameters, reports claims and exits 0 although one does not hold", async () => {
    sketchNotebook(directory, "claims.ipynb", [
      { code: "const seed = 1;\nconst quick = false;\nconst n = quick ? 10 : 1000;", tags: ["parameters"] },
      { code: `import { claim } from ${library};` },
      {
        code: [
          "claim({ id: 'size', kind: 'theorem', source: 'A 2024', statement: 'n is ten', bound: { equals: 10, because: 'it is counted' }, measured: n });",
          "claim({ id: 'seed', kind: 'extension', source: 'A 2024', statement: 's', bound: { below: 1, because: 'so' }, measured: { value: seed, standardError: 1 } });",
        ].join("\n"),
      },
      { code: "seed + 1" },
    ]);
    const { status, stdout, stderr } = await scorebook("run", "claims.ipynb", "--quick", "--parameters", "seed=41");
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(
      stdout,
      /^ok {4}claims\.ipynb: 5 cells, 2 claims \(1 hold\), \d+\.\d s\n\n2 claims: 1 hold, 1 do not hold, 0 undecided, 0 not tested as published\nnotebooks and figures: out\nreport: out\/report\.md {2}out\/report\.html {2}out\/report\.json\n$/,
    );
    assert.deepEqual((cells("out/claims.ipynb").at(-1)!.outputs[0].data as Record<string, string>)["text/plain"], "42");
    const report = JSON.parse(readFileSync(join(directory, "out", "report.json"), "utf8")) as Report;
    assert.deepEqual(
      report.claims.map(({ id, measured, verdict, seed, quick }) => ({ id, measured, verdict, seed, quick })),
      [
        { id: "size", measured: 10, verdict: "holds", seed: 41, quick: true },
        { id: "seed", measured: 41, verdict: "does not hold", seed: 41, quick: true },
      ],
    );
  });

  it("runs a notebook with several seeds into files of their own, one without a seed once, and reports them together", async () => {
    mkdirSync(join(directory, "seeds"));
    sketchNotebook(directory, "seeds/a.ipynb", [
      { code: "const seed = 1;\nconst twice = 2 * seed;", tags: ["parameters"] },
      {
        code: `import { claim } from ${library};\nclaim({ id: 'twice', kind: 'extension', source: 'A 2024', statement: 's', bound: { below: 5, because: 'so' }, measured: twice });`,
      },
    ]);
    sketchNotebook(directory, "seeds/b.ipynb", [{ code: "1" }]);
    const { status, stdout, stderr } = await scorebook("run", "seeds", "--out", "seeds-out", "--seeds", "1,3");
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(
      stdout,
      /^seeds\/b\.ipynb declares no parameter seed: run once\nok {4}seeds\/a\.ipynb, seed 1: 3 cells, 1 claim, .*\nok {4}seeds\/a\.ipynb, seed 3: 3 cells, 1 claim \(0 hold\), .*\nok {4}seeds\/b\.ipynb: 1 cell, 0 claims, .*\n\n1 claim: 0 hold, 1 do not hold/,
    );
    const written = readdirSync(join(directory, "seeds-out")).filter((name) => name.endsWith(".ipynb"));
    assert.deepEqual(written, ["a.seed-1.ipynb", "a.seed-3.ipynb", "b.ipynb"]);
    const report = JSON.parse(readFileSync(join(directory, "seeds-out", "report.json"), "utf8")) as Report;
    assert.deepEqual(
      report.claims.map(({ measured, bySeed }) => [measured, bySeed.map(({ seed, measured }) => [seed, measured])]),
      [
        [
          4,
          [
            [1, 2],
            [3, 6],
          ],
        ],
      ],
    );
    const twice = await scorebook("run", "seeds", "--seeds", "1", "--parameters", "seed=2");
    assert.deepEqual(
      [twice.status, twice.stderr],
      [1, "scorebook: the seed is given by --seeds and by --parameters; leave one of them out\n"],
    );
    sketchNotebook(directory, "seeds/a.seed-3.ipynb", [{ code: "1" }]);
    const [onTop, idle] = await Promise.all([
      scorebook("run", "seeds", "--out", "on-top", "--seeds", "1,3"),
      scorebook("run", "seeds/b.ipynb", "--out", "idle", "--seeds", "1,3"),
    ]);
    assert.deepEqual(
      [onTop, idle].map(({ status, stderr }) => [status, stderr]),
      [
        [
          1,
          "scorebook: seeds/a.ipynb and seeds/a.seed-3.ipynb would both be written to a.seed-3.ipynb in the output directory; run them with different ones\n",
        ],
        [1, "scorebook: no notebook declares seed in its cell tagged parameters; leave --seeds out, or declare it\n"],
      ],
    );
  });

  it("exits 1 with the TypeScript trace of a failing cell, and still runs the other notebooks", async () => {
    mkdirSync(join(directory, "mixed"));
    sketchNotebook(directory, "mixed/a.ipynb", [
      { code: "const x: number = 1;\nfunction f(): never {\n  throw new RangeError('too far');\n}" },
      { code: "\nf();" },
      { code: "1" },
    ]);
    sketchNotebook(directory, "mixed/b.ipynb", [{ code: "console.log(process.env.SCOREBOOK_THREADS)" }]);
    const { status, stdout, stderr } = await scorebook("run", "mixed", "--out", "mixed-out", "--jobs", "2");
    assert.equal(status, 1);
    assert.match(stdout, /error mixed\/a\.ipynb: 3 cells/);
    assert.match(stdout, /ok {4}mixed\/b\.ipynb: 1 cell, 0 claims/);
    assert.match(stderr, /mixed\/a\.ipynb, cell 2 \(c2\): RangeError: too far\n[^]*cell 1:3:9\)?\n[^]*cell 2:2:1/);
    assert.deepEqual(
      cells("mixed-out/a.ipynb").map((cell) => cell.execution_count),
      [1, 2, null],
    );
    const share = Math.max(1, Math.floor(availableParallelism() / 2));
    assert.deepEqual(
      cells("mixed-out/b.ipynb").map((cell) => cell.outputs),
      [[{ output_type: "stream", name: "stdout", text: `${share}\n` }]],
    );
  });

  it("exits 1 for a type error, a notebook that cannot be read and a wrong parameter", async () => {
    sketchNotebook(directory, "types.ipynb", [{ code: "const n: number = 'a';" }]);
    const types = await scorebook("run", "types.ipynb");
    assert.equal(types.status, 1);
    assert.match(types.stderr, /types\.ipynb, cell 1 \(c1\): .*\n?.*Type 'string' is not assignable to type 'number'/);
    const missing = await scorebook("run", "missing.ipynb");
    assert.deepEqual([missing.status, missing.stderr], [1, "scorebook: missing.ipynb: there is no such file\n"]);
    const wrong = await scorebook("run", "claims.ipynb", "--parameters", "sed=1");
    assert.equal(wrong.status, 1);
    assert.match(wrong.stderr, /claims\.ipynb: no parameter sed: its parameters cell declares seed, quick, n/);
  });

  it("says in one sentence where it cannot write", async () => {
    const { status, stderr } = await scorebook("run", "claims.ipynb", "--out", "claims.ipynb/out");
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^\n?claims\.ipynb: .*cannot be written \(E[^\n]*\)\nscorebook: claims\.ipynb\/out: the report cannot be written \(E[^\n]*\)\n$/,
    );
  });

  it("keeps a runaway cell to its time and says so", async () => {
    sketchNotebook(directory, "endless.ipynb", [{ code: "console.log('before');\nfor (;;) {}" }, { code: "1" }]);
    const { status, stderr } = await scorebook("run", "endless.ipynb", "--cell-timeout", "6");
    assert.equal(status, 1);
    assert.match(stderr, /endless\.ipynb, cell 1 \(c1\): Timeout: the cell ran longer than 6 s/);
    assert.equal(cells("out/endless.ipynb")[0].outputs[0].text, "before\n");
  });

  it("draws figures into the report, and exits 1 where no browser can draw them", async () => {
    sketchNotebook(directory, "figure.ipynb", [
      { code: "({ data: [{ type: 'scatter', x: [1, 2, 3], y: [1, 4, 9] }], layout: { title: { text: 'squares' } } })" },
    ]);
    const drawn = await scorebook("run", "figure.ipynb", "--out", "drawn");
    assert.equal(drawn.status, 0);
    const sandbox = "scorebook: the browser that draws figures runs without its sandbox (Chromium has none for root)\n";
    if (process.getuid?.() === 0) assert.equal(drawn.stderr, sandbox);
    else
      assert.match(drawn.stderr, /^(?:scorebook: the browser that draws figures runs without its sandbox \(.+\)\n)?$/);
    const png = readFileSync(join(directory, "drawn", "figures", "figure-c1.png"));
    assert.deepEqual(
      [png.subarray(1, 4).toString(), png.toString("base64")],
      ["PNG", (cells("drawn/figure.ipynb")[0].outputs[0].data as Record<string, string>)["image/png"]],
    );
    const blind = await start(["run", "figure.ipynb", "--out", "blind"], {
      SCOREBOOK_BROWSER: join(directory, "no-browser"),
    }).ended;
    assert.equal(blind.status, 1);
    assert.match(blind.stderr, /figure\.ipynb, cell 1: a figure has no image\/png\n.*no-browser/);
    assert.match(
      readFileSync(join(directory, "blind", "report.md"), "utf8"),
      /## Errors and losses\n\n.*a figure has no image\/png/,
    );
  });

  it("tells the terminal nothing but text, whatever an error says", async () => {
    sketchNotebook(directory, "controls.ipynb", [
      { code: "throw new Error('no\\x1b]52;c;aGk=\\x07\\x1b[2J\\x9b1m\\x1bPq\\x1b\\\\\\rscorebook: all is well')" },
    ]);
    for (const command of ["run", "check"]) {
      const { stdout, stderr } = await scorebook(command, "controls.ipynb");
      assert.doesNotMatch(stdout + stderr, /[\0-\x08\x0b-\x1f\x7f-\x9f]/);
      assert.match(stderr, /controls\.ipynb, cell 1 \(c1\): Error: no\nscorebook: all is well/);
    }
  });

  it("gives late output to its cell and fails for a late error", async () => {
    sketchNotebook(directory, "late.ipynb", [
      {
        code: "setTimeout(() => console.log('late'), 100);\nsetTimeout(() => { throw new Error('late too'); }, 200);\nconsole.log('first');",
      },
      { code: "console.log('second')" },
    ]);
    const { status, stderr } = await scorebook("run", "late.ipynb");
    assert.equal(status, 1);
    assert.match(stderr, /late\.ipynb, cell 1 \(c1\): Error: late too/);
    assert.deepEqual(
      cells("out/late.ipynb").map((cell) => cell.outputs.map((output) => output.text ?? output.ename)),
      [["first\nlate\n", "Error"], ["second\n"]],
    );
  });

  for (const [signal, expected] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)
    it(`stops cleanly at ${signal} with status ${expected}`, async () => {
      const name = `${signal}.ipynb`;
      sketchNotebook(directory, name, [
        { code: "console.log('done')" },
        {
          code: "import { writeFileSync } from 'node:fs';\nwriteFileSync('pid', String(process.pid));\nawait new Promise((resolve) => setTimeout(resolve, 60000));",
        },
      ]);
      const { child, ended } = start(["run", name, "--out", signal]);
      while (!existsSync(join(directory, "pid")) || readFileSync(join(directory, "pid"), "utf8") === "")
        await new Promise((resolve) => setTimeout(resolve, 50));
      const pid = Number(readFileSync(join(directory, "pid"), "utf8"));
      rmSync(join(directory, "pid"));
      child.kill(signal);
      const { status, stderr } = await ended;
      assert.equal(status, expected);
      assert.match(stderr, /interrupted in cell 2\nstopped: no report is written/);
      assert.throws(() => process.kill(pid, 0), /ESRCH/, "the evaluator still runs");
      assert.deepEqual(
        cells(`${signal}/${name}`).map((cell) => cell.outputs.length),
        [1, 0],
      );
      assert.deepEqual(readdirSync(join(directory, signal)), [name]);
    });

  it("ends within 3 s after SIGINT while figures are drawn, with what was shown", async () => {
    sketchNotebook(directory, "drawing.ipynb", [
      { code: "console.log('done')" },
      {
        code: "import { show } from 'scorebook/notebook';\nimport { writeFileSync } from 'node:fs';\nfor (let i = 0; i < 200; i++) show({ data: [{ type: 'scatter', y: [1, i] }], layout: {} });\nwriteFileSync('drawing', '');",
      },
    ]);
    const { child, ended } = start(["run", "drawing.ipynb", "--out", "drawn"]);
    while (!existsSync(join(directory, "drawing"))) await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const asked = performance.now();
    child.kill("SIGINT");
    const { status, stderr } = await ended;
    assert.ok(performance.now() - asked < 3000);
    assert.equal(status, 130);
    assert.match(stderr, /\d+ figures go out without a picture: the kernel was shut down while figures were drawn/);
    assert.deepEqual(
      cells("drawn/drawing.ipynb").map((cell) => cell.outputs.length),
      [1, 200],
    );
  });

  for (const figure of [false, true])
    it(`leaves nothing at a second signal in a check${figure ? ", nor of a browser that is half unpacked" : ""}`, async function () {
      if (figure && (process.platform !== "linux" || process.arch !== "x64")) this.skip();
      const [name, places] = [
        `twice-${figure}`,
        ["tmp", "cache"].map((place) => join(directory, `${place}-${figure}`)),
      ];
      for (const place of places) mkdirSync(place);
      const left = () => places.flatMap((place) => readdirSync(place, { recursive: true, encoding: "utf8" }));
      const draw = "import { show } from 'scorebook/notebook';\nshow({ data: [{ type: 'scatter', y: [1] }] });\n";
      sketchNotebook(directory, `${name}.ipynb`, [{ code: `${figure ? draw : ""}for (;;) {}` }]);
      const { child, ended } = start(["check", `${name}.ipynb`], {
        TMPDIR: places[0],
        SCOREBOOK_CACHE: places[1],
        SCOREBOOK_BROWSER: "",
      });
      while (!left().some((file) => (figure ? /^chromium.*\/chromium$/ : /^scorebook-check-/).test(file)))
        await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill("SIGINT");
      // Of two signals that wait for a process Linux lets the later one's handler run first.
      const status = `/proc/${child.pid}/status`;
      while (existsSync(status) && /^ShdPnd:\t0*[1-9a-f]/m.test(readFileSync(status, "utf8")))
        await new Promise((resolve) => setTimeout(resolve, 1));
      child.kill("SIGTERM");
      assert.equal((await ended).status, 130);
      for (const until = performance.now() + 3000; left().length > 0 && performance.now() < until;)
        await new Promise((resolve) => setTimeout(resolve, 20));
      assert.deepEqual(left(), []);
    });

  it("ends a type check at SIGINT, and has no limit that is longer than a timer", async () => {
    const type = "type D = 0|1|2|3|4|5|6|7|8|9; type T = { [K in `${D}${D}${D}${D}` as `${K}x`]: K };";
    sketchNotebook(
      directory,
      "types.ipynb",
      Array.from({ length: 40 }, (_, k) => ({
        code: `${type.replaceAll(/\b[DT]\b/g, `$&${k}`)}; const t${k}: T${k} = {} as any;`,
      })),
    );
    const { child } = start(["typecheck", "types.ipynb"]);
    const closed = once(child, "close");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const asked = performance.now();
    child.kill("SIGINT");
    assert.deepEqual(await closed, [null, "SIGINT"]);
    assert.ok(performance.now() - asked < 1000);
    const { status } = await scorebook("run", "claims.ipynb", "--cell-timeout", "3e6", "--timeout", "1e99");
    assert.equal(status, 0);
  });

  it("check exits 0 after --in-place, and 1 with the difference after a change", async () => {
    sketchNotebook(directory, "check.ipynb", [{ code: "console.log(1 / 3)" }, { code: "[1, 2]" }]);
    assert.equal((await scorebook("run", "check.ipynb", "--in-place")).status, 0);
    const same = await scorebook("check", "check.ipynb");
    assert.deepEqual([same.status, same.stdout], [0, "same    check.ipynb\n"]);
    const [{ outputs }] = cells("check.ipynb");
    sketchNotebook(directory, "check.ipynb", [
      { code: "console.log(1 / 4)", outputs },
      { code: "[1, 2]", outputs: cells("check.ipynb")[1].outputs },
    ]);
    const other = await scorebook("check", "check.ipynb");
    assert.deepEqual([other.status, other.stdout], [1, "differs check.ipynb\n"]);
    assert.match(
      other.stderr,
      /check\.ipynb, cell 1 \(c1\): output 1, text: stored "0\.3333333333333333\\n", now "0\.25\\n"/,
    );
  });

  it("says in one sentence which option is wrong", async () => {
    for (const [args, message] of [
      [["--jobs", "0"], /option '--jobs <n>' argument '0' is invalid\. Expected a number greater than 0\./],
      [["--jobs", "1.5"], /Expected a whole number greater than 0\./],
      [["--seeds", "1,1"], /Expected different whole numbers with commas between them, such as 1,2,3\./],
      [["--seeds", "1,x"], /Expected different whole numbers/],
      [["--seeds", "1,2", "--in-place"], /'--seeds <numbers>' cannot be used with option '--in-place'/],
      [["--timeout", "x"], /argument 'x' is invalid\. Expected a number greater than 0\./],
      [
        ["--parameters", "seed"],
        /argument 'seed' is invalid\. Expected name=value; notebooks go before --parameters\./,
      ],
    ] as const) {
      const { status, stderr } = await scorebook("run", "claims.ipynb", ...args);
      assert.equal(status, 1);
      assert.match(stderr, message);
    }
  });
});
