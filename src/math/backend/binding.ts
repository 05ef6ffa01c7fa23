import { isAlone } from "./members.js";
import { tensorflow } from "./tensorflow.js";

/** Numbers held natively, as the binding describes them. */
export interface Tensor {
  readonly id: number;
  readonly shape: readonly number[];
  /** one of `DType`, or TensorFlow's number of another type */
  readonly dtype: number;
}

/**
 * TensorFlow's numbers of the types of a tensor (types.proto). TensorFlow.js knows no float64, but passes it through.
 */
export const DType = { float32: 1, float64: 2, int32: 3 } as const;

/** The part of tfjs-node's binding used here. */
export interface Binding {
  /** copies the array, or shares it if it is a Float32Array */
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  /** copies the numbers */
  tensorDataSync(id: number): Float32Array | Int32Array;
  executeOp(name: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: number): Tensor[];
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_SHAPE: number;
}

/** An attribute of an operation, as TensorFlow's operation definitions name it. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string | readonly number[];
}

let known: Binding | Error | undefined;

function connect(): Binding | Error {
  try {
    return (tensorflow().backend() as unknown as { binding: Binding }).binding;
  } catch (error) {
    return error as Error;
  }
}

/**
 * TensorFlow's operations without TensorFlow.js between.
 *
 * @throws Error if the native library does not load, or in a worker thread
 */
export function binding(): Binding {
  // The addon of tfjs-node 4.22.0 keeps the names of attributes in one set for all threads, without a lock.
  if (!isAlone())
    throw new Error(
      "tensorflow: called in a worker thread or by a member of an ensemble, where its native library is not safe; call it in the main thread, or install ONNX Runtime by `npx scorebook setup`: it evaluates networks in any thread",
    );
  known ??= connect();
  if (known instanceof Error) throw known;
  return known;
}

/** An attribute that holds a type, as one of `DType`. */
export const typeAttribute = (name: string, value: number): Attribute => ({
  name,
  type: binding().TF_ATTR_TYPE,
  value,
});

/** An attribute that is true or false. */
export const flagAttribute = (name: string, value: boolean): Attribute => ({
  name,
  type: binding().TF_ATTR_BOOL,
  value,
});

/** An attribute that holds an integer or a list of them. */
export const integerAttribute = (name: string, value: number | readonly number[]): Attribute => ({
  name,
  type: binding().TF_ATTR_INT,
  value,
});

/** An attribute that holds a string. */
export const textAttribute = (name: string, value: string): Attribute => ({
  name,
  type: binding().TF_ATTR_STRING,
  value,
});

/** An attribute that holds a shape. */
export const shapeAttribute = (name: string, value: readonly number[]): Attribute => ({
  name,
  type: binding().TF_ATTR_SHAPE,
  value,
});
