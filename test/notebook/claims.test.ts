import assert from "node:assert/strict";
import { claim, claimMime, formatted, measuredText, type Claim } from "../../src/notebook/claims.js";

const key = Symbol.for("scorebook.display");
const good: Claim = {
  id: "a",
  source: "Karras et al. 2022",
  statement: "Heun's order is 2",
  expected: 2,
  measured: 1.98765,
  uncertainty: 0.0123,
  holds: true,
};

describe("claim", () => {
  let shown: Record<string, unknown>[];
  const globals = globalThis as Record<symbol, unknown>;
  beforeEach(() => {
    shown = [];
    globals[key] = { display: (data: Record<string, unknown>) => shown.push(data) };
  });
  afterEach(() => delete globals[key]);

  it("shows one row and leaves its data for programs", () => {
    claim(good);
    assert.equal(shown.length, 1);
    assert.deepEqual(shown[0][claimMime], good);
    assert.equal(
      shown[0]["text/plain"],
      "Claim a holds: Heun's order is 2 [Karras et al. 2022] Expected 2, measured 1.988 ± 0.012.",
    );
    assert.match(shown[0]["text/html"] as string, /^<table.*<td[^>]*>1\.988 ± 0\.012<\/td>.*>holds<.*<\/table>$/);
  });

  it("shows a claim that does not hold as such, and throws nothing", () => {
    claim({ ...good, holds: false, uncertainty: undefined });
    assert.match(shown[0]["text/plain"] as string, /DOES NOT HOLD/);
    assert.match(shown[0]["text/html"] as string, />does not hold</);
    assert.deepEqual((shown[0][claimMime] as { uncertainty: unknown }).uncertainty, null);
  });

  it("escapes HTML in every text", () => {
    claim({
      ...good,
      source: "<a>",
      statement: "x < y & <script>",
      expected: "<b>",
      measured: '"q"\'',
      uncertainty: undefined,
    });
    const html = shown[0]["text/html"] as string;
    for (const text of ["&lt;a&gt;", "x &lt; y &amp; &lt;script&gt;", "&lt;b&gt;", "&quot;q&quot;&#39;"])
      assert.ok(html.includes(text), text);
    assert.ok(!/<(a|b|script)>/.test(html));
  });

  it("rounds to the second digit of the uncertainty", () => {
    const cases: [number, number | undefined, string][] = [
      [12.3456, 0.41, "12.35 ± 0.41"],
      [12.3456, 4.1, "12.3 ± 4.1"],
      [1234.56, 41, "1235 ± 41"],
      [1234.56, 410, "1230 ± 410"],
      [0.5, 0, "0.5 ± 0"],
      [0, 0.00234, "0.0000 ± 0.0023"],
      [1.23456e-7, 2.34e-9, "(1.235 ± 0.023)e-7"],
      [0.123456, undefined, "0.1235"],
      [1.23456e-9, undefined, "1.235e-9"],
    ];
    for (const [measured, uncertainty, text] of cases) assert.equal(measuredText({ measured, uncertainty }), text);
    assert.equal(formatted(1 / 3), "0.333333");
  });

  it("says in one sentence what is wrong with its input", () => {
    const refuses = (change: object, kind: typeof TypeError | typeof RangeError, message: RegExp) =>
      assert.throws(
        () => claim({ ...good, ...change } as Claim),
        (error: Error) => (error instanceof kind && message.test(error.message)) || assert.fail(error.message),
      );
    assert.throws(() => claim(undefined as never), /claim: undefined, expected an object \{ id, source/);
    refuses({ id: "" }, TypeError, /^claim: id is "", expected a text that is not empty$/);
    refuses({ source: 3 }, TypeError, /^claim "a": source is 3, expected a text/);
    refuses({ statement: undefined }, TypeError, /statement is undefined/);
    refuses({ expected: null }, TypeError, /expected is null, expected a number or a text/);
    refuses({ measured: NaN }, RangeError, /measured is NaN, expected a finite number; say in words/);
    refuses({ expected: Infinity }, RangeError, /expected is Infinity/);
    refuses({ holds: 1 }, TypeError, /holds is 1, expected true or false/);
    refuses({ uncertainty: "1" }, TypeError, /uncertainty is "1", expected a number/);
    refuses({ uncertainty: -1 }, RangeError, /uncertainty is -1, expected a finite number that is not negative/);
    refuses({ measured: "blue" }, RangeError, /uncertainty 0.0123 of "blue", expected a measured number/);
    assert.equal(shown.length, 0);
  });
});
