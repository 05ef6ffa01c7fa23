import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { onnxruntimeVersion } from "../../src/math/backend/onnxruntimeFiles.js";
import { openblasVersion } from "../../src/math/backend/openblasFiles.js";
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
      blas: openblasVersion,
      onnxruntime: onnxruntimeVersion,
      tensorflow: pinned["@tensorflow/tfjs-node"],
      plotly: pinned["plotly.js-dist"],
      danfo: pinned["danfojs-node"],
    });
    for (const [variable, field] of [
      ["SCOREBOOK_BLAS", "blas"],
      ["SCOREBOOK_ONNXRUNTIME", "onnxruntime"],
    ] as const) {
      process.env[variable] = "none";
      assert.equal(environment()[field], null);
      process.env[variable] = "/a/library.so";
      assert.equal(environment()[field], "/a/library.so");
      delete process.env[variable];
    }
    assert.ok(threads >= 1 && cpu !== "");
    assert.deepEqual(environment(), environment());
  });
});
