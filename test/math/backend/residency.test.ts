import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { CACHE_BYTES, cachedBytes, cacheOnDevice, IDLE, uploadMatrix } from "../../../src/math/backend/residency.js";
import { discard, download, tidy } from "../../../src/math/backend/tensors.js";
import { matrix, type Matrix } from "../../../src/math/matrix.js";
import { liveTensors, nativeAvailable } from "../../../src/math/native.js";
import { normal, randomSource } from "../../../src/math/random.js";

const read = (m: Matrix, ...beside: Matrix[]) => tidy(() => download(uploadMatrix(m, ...beside)));
const idle = () => Array.from({ length: IDLE + 1 }, () => tidy(() => {}));

/** Frees what the test has cached, with what others have left. */
async function collect(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  for (let i = 0; i < 5; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("the cache of native copies", () => {
  before(function () {
    if (!nativeAvailable()) this.skip();
  });
  beforeEach(collect);

  it("copies only what it is asked to cache, once", () => {
    const m = normal(randomSource(1), 40, 30);
    const before = cachedBytes();
    assert.deepEqual(read(m), m.values);
    assert.equal(cachedBytes(), before);
    cacheOnDevice(m);
    const first = tidy(() => uploadMatrix(m));
    assert.equal(cachedBytes() - before, 8 * 1200);
    assert.equal(
      tidy(() => uploadMatrix(m)),
      first,
    );
    assert.deepEqual(read(m), m.values);
    assert.equal(liveTensors(), 0);
  });

  it("holds a matrix alone, in another shape and beside others as copies of their own", () => {
    const m = cacheOnDevice(normal(randomSource(2), 40, 30));
    const beside = [normal(randomSource(3), 40, 2), normal(randomSource(4), 40, 1)];
    const before = cachedBytes();
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(read(m), m.values);
      assert.deepEqual(read(matrix(30, 40, m.values)), m.values);
      assert.deepEqual(
        [...read(m, ...beside).subarray(33, 66)],
        [m, ...beside].flatMap(({ cols, values }) => [...values.subarray(cols, 2 * cols)]),
        "the second row of all three",
      );
    }
    assert.equal(cachedBytes() - before, 8 * 40 * (30 + 30 + 33));
  });

  it("keeps a matrix that a computation discards", () => {
    const m = cacheOnDevice(normal(randomSource(5), 10, 10));
    tidy(() => discard(uploadMatrix(m)));
    assert.deepEqual(read(m), m.values);
  });

  it("gives the room of what was idle for long, of the one used longest ago first, and never more than it has", () => {
    const third = Math.floor(CACHE_BYTES / 8 / 3) - 2000;
    const [a, b, c, d] = [1, 2, 3, 4].map((value) =>
      cacheOnDevice(matrix(third, 1, new Float64Array(third).fill(value))),
    );
    const isCached = (m: Matrix) => {
      const before = cachedBytes();
      return tidy(() => uploadMatrix(m)) === tidy(() => uploadMatrix(m)) && cachedBytes() === before;
    };
    idle();
    read(cacheOnDevice(matrix(CACHE_BYTES / 8, 1))); // takes the room of what other tests have left
    idle();
    for (const m of [a, b, c]) assert.equal(read(m).at(-1), m.values[0]);
    const full = cachedBytes();
    assert.equal(full, 3 * 8 * third);
    assert.equal(read(d).at(-1), 4, "copied without room");
    assert.equal(cachedBytes(), full);
    idle();
    read(a);
    read(d);
    assert.equal(cachedBytes(), full);
    assert.ok(isCached(a) && isCached(d) && isCached(c), "b was used longest ago");
    assert.ok(!isCached(b));
  });

  it("frees what is collected", async () => {
    const before = cachedBytes();
    (() => void read(cacheOnDevice(normal(randomSource(6), 100, 100))))();
    assert.equal(cachedBytes() - before, 8e4);
    await collect();
    assert.ok(cachedBytes() <= before, `${cachedBytes()} bytes are cached, ${before} before`);
  });
});
