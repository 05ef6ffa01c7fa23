import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { environment } from "../../src/notebook/environment.js";

describe("environment", () => {
  it("names the versions that package.json pins, and this machine", () => {
    const { version, dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
      version: string;
      dependencies: Record<string, string>;
    };
    const { cpu, threads, ...rest } = environment();
    assert.deepEqual(rest, {
      scorebook: version,
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
      typescript: dependencies.typescript,
      tensorflow: dependencies["@tensorflow/tfjs-node"],
      plotly: dependencies["plotly.js-dist"],
      danfo: dependencies["danfojs-node"],
    });
    assert.ok(threads >= 1 && cpu !== "");
    assert.deepEqual(environment(), environment());
  });
});
