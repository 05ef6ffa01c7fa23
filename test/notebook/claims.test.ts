import assert from "node:assert/strict";
import { claimOverview } from "../../src/notebook/claimOverview.js";
import { claim, claimMime } from "../../src/notebook/claims.js";
import type { Claim, JudgedClaim } from "../../src/notebook/judgedClaim.js";

const key = Symbol.for("scorebook.display");
const good: Claim = {
  id: "a",
  kind: "theorem",
  source: "Karras et al. 2022, Table 1",
  statement: "Heun's order is 2",
  published: 2,
  bound: { equals: 2, within: 0.1, because: "halved steps give it to a twentieth" },
  measured: { value: 1.98765, standardError: 0.0123, count: 3 },
  control: { name: "Euler", measured: 1.02 },
};

describe("claim", () => {
  let shown: Record<string, unknown>[];
  const globals = globalThis as Record<symbol, unknown>;
  beforeEach(() => {
    shown = [];
    globals[key] = {
      display: (data: Record<string, unknown>, _: unknown, { update = false } = {}) => update || shown.push(data),
    };
  });
  afterEach(() => delete globals[key]);
  const judged = (change: Partial<Claim> = {}) => {
    claim({ ...good, ...change });
    const data = shown.at(-1)!;
    return {
      ...(data[claimMime] as JudgedClaim),
      text: data["text/plain"] as string,
      html: data["text/html"] as string,
    };
  };

  it("shows one row and leaves its data for programs", () => {
    const { text, html } = judged();
    assert.equal(shown.length, 1);
    assert.deepEqual(shown[0][claimMime], {
      id: "a",
      kind: "theorem",
      source: "Karras et al. 2022, Table 1",
      statement: "Heun's order is 2",
      published: 2,
      bound: { equals: 2, within: 0.1, because: "halved steps give it to a twentieth" },
      measured: 1.98765,
      standardError: 0.0123,
      seeds: 3,
      control: { name: "Euler", measured: 1.02, standardError: null, outcome: "does not hold" },
      discriminates: true,
      differs: null,
      outcome: "holds",
      verdict: "holds",
    });
    assert.equal(
      text,
      "Claim a holds: Heun's order is 2 [Karras et al. 2022, Table 1] Published 2. Measured 1.988 ± 0.012 (n = 3); expected 2 within 0.1, since halved steps give it to a twentieth. Control, Euler: 1.02, does not meet the bound.",
    );
    assert.match(html, /^<table.*>holds<.*<code>a<\/code>.*>1\.988 ± 0\.012 \(n = 3\)<br>.*<\/table>$/);
  });

  it("fills the overview above it, a claim stated again in its own line", () => {
    const replaced: { html: string; text: string; id?: string; update?: boolean }[] = [];
    globals[key] = {
      display: (data: Record<string, string>, _: unknown, options = {}) =>
        replaced.push({ html: data["text/html"], text: data["text/plain"], ...options }),
    };
    claimOverview();
    const [{ id }] = replaced;
    assert.ok(id !== undefined);
    claim({ ...good, id: "overview-1", statement: "x < y" });
    claim({ ...good, id: "overview-2", published: null });
    claim({ ...good, id: "overview-1", statement: "x < y", measured: 1.5 });
    const updates = replaced.filter(({ update }) => update);
    assert.deepEqual(
      updates.map((update) => update.id),
      [id, id, id],
    );
    const lines = updates[2].text.split("\n");
    assert.deepEqual(
      lines.filter((line) => line.startsWith("x < y")),
      ["x < y | 2 | 1.5 | does not hold"],
    );
    assert.ok(lines.includes("Heun's order is 2 | 1.988 ± 0.012 (n = 3) | holds"));
    assert.match(updates[2].html, /x &lt; y.*>does not hold</);
  });

  it("shows a claim that does not hold or is undecided as such, and throws nothing", () => {
    const refuted = judged({ measured: 1.5 });
    assert.deepEqual(
      [refuted.verdict, refuted.standardError, refuted.seeds, judged({ measured: 1.5, seeds: 4 }).seeds],
      ["does not hold", null, null, 4],
    );
    assert.match(refuted.text, /^Claim a does not hold: /);
    assert.match(refuted.html, />does not hold</);
    const near = judged({ measured: { value: 1.98765, standardError: 0.05 } });
    assert.equal(near.verdict, "undecided");
    assert.match(near.text, /^Claim a is undecided: /);
    assert.match(near.html, />undecided</);
  });

  it("keeps what was found where the test is not the published one", () => {
    const { verdict, outcome, differs, text, html } = judged({ differs: "Steps of other sizes." });
    assert.deepEqual([verdict, outcome, differs], ["not tested as published", "holds", "Steps of other sizes."]);
    assert.match(text, /^Claim a is not tested as published \(here: holds\): .* Differs: Steps of other sizes\.$/);
    assert.match(html, />not tested as published \(here: holds\)<.*Differs: Steps of other sizes\./);
  });

  it("says that a claim does not discriminate where its control meets the bound too", () => {
    const idle = judged({ control: { name: "Euler", measured: { value: 2, standardError: 0.001 } } });
    assert.equal(idle.discriminates, false);
    assert.match(
      idle.text,
      /Control, Euler: 2\.0000 ± 0\.0010, meets the bound too, so the claim does not discriminate\./,
    );
    assert.match(idle.html, />does not discriminate</);
    const open = judged({ control: { name: "Euler", measured: { value: 2, standardError: 1 } } });
    assert.deepEqual([open.discriminates, judged({ control: undefined }).discriminates], [null, null]);
    assert.doesNotMatch(open.html, />does not discriminate</);
  });

  it("escapes HTML in every text", () => {
    const { html } = judged({
      id: "<i>",
      source: "<a>",
      statement: "x < y & <script>",
      published: "<b>",
      bound: { below: 2, because: '"q"\'' },
      control: { name: "<u>", measured: 1 },
      differs: "<s>",
    });
    for (const text of [
      "&lt;i&gt;",
      "&lt;a&gt;",
      "x &lt; y &amp; &lt;script&gt;",
      "&lt;b&gt;",
      "&quot;q&quot;&#39;",
      "&lt;u&gt;",
      "&lt;s&gt;",
    ])
      assert.ok(html.includes(text), text);
    assert.ok(!/<(a|b|i|u|s|script)>/.test(html));
  });

  it("shows published ranges, words and nothing", () => {
    assert.match(judged({ published: [0.15, 0.3] }).text, / Published 0\.15 to 0\.3\. /);
    assert.match(judged({ published: "most seeds" }).text, / Published most seeds\. /);
    const { published, text } = judged({ published: undefined });
    assert.equal(published, null);
    assert.doesNotMatch(text, /Published/);
  });

  it("says in one sentence what is wrong with its input", () => {
    const refuses = (change: object, kind: typeof TypeError | typeof RangeError, message: RegExp) =>
      assert.throws(
        () => claim({ ...good, ...change }),
        (error: Error) => (error instanceof kind && message.test(error.message)) || assert.fail(error.message),
      );
    assert.throws(() => claim(undefined as never), /claim: undefined, expected an object \{ id, kind, source/);
    refuses({ id: "" }, TypeError, /^claim: id is "", expected a text that is not empty$/);
    refuses({ source: 3 }, TypeError, /^claim "a": source is 3, expected a text/);
    refuses({ statement: undefined }, TypeError, /statement is undefined/);
    refuses({ kind: "idea" }, TypeError, /kind is "idea", expected "theorem" or "replication" or "extension"/);
    refuses({ published: NaN }, RangeError, /published is NaN, expected a finite number/);
    refuses(
      { published: true },
      TypeError,
      /published is true, expected a number, a range \[from, to\], words or null/,
    );
    refuses({ published: [2, 1] }, RangeError, /published is \[2, 1\], expected the two ends of a range/);
    refuses({ published: [1, "2"] }, TypeError, /published\[1\] is "2", expected a number/);
    refuses({ bound: 2 }, TypeError, /bound is 2, expected one of \{ below \}, \{ above \}, \{ from, to \} and/);
    refuses({ bound: { below: 2 } }, TypeError, /bound\.because is undefined, expected a text/);
    refuses({ bound: { because: "so" } }, TypeError, /bound has no end, expected one of/);
    refuses({ bound: { below: 2, above: 1, because: "so" } }, TypeError, /bound has above, below, expected one of/);
    refuses({ bound: { from: 1, because: "so" } }, TypeError, /bound has from, expected one of/);
    refuses({ bound: { below: "2", because: "so" } }, TypeError, /bound\.below is "2", expected a number/);
    refuses({ bound: { above: -Infinity, because: "so" } }, RangeError, /bound\.above is -Infinity, expected a finite/);
    refuses({ bound: { from: 2, to: 1, because: "so" } }, RangeError, /bound goes from 2 to 1, expected the lower end/);
    refuses({ bound: { equals: 2, within: -1, because: "so" } }, RangeError, /bound\.within is -1, expected a number/);
    refuses({ measured: "blue" }, TypeError, /measured is "blue", expected a number/);
    refuses({ measured: NaN }, RangeError, /measured is NaN, expected a finite number; measure a count or a share/);
    refuses({ measured: { value: Infinity, standardError: 1 } }, RangeError, /measured\.value is Infinity/);
    refuses({ measured: { value: 1 } }, TypeError, /measured\.standardError is undefined, expected a number/);
    refuses({ measured: { value: 1, standardError: NaN } }, RangeError, /standardError is NaN, .*; a single value is/);
    refuses({ measured: { value: 1, standardError: -1 } }, RangeError, /standardError is -1, expected a number that/);
    refuses(
      { measured: { value: 1, standardError: 1, count: 0 } },
      RangeError,
      /measured\.count is 0, expected a whole/,
    );
    refuses({ seeds: 1.5 }, RangeError, /seeds is 1\.5, expected a whole number of at least 1/);
    refuses({ differs: " " }, TypeError, /differs is " ", expected a text that is not empty/);
    refuses({ control: { measured: 1 } }, TypeError, /control\.name is undefined, expected a text/);
    refuses({ control: { name: "x", measured: NaN } }, RangeError, /control\.measured is NaN/);
    assert.equal(shown.length, 0);
  });
});
