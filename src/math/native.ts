import * as ops from "./backend/ops.js";
import { uploadMatrix } from "./backend/residency.js";
import { discard, download, downloadIntegers, tidy, type Tensor } from "./backend/tensors.js";

/*
 * The door to native computation in float64 for what lies outside of `math`: chains of operations between which nothing
 * is copied.
 */

export { nativeAvailable } from "./backend/binding.js";
export { cachedBytes, cacheOnDevice } from "./backend/residency.js";
export { liveTensors, type Tensor } from "./backend/tensors.js";

const { add, exp, gather, matMul, max, mul, scatterAdd, sub, topK } = ops;

/** Operations whose results stay native, under TensorFlow's names; see `backend/ops.ts`. */
const nativeOps = {
  /** copies m with the columns of the matrices beside it on its right; of a cached m that is cached, too */
  upload: uploadMatrix,
  /** the numbers of a float64 tensor, row by row */
  download: (tensor: Tensor): Float64Array => download(tensor) as Float64Array,
  /** the numbers of an int32 tensor, row by row */
  downloadIntegers,
  /** frees a result before the end of the computation; a cached matrix stays */
  free: discard,
  add,
  exp,
  gather,
  matMul,
  max,
  mul,
  scatterAdd,
  sub,
  topK,
};

/** The operations of `withNative`. */
export type NativeOps = typeof nativeOps;

/**
 * Returns what f makes with native operations; all of its tensors are freed at the end.
 *
 * @throws Error if the native library does not load: ask `nativeAvailable` first
 */
export const withNative = <T>(f: (ops: NativeOps) => T): T => tidy(() => f(nativeOps));
