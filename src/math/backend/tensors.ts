import { isMainThread } from "node:worker_threads";
import { binding, DType, typeAttribute, type Attribute, type Tensor } from "./binding.js";

/*
 * The life of tensors: TensorFlow's operations called directly (about 5 µs each), in float32 or in float64. A
 * Float64Array goes up as int32 pairs [..., 2], Bitcast reads each pair as one double, and Bitcast brings it back:
 * nothing is rounded on the way.
 */

export type { Tensor } from "./binding.js";

/** The types in which can be computed. */
export type Precision = "float32" | "float64";

/** Tensors made and neither kept nor freed: those made outside of any `tidy`, then those of each open one. */
const open: Set<number>[] = [new Set()];

let sweepIsDue = false;

/**
 * Returns what f makes; all tensors that f made and did not keep are freed at its end. It nests: an inner one frees its
 * own tensors alone. f must be synchronous.
 *
 * An interrupt ends a computation without its `finally`; what it leaves open is freed at the next turn of the event
 * loop, when nothing can be under way.
 */
export function tidy<T>(f: () => T): T {
  if (open.length === 1) sweep(open[0]);
  sweepAfterwards();
  const own = new Set<number>();
  const depth = open.push(own);
  try {
    return f();
  } finally {
    sweep(own);
    open.length = depth - 1;
  }
}

function sweep(tensors: Set<number>): void {
  for (const id of tensors) binding().deleteTensor(id);
  tensors.clear();
}

function sweepAfterwards(): void {
  if (sweepIsDue) return;
  setImmediate(() => {
    sweepIsDue = false;
    open.forEach(sweep);
    open.length = 1;
  }).unref();
  sweepIsDue = true;
}

/** The number of tensors that are neither kept nor freed: 0 between computations. */
export const liveTensors = (): number => open.reduce((sum, { size }) => sum + size, 0);

/** Runs an operation of TensorFlow; its results live until the end of the `tidy` around it. */
export function execute(
  name: string,
  attributes: readonly Attribute[],
  inputs: readonly Tensor[],
  outputs = 1,
): Tensor[] {
  const results = binding().executeOp(
    name,
    attributes,
    inputs.map(({ id }) => id),
    outputs,
  );
  const live = open[open.length - 1];
  for (const { id } of results) live.add(id);
  return results;
}

/** Lets a tensor outlive the `tidy` it was made in, until `free`. */
export function keep(tensor: Tensor): Tensor {
  forget(tensor);
  return tensor;
}

/** Frees a tensor, kept or not. */
export function free(tensor: Tensor): void {
  forget(tensor);
  binding().deleteTensor(tensor.id);
}

/** Frees a tensor before the end of the `tidy` it was made in; a kept one stays. */
export function discard(tensor: Tensor): void {
  if (forget(tensor)) binding().deleteTensor(tensor.id);
}

function forget({ id }: Tensor): boolean {
  for (let depth = open.length - 1; depth >= 0; depth--) if (open[depth].delete(id)) return true;
  return false;
}

/**
 * Calls `release` once: when the function it returns is called, or when the owner has been collected. `release` must
 * not refer to the owner.
 */
export function releaseWith(owner: object, release: () => void): () => void {
  let done = false;
  const once = () => {
    if (!done) release();
    done = true;
    ofWorker.delete(once);
  };
  collected.register(owner, once);
  if (!isMainThread) ofWorker.add(once);
  return once;
}

const collected = new FinalizationRegistry<() => void>((release) => release());

/** What a worker thread holds; at its end nothing is collected, and the process would keep it. */
const ofWorker = new Set<() => void>();
if (!isMainThread) process.once("exit", () => ofWorker.forEach((release) => release()));

/**
 * A tensor of the given numbers, rounded to float32 where that is the precision. A Float32Array is shared: it must not
 * change afterwards.
 */
export function upload(values: ArrayLike<number>, shape: readonly number[], precision: Precision): Tensor {
  if (precision === "float32")
    return made(values instanceof Float32Array ? values : new Float32Array(values), shape, DType.float32);
  const doubles = values instanceof Float64Array ? values : new Float64Array(values);
  const pairs = new Int32Array(doubles.buffer, doubles.byteOffset, 2 * doubles.length);
  return bitcast(uploadIntegers(pairs, [...shape, 2]), DType.float64);
}

/** An int32 tensor, as operations take indices. */
export const uploadIntegers = (values: Int32Array, shape: readonly number[]): Tensor =>
  made(values, shape, DType.int32);

/** The numbers of a tensor, copied: float64 if it holds doubles, else float32. */
export function download(tensor: Tensor): Float32Array | Float64Array {
  if (tensor.dtype !== DType.float64) return binding().tensorDataSync(tensor.id) as Float32Array;
  const { buffer, byteOffset, length } = downloadIntegers(bitcast(tensor, DType.int32));
  return byteOffset % 8 === 0
    ? new Float64Array(buffer as ArrayBuffer, byteOffset, length / 2)
    : new Float64Array(buffer.slice(byteOffset, byteOffset + 4 * length) as ArrayBuffer);
}

/** The numbers of an int32 tensor, copied. */
export const downloadIntegers = (tensor: Tensor): Int32Array => binding().tensorDataSync(tensor.id) as Int32Array;

/** An int32 vector, as many operations take sizes and axes; made once for all with the same numbers. */
export const integers = (values: readonly number[]): Tensor => knownInteger(values, [values.length]);

/** An int32 scalar, likewise. */
export const integer = (value: number): Tensor => knownInteger([value], []);

function knownInteger(values: readonly number[], shape: readonly number[]): Tensor {
  const key = `${shape}: ${values}`;
  let tensor = knownIntegers.get(key);
  if (!tensor) knownIntegers.set(key, (tensor = keep(uploadIntegers(Int32Array.from(values), shape))));
  return tensor;
}

const knownIntegers = new Map<string, Tensor>();

const bitcast = (tensor: Tensor, dtype: number): Tensor =>
  execute("Bitcast", [typeAttribute("T", tensor.dtype), typeAttribute("type", dtype)], [tensor])[0];

function made(values: Float32Array | Int32Array, shape: readonly number[], dtype: number): Tensor {
  const id = binding().createTensor(shape, dtype, values);
  open[open.length - 1].add(id);
  return { id, shape, dtype };
}
