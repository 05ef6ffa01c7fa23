import assert from "node:assert/strict";
import { once } from "node:events";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { add, matMul } from "../../../src/math/backend/ops.js";
import {
  discard,
  download,
  free,
  integers,
  keep,
  liveTensors,
  releaseWith,
  tidy,
  upload,
  type Tensor,
} from "../../../src/math/backend/tensors.js";
import { Variable } from "../../../src/math/backend/variable.js";
import { collectGarbage } from "../../helpers/garbage.js";

/** Releases one owner by hand and ends with another. */
const worker = `
  const { workerData } = require("node:worker_threads");
  import(workerData.module).then(({ releaseWith }) => {
    globalThis.owners = [{}, {}];
    const count = () => void Atomics.add(workerData.released, 0, 1);
    const [first] = owners.map((owner) => releaseWith(owner, count));
    first();
  });
`;

const vector = (...values: number[]) => upload(Float32Array.from(values), [values.length], "float32");

describe("Tensors", () => {
  it("keep all bits of float64 and round to float32 where that is asked", () => {
    const values = Float64Array.of(Math.PI, -1e300, 5e-324, 1 + 2 ** -52);
    assert.deepEqual(
      tidy(() => download(upload(values, [2, 2], "float64"))),
      values,
    );
    assert.deepEqual(
      tidy(() => download(upload(values, [4], "float32"))),
      Float32Array.from(values),
    );
  });

  it("are freed at the end and at an error, but for those that are kept until they are freed", () => {
    const kept = tidy(() => keep(add(vector(1), vector(2))));
    assert.throws(() => tidy(() => matMul(vector(1), vector(2))));
    assert.equal(liveTensors(), 0);
    tidy(() => discard(kept));
    assert.deepEqual(Array.from(tidy(() => download(kept))), [3]);
    free(kept);
    assert.throws(() => download(kept));
    assert.equal(
      tidy(() => integers([3, 4]).id),
      tidy(() => integers([3, 4]).id),
    );
  });

  it("of an outer computation stay when an inner one ends", () => {
    const [outer, inner] = tidy(() => {
      const x = vector(1);
      const y = tidy(() => vector(2));
      assert.throws(() => download(y));
      assert.equal(liveTensors(), 1);
      const z = tidy(() => {
        keep(x);
        return vector(3);
      });
      assert.equal(liveTensors(), 0);
      return [x, z];
    });
    assert.deepEqual(Array.from(download(outer)), [1], "kept from within");
    free(outer);
    assert.throws(() => download(inner));
  });

  it("made outside of any computation are freed by the next one", () => {
    const left = vector(1, 2);
    assert.equal(liveTensors(), 1);
    tidy(() => {});
    assert.throws(() => download(left));
  });

  it("of a computation that an interrupt ended are freed at the next turn, without a trace in later ones", async () => {
    const left: Tensor[] = [];
    const endless = () =>
      tidy(() => {
        left.push(vector(1));
        tidy(() => {
          left.push(vector(2));
          for (;;);
        });
      });
    assert.throws(() => runInNewContext("endless()", { endless }, { timeout: 20 }), /timed out/);
    assert.equal(liveTensors(), 2);
    assert.deepEqual(Array.from(tidy(() => download(add(vector(1), vector(2))))), [3], "in the same turn");
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(liveTensors(), 0);
    for (const tensor of left) assert.throws(() => download(tensor));
    vector(3);
    assert.equal(liveTensors(), 1);
    tidy(() => {});
    assert.equal(liveTensors(), 0, "an outermost one again");
  });

  it("are released once, by hand or with their owner", async () => {
    let released = 0;
    const byHand = releaseWith({}, () => released++);
    byHand();
    byHand();
    assert.equal(released, 1);
    (() => void releaseWith({}, () => released++))();
    for (let i = 0; i < 20 && released < 2; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      collectGarbage();
    }
    assert.equal(released, 2);
  });
});

describe("A variable", () => {
  it("changes in place, while what was read of it stays", () => {
    const source = Float32Array.of(1, 2);
    const [v, other] = [new Variable(source), new Variable(Float32Array.of(3, 6))];
    source[0] = 9;
    const before = tidy(() => {
      const read = keep(v.read());
      v.approach(other, upload(Float32Array.of(0.25), [], "float32"));
      return read;
    });
    assert.deepEqual(Array.from(v.values()), [1.5, 3]);
    assert.deepEqual(Array.from(tidy(() => download(before))), [1, 2]);
    free(before);
    v.dispose();
    assert.throws(() => v.values());
    other.dispose();
  });

  it("of a worker thread are released at its end, each once", async () => {
    const released = new Int32Array(new SharedArrayBuffer(4));
    const module = new URL("../../../src/math/backend/tensors.js", import.meta.url).href;
    await once(new Worker(worker, { eval: true, workerData: { released, module } }), "exit");
    assert.equal(released[0], 2);
  });
});
