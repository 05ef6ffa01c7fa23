import assert from "node:assert/strict";
import { judge, type Claim } from "../../src/notebook/judgedClaim.js";
import { byPaper, paperOf, standingOf } from "../../src/notebook/standing.js";

const claim = (rest: Partial<Claim>) =>
  judge({
    id: "a",
    kind: "replication",
    source: "Doe, arXiv 2301.00001",
    statement: "It is so.",
    bound: { above: 0.5, because: "half" },
    measured: { value: 0.8, standardError: 0.02 },
    ...rest,
  });

describe("The standing of a claim", () => {
  it("is weaker where it holds and the published number keeps the bound by clearly more", () => {
    assert.equal(standingOf(claim({})), "reproduced");
    assert.equal(standingOf(claim({ published: 0.83 })), "reproduced");
    assert.equal(standingOf(claim({ published: 0.9 })), "weaker");
    assert.equal(standingOf(claim({ published: [0.81, 0.99] })), "reproduced");
    assert.equal(standingOf(claim({ published: "most" })), "reproduced");
    const below = { bound: { below: 1, because: "one" }, measured: 0.5 } as const;
    assert.equal(standingOf(claim({ ...below, published: 0.4 })), "weaker");
    assert.equal(standingOf(claim({ ...below, published: 0.6 })), "reproduced");
    assert.equal(standingOf(claim({ ...below, published: 2 })), "reproduced", "the published number breaks the bound");
  });

  it("is that of its verdict otherwise", () => {
    assert.equal(standingOf(claim({ measured: 0.4, published: 0.9 })), "not reproduced");
    assert.equal(standingOf(claim({ measured: { value: 0.51, standardError: 0.02 } })), "undecided");
    assert.equal(standingOf(claim({ differs: "Smaller." })), "not tested");
  });
});

describe("The paper of a claim", () => {
  it("is the first that its source names by number, unless the claim is this project's", () => {
    assert.deepEqual(paperOf("Wang and Vastola, arXiv 2303.02490 and 2412.09726"), {
      arxiv: "2303.02490",
      name: "Wang and Vastola",
    });
    assert.deepEqual(paperOf("follows from Kamkari et al., arXiv 2406.03537"), {
      arxiv: "2406.03537",
      name: "Kamkari et al.",
    });
    for (const source of ["this project, beyond arXiv 2412.09726", "closed forms"])
      assert.equal(paperOf(source).arxiv, null);
  });

  it("groups claims in order, those of no paper last", () => {
    const sources = ["this project", "A, arXiv 2301.00001", "B, arXiv 2301.00002", "A et al., arXiv 2301.00001"];
    assert.deepEqual(
      byPaper(sources.map((source) => claim({ source }))).map(({ paper, claims }) => [paper.arxiv, claims.length]),
      [
        ["2301.00001", 2],
        ["2301.00002", 1],
        [null, 1],
      ],
    );
  });
});
