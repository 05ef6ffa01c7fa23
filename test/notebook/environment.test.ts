import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { environment } from "../../src/notebook/environment.js";

describe("environment", () => {
  it("names the versions that package.json pins, and this machine", () => {
    const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
      version: string;
      dependencies: Record<string, string>;
      optionalDependencies: Record<string, string>;
      devDependencies: Record<string, string>;
    };
    const pinned = { ...manifest.devDependencies, ...manifest.optionalDependencies, ...manifest.dependencies };
    const { cpu, threads, ...rest } = environment();
    assert.deepEqual(rest, {
      scorebook: manifest.version,
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
      typescript: pinned.typescript,
      tensorflow: pinned["@tensorflow/tfjs-node"],
      plotly: pinned["plotly.js-dist"],
      danfo: pinned["danfojs-node"],
    });
    assert.ok(threads >= 1 && cpu !== "");
    assert.deepEqual(environment(), environment());
  });
});
