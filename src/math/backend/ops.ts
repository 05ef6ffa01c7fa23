import { flagAttribute, integerAttribute, typeAttribute, DType, type Attribute } from "./binding.js";
import { execute, integer, integers, uploadIntegers, type Tensor } from "./tensors.js";
import type { ProductOptions } from "../decompositions.js";

/*
 * TensorFlow's operations under its names, on tensors of float32 or float64. Sums, differences and products spread a
 * length of 1 over the other operand. To be used inside `tidy`.
 */

/** Runs an operation of one result whose only type is that of its numbers. */
export const run = (
  name: string,
  inputs: readonly Tensor[],
  attributes: readonly Attribute[] = [],
  { dtype }: { readonly dtype: number } = inputs[0],
): Tensor => execute(name, [typeAttribute("T", dtype), ...attributes], inputs)[0];

const index = (name: string): Attribute => typeAttribute(name, DType.int32);

/** A · B, or with Aᵀ or Bᵀ in their place. */
export const matMul = (a: Tensor, b: Tensor, { transposeA = false, transposeB = false }: ProductOptions = {}): Tensor =>
  run("MatMul", [a, b], [flagAttribute("transpose_a", transposeA), flagAttribute("transpose_b", transposeB)]);

/** A_i · B_i of stacks of matrices, shapes [m, n, k] and [m, k, l], or with A_iᵀ or B_iᵀ in their place. */
export const batchMatMul = (
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false }: ProductOptions = {},
): Tensor => run("BatchMatMulV2", [a, b], [flagAttribute("adj_x", transposeA), flagAttribute("adj_y", transposeB)]);

/** Returns a + b. */
export const add = (a: Tensor, b: Tensor): Tensor => run("AddV2", [a, b]);

/** Returns a - b. */
export const sub = (a: Tensor, b: Tensor): Tensor => run("Sub", [a, b]);

/** Returns a ⊙ b. */
export const mul = (a: Tensor, b: Tensor): Tensor => run("Mul", [a, b]);

/** Returns a / b. */
export const div = (a: Tensor, b: Tensor): Tensor => run("RealDiv", [a, b]);

/** The same numbers in another type, rounded. */
export const cast = (a: Tensor, dtype: number): Tensor =>
  execute(
    "Cast",
    [typeAttribute("SrcT", a.dtype), typeAttribute("DstT", dtype), flagAttribute("Truncate", false)],
    [a],
  )[0];

/** Returns exp a of every number. */
export const exp = (a: Tensor): Tensor => run("Exp", [a]);

/** Returns exp a over its sum along the last axis. */
export const softmax = (a: Tensor): Tensor => run("Softmax", [a]);

/** Returns 0 in the shape of a. */
export const zerosLike = (a: Tensor): Tensor => run("ZerosLike", [a]);

/** The largest numbers along an axis, which stays with length 1. */
export const max = (a: Tensor, axis: number): Tensor => reduced("Max", a, [axis]);

/** The sums along some axes, which stay with length 1. */
export const sum = (a: Tensor, axes: readonly number[]): Tensor => reduced("Sum", a, axes);

const reduced = (name: string, a: Tensor, axes: readonly number[]): Tensor =>
  run(name, [a, integers(axes)], [index("Tidx"), flagAttribute("keep_dims", true)]);

/** The slices of a at the given indices of an axis: of a matrix rows (axis 0) or columns (axis 1). */
export const gather = (a: Tensor, indices: ArrayLike<number>, axis = 0): Tensor =>
  execute(
    "GatherV2",
    [typeAttribute("Tparams", a.dtype), index("Tindices"), index("Taxis")],
    [a, uploadIntegers(Int32Array.from(indices), [indices.length]), integer(axis)],
  )[0];

/** Side by side along an axis. */
export const concat = (parts: readonly Tensor[], axis: number): Tensor =>
  run("ConcatV2", [...parts, integer(axis)], [integerAttribute("N", parts.length), index("Tidx")]);

/** The numbers of a between `begin` and `begin` + `size` along every axis. */
export const slice = (a: Tensor, begin: readonly number[], size: readonly number[]): Tensor =>
  run("Slice", [a, integers(begin), integers(size)], [index("Index")]);

/** A vector cut into vectors of the given lengths. */
export const split = (a: Tensor, lengths: readonly number[]): Tensor[] =>
  execute(
    "SplitV",
    [typeAttribute("T", a.dtype), index("Tlen"), integerAttribute("num_split", lengths.length)],
    [a, integers(lengths), integer(0)],
    lengths.length,
  );

/** The same numbers in another shape. */
export const reshape = (a: Tensor, shape: readonly number[]): Tensor =>
  run("Reshape", [a, integers(shape)], [index("Tshape")]);

/** Half the sum of the squares. */
export const l2Loss = (a: Tensor): Tensor => run("L2Loss", [a]);

/** Draws of N(0, 1) in float32 by a generator that counts (Philox), the same for the same seed of two integers. */
export const randomNormal = (shape: readonly number[], seed: Int32Array): Tensor =>
  execute(
    "StatelessRandomNormal",
    [index("T"), index("Tseed"), typeAttribute("dtype", DType.float32)],
    [integers(shape), uploadIntegers(seed, [2])],
  )[0];
