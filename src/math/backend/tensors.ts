import { binding, DOUBLE, type Attribute } from "./binding.js";

/*
 * Tensors of the native library, for networks: TensorFlow's operations called directly (about 5 µs each), in float32 or
 * in float64.
 */

/** Numbers held natively. */
export interface Tensor {
  readonly id: number;
  readonly shape: readonly number[];
}

export type Precision = "float32" | "float64";

/** Tensors made and neither kept nor freed. */
const live = new Set<number>();

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
  for (const { id } of results) live.add(id);
  return results;
}

/**
 * What f makes; all tensors that it made and did not keep are freed at its end, and before it those of a computation
 * that was stopped in the middle, as an interrupt of a notebook does. It does not nest.
 */
export function tidy<T>(f: () => T): T {
  sweep();
  try {
    return f();
  } finally {
    sweep();
  }
}

function sweep(): void {
  for (const id of live) binding().deleteTensor(id);
  live.clear();
}

/** Lets a tensor outlive the `tidy` it was made in, until `free`. */
export function keep(tensor: Tensor): Tensor {
  live.delete(tensor.id);
  return tensor;
}

export function free(tensor: Tensor): void {
  live.delete(tensor.id);
  binding().deleteTensor(tensor.id);
}

/**
 * Calls `release` once: when the function it gives is called, or when the owner has been collected. `release` must not
 * refer to the owner.
 */
export function releaseWith(owner: object, release: () => void): () => void {
  let done = false;
  const once = () => {
    if (!done) release();
    done = true;
  };
  collected.register(owner, once);
  return once;
}

const collected = new FinalizationRegistry<() => void>((release) => release());

/** Tensors that the next `tidy` will free: 0 between computations. */
export const heldTensors = (): number => live.size;

/**
 * A tensor of the given numbers, rounded to float32 where that is the precision. A Float32Array is shared: it must not
 * change afterwards.
 */
export function upload(values: ArrayLike<number>, shape: readonly number[], precision: Precision): Tensor {
  const { createTensor, TF_FLOAT, TF_INT32 } = constants();
  if (precision === "float32")
    return made(
      createTensor(shape, TF_FLOAT, values instanceof Float32Array ? values : new Float32Array(values)),
      shape,
    );
  const doubles = values instanceof Float64Array ? values : new Float64Array(values);
  const pairs = made(
    createTensor([...shape, 2], TF_INT32, new Int32Array(doubles.buffer, doubles.byteOffset, 2 * doubles.length)),
    [...shape, 2],
  );
  return execute("Bitcast", [typeAttribute("T", TF_INT32), typeAttribute("type", DOUBLE)], [pairs])[0];
}

/** The numbers of a tensor, copied. */
export function download(tensor: Tensor, precision: Precision): Float32Array | Float64Array {
  const { TF_INT32 } = constants();
  if (precision === "float32") return binding().tensorDataSync(tensor.id) as Float32Array;
  const [pairs] = execute("Bitcast", [typeAttribute("T", DOUBLE), typeAttribute("type", TF_INT32)], [tensor]);
  const { buffer, byteOffset, length } = binding().tensorDataSync(pairs.id);
  return byteOffset % 8 === 0
    ? new Float64Array(buffer as ArrayBuffer, byteOffset, length / 2)
    : new Float64Array(buffer.slice(byteOffset, byteOffset + 4 * length) as ArrayBuffer);
}

/** An int32 tensor, as many operations take their sizes; made once for all with the same numbers. */
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

export function uploadIntegers(values: Int32Array, shape: readonly number[]): Tensor {
  const { createTensor, TF_INT32 } = constants();
  return made(createTensor(shape, TF_INT32, values), shape);
}

function made(id: number, shape: readonly number[]): Tensor {
  live.add(id);
  return { id, shape };
}

function constants() {
  const native = binding();
  return { createTensor: native.createTensor.bind(native), TF_FLOAT: native.TF_FLOAT, TF_INT32: native.TF_INT32 };
}

/** TensorFlow's number of a type. */
export function dtype(precision: Precision | "int32"): number {
  return precision === "float64" ? DOUBLE : precision === "float32" ? binding().TF_FLOAT : binding().TF_INT32;
}

export const typeAttribute = (name: string, value: number): Attribute => ({
  name,
  type: binding().TF_ATTR_TYPE,
  value,
});
export const flagAttribute = (name: string, value: boolean): Attribute => ({
  name,
  type: binding().TF_ATTR_BOOL,
  value,
});
export const integerAttribute = (name: string, value: number | readonly number[]): Attribute => ({
  name,
  type: binding().TF_ATTR_INT,
  value,
});
export const textAttribute = (name: string, value: string): Attribute => ({
  name,
  type: binding().TF_ATTR_STRING,
  value,
});
