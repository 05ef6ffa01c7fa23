import { scale, type Matrix } from "./matrix.js";

/** Sizes between which neither squares nor products of entries over- or underflow. */
export const [SMALL, LARGE] = [1e-60, 1e60];

/**
 * Returns a matrix of a given norm times a power of two that brings it near 1, and what to divide its eigenvalues or
 * singular values by; one of an ordinary norm is itself. Nothing is rounded.
 */
export function scaled(a: Matrix, size: number): { readonly near: Matrix; readonly factor: number } {
  if (size === 0 || (size >= SMALL && size <= LARGE)) return { near: a, factor: 1 };
  const factor = powerNear(1 / size);
  return { near: scale(a, factor), factor };
}

/** The power of four near a positive number, of which the root is a power of two. */
export const powerNear = (value: number): number => 4 ** Math.round(Math.log2(Math.min(value, 2 ** 1022)) / 2);

/** Every number divided by a power of two. */
export const divided = (values: Float64Array, factor: number): Float64Array =>
  factor === 1 ? values : values.map((value) => value / factor);
