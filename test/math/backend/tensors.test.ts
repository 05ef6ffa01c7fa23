import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  download,
  dtype,
  execute,
  flagAttribute,
  free,
  heldTensors,
  integers,
  keep,
  releaseWith,
  tidy,
  typeAttribute,
  upload,
} from "../../../src/math/backend/tensors.js";
import { Variable } from "../../../src/math/backend/variable.js";

const T = [typeAttribute("T", dtype("float32"))];
const vector = (...values: number[]) => upload(Float32Array.from(values), [values.length], "float32");

describe("Tensors", () => {
  it("keep all bits of float64 and round to float32 where that is asked", () => {
    const values = Float64Array.of(Math.PI, -1e300, 5e-324, 1 + 2 ** -52);
    assert.deepEqual(
      tidy(() => download(upload(values, [2, 2], "float64"), "float64")),
      values,
    );
    assert.deepEqual(
      tidy(() => download(upload(values, [4], "float32"), "float32")),
      Float32Array.from(values),
    );
  });

  it("are freed at the end and at an error, but for those that are kept until they are freed", () => {
    const kept = tidy(() => keep(execute("AddV2", T, [vector(1), vector(2)])[0]));
    assert.throws(() =>
      tidy(() =>
        execute(
          "MatMul",
          [...T, flagAttribute("transpose_a", false), flagAttribute("transpose_b", false)],
          [vector(1), vector(2)],
        ),
      ),
    );
    assert.equal(heldTensors(), 0);
    assert.deepEqual(Array.from(tidy(() => download(kept, "float32"))), [3]);
    free(kept);
    assert.throws(() => download(kept, "float32"));
    assert.equal(
      tidy(() => integers([3, 4]).id),
      tidy(() => integers([3, 4]).id),
    );
  });

  it("of a computation that was stopped are freed by the next one", () => {
    const left = vector(1, 2); // as an interrupt leaves it
    assert.equal(heldTensors(), 1);
    tidy(() => {});
    assert.throws(() => download(left, "float32"));
  });

  it("are released once, by hand or with their owner", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    let released = 0;
    const byHand = releaseWith({}, () => released++);
    byHand();
    byHand();
    assert.equal(released, 1);
    (() => void releaseWith({}, () => released++))();
    for (let i = 0; i < 20 && released < 2; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      collect();
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
    assert.deepEqual(Array.from(tidy(() => download(before, "float32"))), [1, 2]);
    free(before);
    v.dispose();
    assert.throws(() => v.values());
    other.dispose();
  });
});
