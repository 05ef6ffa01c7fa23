import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { judge, type Claim } from "../../src/notebook/judgedClaim.js";
import { writeReport, type Report } from "../../src/notebook/report.js";
import { seedLines } from "../../src/notebook/reportText.js";
import type { NotebookRun } from "../../src/notebook/results.js";
import { disagreement, overSeeds } from "../../src/notebook/seeds.js";
import { sketchNotebook, temporaryDirectory } from "../helpers/notebooks.js";

const claimed = (id: string, measured: Claim["measured"], rest: Partial<Claim> = {}) => ({
  ...judge({
    id,
    kind: "replication",
    source: "Doe, arXiv 2301.00001",
    statement: "It is small.",
    bound: { below: 1, because: "one" },
    measured,
    ...rest,
  }),
  cell: 2,
  cellId: "c2",
});

const run = (seed: number, claims: NotebookRun["claims"], rest: Partial<NotebookRun> = {}): NotebookRun => ({
  ...{ notebook: "a.ipynb", seed, status: "ok", seconds: 1, cells: [], claims, warnings: [], problems: [] },
  parameters: { seed, quick: true },
  ...rest,
});

describe("The seeds of a notebook", () => {
  it("share a row for each claim, with the mean of its values and its standard error by their spread", () => {
    const runs = [0.2, 0.3, 0.7].map((value, i) =>
      run(i + 1, [claimed("a", { value, standardError: 0.01, count: 50 }), claimed("exact", value)]),
    );
    const [{ claims, status, parameters }, ...others] = overSeeds(runs);
    assert.deepEqual([others.length, status, parameters.seed], [0, "ok", 1]);
    for (const { measured, standardError, seeds, verdict, bySeed } of claims) {
      // deviations -0.2, -0.1 and 0.3 from the mean 0.4: √((0.04 + 0.01 + 0.09) / (3 - 1) / 3)
      assert.ok(Math.abs(measured - 0.4) < 1e-15 && Math.abs(standardError! - Math.sqrt(0.14 / 6)) < 1e-15);
      assert.deepEqual([seeds, verdict], [3, "holds"]);
      assert.deepEqual(
        bySeed.map(({ seed, measured }) => [seed, measured]),
        [
          [1, 0.2],
          [2, 0.3],
          [3, 0.7],
        ],
      );
    }
    assert.deepEqual(
      claims.map(({ bySeed }) => bySeed.map(({ standardError, seeds }) => [standardError, seeds])),
      [Array(3).fill([0.01, 50]), Array(3).fill([null, null])],
    );
  });

  it("give the least favourable of their verdicts, and say where they disagree", () => {
    const open = { value: 0.99, standardError: 0.1 };
    const values: Record<string, Claim["measured"][]> = {
      agree: [0.1, 0.2, 0.3],
      open: [0.1, open, 0.2],
      fails: [0.1, open, 2],
    };
    const runs = [0, 1, 2].map((i) =>
      run(
        i + 1,
        Object.entries(values).map(([id, of]) => claimed(id, of[i])),
      ),
    );
    assert.deepEqual(
      overSeeds(runs)[0].claims.map((claim) => [claim.id, claim.verdict, disagreement(claim)]),
      [
        ["agree", "holds", undefined],
        ["open", "undecided", "the seeds disagree: holds with 1, 3; undecided with 2"],
        ["fails", "does not hold", "the seeds disagree: holds with 1; undecided with 2; does not hold with 3"],
      ],
    );
  });

  it("do not discriminate where the control of one of them meets the bound, and stay untested as published", () => {
    const pair = (id: string, [first, second]: readonly [number, number]) =>
      [first, second].map((measured) =>
        claimed(id, 0.5, { control: { name: "noise", measured }, differs: id === "weak" ? "Smaller." : undefined }),
      );
    const [weak, strong] = [pair("weak", [2, 0.5]), pair("strong", [2, 4])];
    const [{ claims }] = overSeeds([0, 1].map((i) => run(i + 1, [weak[i], strong[i]])));
    assert.deepEqual(
      claims.map(({ verdict, discriminates, control }) => [verdict, discriminates, control]),
      [
        ["not tested as published", false, { name: "noise", measured: 1.25, standardError: 0.75, outcome: "holds" }],
        ["holds", true, { name: "noise", measured: 3, standardError: 1, outcome: "does not hold" }],
      ],
    );
  });

  it("leave the runs of other notebooks as they are, and fail where one of them failed", () => {
    const other = { ...run(1, [claimed("a", 0.5)]), notebook: "b.ipynb", seed: undefined };
    const joined = overSeeds([run(1, [claimed("a", 0.5)]), run(2, [], { status: "error" }), other]);
    assert.deepEqual(
      joined.map(({ notebook, status, runs }) => [notebook, status, runs.length]),
      [
        ["a.ipynb", "error", 2],
        ["b.ipynb", "ok", 1],
      ],
    );
    const [{ cell, cellId, bySeed, missing, run: of, ...judged }] = joined[1].claims;
    assert.deepEqual({ ...judged, cell, cellId }, claimed("a", 0.5));
    assert.deepEqual([bySeed.length, missing, of], [1, [], other]);
  });

  it("leave a claim undecided, and say so, where a run did not come to it", () => {
    const late = { output: "a.seed-2.ipynb" };
    const runs = [
      run(1, [], { status: "error" }),
      run(2, [claimed("a", 0.5), claimed("b", 2)], late),
      run(3, [claimed("a", 0.7)]),
    ];
    const [{ claims, output }] = overSeeds(runs);
    assert.equal(output, late.output);
    assert.deepEqual(
      claims.map((claim) => [claim.id, claim.measured, claim.verdict, claim.missing, claim.run, disagreement(claim)]),
      [
        ["a", 0.6, "undecided", [1], runs[1], "not stated with seed 1"],
        ["b", 2, "does not hold", [1, 3], runs[1], "not stated with seed 1, 3"],
      ],
    );
  });

  it("count one claim a run where an id is used twice", () => {
    const twice = [claimed("a", 0.5), claimed("a", 0.9)];
    const [{ claims }] = overSeeds([run(1, twice), run(2, twice)]);
    assert.deepEqual(
      claims.map(({ measured, seeds, bySeed }) => [measured, seeds, bySeed.length]),
      [[0.5, 2, 2]],
    );
  });

  it("are untested as published where one of them is, and each is judged by its own bound", () => {
    const bounds = [1, 3].map((below) => ({ below, because: "it grows" }));
    const runs = bounds.map((bound, i) =>
      run(i + 1, [claimed("a", 2 * i + 0.5, { bound, differs: i === 1 ? "Smaller." : undefined })]),
    );
    const [{ claims }] = overSeeds(runs);
    assert.deepEqual(
      claims.map(({ outcome, verdict, differs }) => [outcome, verdict, differs]),
      [["holds", "not tested as published", "Smaller."]],
    );
    assert.deepEqual(
      claims[0].bySeed.map(({ bound }) => bound),
      bounds,
    );
    assert.deepEqual(seedLines(claims[0]), [
      "seed 1: 0.5, holds by the bound below 1",
      "seed 2: 2.5, holds by the bound below 3",
    ]);
  });

  describe("in the report", () => {
    const directory = temporaryDirectory();
    const out = join(directory, "out");
    const values = [0.2, 2];
    const runs = values.map((value, i) => {
      const output = sketchNotebook(directory, `a.seed-${i + 1}.ipynb`, []);
      const problems = i === 1 ? ["too slow"] : [];
      return run(i + 1, [claimed("a", value)], { output, problems, status: i === 1 ? "error" : "ok" });
    });

    it("are a row of report.md and report.html that names each of them", () => {
      writeReport(out, runs);
      const [markdown, html] = ["report.md", "report.html"].map((name) => readFileSync(join(out, name), "utf8"));
      for (const text of [
        "1 claim: 0 hold, 1 do not hold, 0 undecided, 0 not tested as published. 1 notebook: 0 ran, 1 failed. 1 claim over several seeds: the mean of their values ± its standard error, and the least favourable of their verdicts, at most undecided where one did not come to it; 1 claim on which they disagree.",
        "(seeds 1, 2, quick): failed",
        "1.10 ± 0.90 (n = 2); the seeds disagree: holds with 1; does not hold with 2",
        "a.ipynb, seed 2: too slow",
      ])
        for (const page of [markdown, html]) assert.ok(page.includes(text), page);
      assert.ok(markdown.includes("As run with [seed 1](../a.seed-1.ipynb), [seed 2](../a.seed-2.ipynb)."), markdown);
      assert.ok(
        markdown.includes("| 1.10 ± 0.90 (n = 2)<br>seed 1: 0.2, holds<br>seed 2: 2, does not hold<br>the seeds"),
      );
      assert.ok(
        html.includes("<br><small>seed 1: 0.2, holds</small><br><small>seed 2: 2, does not hold</small>"),
        html,
      );
      assert.ok(html.includes('As run with <a href="../a.seed-1.ipynb">seed 1</a>,'), html);
    });

    it("are all in report.json, which keeps to its schema", () => {
      const report = JSON.parse(readFileSync(writeReport(out, runs).json, "utf8")) as Report;
      const schema = fileURLToPath(new URL("../../../src/notebook/report.schema.json", import.meta.url));
      const validate = new Ajv({ allowUnionTypes: true }).compile<unknown>(JSON.parse(readFileSync(schema, "utf8")));
      assert.ok(validate(report), JSON.stringify(validate.errors));
      const [claim] = report.claims;
      assert.deepEqual([report.claims.length, claim.seed, claim.measured, claim.standardError], [1, null, 1.1, 0.9]);
      assert.deepEqual(
        claim.bySeed.map(({ seed, measured, verdict }) => [seed, measured, verdict]),
        [
          [1, 0.2, "holds"],
          [2, 2, "does not hold"],
        ],
      );
      assert.deepEqual(
        report.notebooks.map(({ status, parameters }) => [status, parameters.seed]),
        [
          ["ok", 1],
          ["error", 2],
        ],
      );
      for (const bySeed of [[], [{ seed: 1 }]])
        assert.ok(!validate({ ...report, claims: [{ ...claim, bySeed }] }), "the schema accepts too little");
    });
  });
});
