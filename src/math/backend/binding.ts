import { tensorflow } from "./tensorflow.js";

/** The part of tfjs-node's binding used here; its tensors are plain numbers that live until deleted. */
export interface Binding {
  /** copies the array */
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array;
  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): { id: number; shape: number[] }[];
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_SHAPE: number;
}

/** An attribute of an operation, as TensorFlow's operation definitions name it. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string | readonly number[];
}

/** DT_DOUBLE of TensorFlow's types.proto, which the binding passes through though TensorFlow.js does not know it. */
export const DOUBLE = 2;

let known: Binding | undefined;

/** TensorFlow's operations without TensorFlow.js between. @throws Error if the native library does not load */
export function binding(): Binding {
  return (known ??= (tensorflow().backend() as unknown as { binding: Binding }).binding);
}
