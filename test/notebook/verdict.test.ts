import assert from "node:assert/strict";
import {
  boundText,
  countVerdicts,
  outcomeOf,
  verdictsText,
  type Bound,
  type Verdict,
} from "../../src/notebook/verdict.js";

type Form<T> = T extends unknown ? Omit<T, "because"> : never;
const bound = (form: Form<Bound>) => ({ ...form, because: "so" }) as Bound;

describe("verdict", () => {
  it("of an exact number is decided by its side of the bound", () => {
    const cases: [Form<Bound>, number[], number[]][] = [
      [{ below: 1 }, [-5, 0.999], [1, 1.001]],
      [{ above: 1 }, [1.001, 50], [1, 0.999, -5]],
      [{ from: 1, to: 2 }, [1, 1.5, 2], [0.999, 2.001]],
      [{ from: 2, to: 2 }, [2], [1.999, 2.001]],
      [{ equals: 2, within: 0.5 }, [1.5, 2, 2.5], [1.499, 2.501]],
      [{ equals: 2, within: 0.1 }, [1.9, 2.1], [1.8999, 2.1001]], // 2.1 - 2 is above 0.1 in float64
      [{ equals: 0 }, [0], [1, -1]],
    ];
    for (const [form, inside, outside] of cases) {
      for (const value of inside)
        assert.equal(outcomeOf(bound(form), value), "holds", `${JSON.stringify(form)} ${value}`);
      for (const value of outside)
        assert.equal(outcomeOf(bound(form), value), "does not hold", `${JSON.stringify(form)} ${value}`);
    }
  });

  it("of an estimate is open within two standard errors of either end", () => {
    const outcomes = (form: Form<Bound>, standardError: number, values: readonly number[]) =>
      values.map((value) => outcomeOf(bound(form), { value, standardError }));
    const [yes, no, open] = ["holds", "does not hold", "undecided"];
    assert.deepEqual(outcomes({ below: 1 }, 0.25, [0.4, 0.5, 1, 1.5, 1.6]), [yes, open, open, open, no]);
    assert.deepEqual(outcomes({ above: 1 }, 0.25, [0.4, 0.5, 1, 1.5, 1.6]), [no, open, open, open, yes]);
    assert.deepEqual(outcomes({ from: 1, to: 3 }, 0.25, [0.4, 1.4, 2, 2.6, 3.6]), [no, open, yes, open, no]);
    assert.deepEqual(outcomes({ equals: 2, within: 1 }, 0.25, [0.4, 1.4, 2, 2.6, 3.6]), [no, open, yes, open, no]);
    assert.deepEqual(outcomes({ equals: 2, within: 1 }, 0.6, [2, 4.3]), [open, no]);
    assert.deepEqual(outcomes({ below: 1 }, 0, [1 - 1e-9, 1]), [yes, no]);
  });

  it("has bounds that read as they decide", () => {
    assert.deepEqual(
      [
        { below: 0.05 },
        { above: 1 / 3 },
        { from: 0.8, to: 1.2 },
        { equals: 4, within: 0.2 },
        { equals: 2 },
        { equals: 2, within: 0 },
      ].map((form) => boundText(bound(form))),
      ["below 0.05", "above 0.333333", "from 0.8 to 1.2", "4 within 0.2", "exactly 2", "exactly 2"],
    );
  });

  it("is counted", () => {
    const all = (["undecided", "holds", "holds", "not tested as published"] as Verdict[]).map((verdict) => ({
      verdict,
    }));
    assert.deepEqual(countVerdicts(all), [2, 0, 1, 1]);
    assert.equal(verdictsText(all), "4 claims: 2 hold, 0 do not hold, 1 undecided, 1 not tested as published");
  });
});
