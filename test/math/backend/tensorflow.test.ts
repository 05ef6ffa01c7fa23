import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { tensorflow } from "../../../src/math/backend/tensorflow.js";

const module = new URL("../../../src/math/backend/tensorflow.js", import.meta.url).href;
const inProcess = (code: string) =>
  spawnSync(process.execPath, ["--input-type=module", "-e", `import { tensorflow } from "${module}"; ${code}`], {
    encoding: "utf8",
  });

describe("tensorflow", () => {
  it("computes with the native backend", () => {
    const tf = tensorflow();
    const product = tf.tidy(() =>
      Array.from(
        tf
          .matMul(
            tf.tensor2d([
              [1, 2],
              [3, 4],
            ]),
            tf.tensor2d([[5], [6]]),
          )
          .dataSync(),
      ),
    );
    assert.equal(tf.getBackend(), "tensorflow");
    assert.deepEqual(product, [17, 39]);
  });

  it("trains, which uses the functions that Node 23 lost", async () => {
    const tf = tensorflow();
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: "zeros" })],
    });
    model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
    const x = tf.tensor2d([[-1], [0], [1]]);
    await model.fit(x, x.mul(2), { epochs: 200, verbose: 0 });
    const slope = model.getWeights()[0].dataSync()[0];
    assert.ok(Math.abs(slope - 2) < 1e-3, `slope ${slope}, expected 2`);
  });

  it("prints nothing and leaves Node's warnings alone", () => {
    const { stdout, stderr, status } = inProcess(
      "const tf = tensorflow(); tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync()",
    );
    assert.deepEqual({ stdout, stderr, status }, { stdout: "", stderr: "", status: 0 });
  });

  it("is loaded by the first call, not by the import", function () {
    if (process.platform !== "linux") this.skip(); // /proc tells which libraries are loaded
    const isLoaded = `(await import("node:fs")).readFileSync("/proc/self/maps", "utf8").includes("libtensorflow")`;
    assert.equal(inProcess(`console.log(${isLoaded})`).stdout, "false\n");
    assert.equal(inProcess(`tensorflow(); console.log(${isLoaded})`).stdout, "true\n");
  });

  it("says how to install the native library where it does not load", () => {
    const { stderr } = inProcess(`process.dlopen = () => { throw new Error("no such library") }; tensorflow()`);
    assert.match(
      stderr,
      /Error: tensorflow: the native library does not load \(no such library\); `npx scorebook setup` installs it, or names what is missing/,
    );
  });
});
