import { dot } from "./matrix.js";

/** A linear map v ↦ A v, for v of shape [n]. */
export type LinearMap = (v: Float64Array) => Float64Array;

/** The preconditioner and the end of a conjugate gradient iteration. */
export interface ConjugateGradientOptions {
  /** v ↦ M⁻¹ v for an M near A, symmetric and positive definite; the identity without it */
  readonly preconditioner?: LinearMap;
  /** ends when |b - A x| ≤ tolerance · |b| */
  readonly tolerance?: number;
  /** 10 n without it */
  readonly maxIterations?: number;
}

/** One iterate of conjugate gradients. */
export interface ConjugateGradientStep {
  /** shape [n] */
  readonly x: Float64Array;
  /** |b - A x| by the recurrence */
  readonly residual: number;
  readonly iteration: number;
}

/**
 * The solution of A x = b for A symmetric and positive definite, known only by its products (Hestenes and Stiefel,
 * 1952), from x = 0. Yields every iterate, x = 0 first; the last one satisfies the tolerance.
 *
 * @throws RangeError if a product shows that A or the preconditioner is not positive definite, if b or a product has a
 * value that is not finite or another length, or if maxIterations do not suffice
 */
export function* conjugateGradient(
  A: LinearMap,
  b: Float64Array,
  options: ConjugateGradientOptions = {},
): Generator<ConjugateGradientStep, void, undefined> {
  const { preconditioner = (v) => v, tolerance = 1e-10, maxIterations = 10 * b.length } = options;
  const target = tolerance * Math.sqrt(dot(b, b));
  if (!Number.isFinite(target))
    throw new RangeError("conjugateGradient: b holds a value that is not finite, expected finite values");
  const apply = (map: LinearMap, name: string, v: Float64Array): [image: Float64Array, product: number] => {
    const image = map(v);
    if (image.length !== v.length)
      throw new RangeError(`conjugateGradient: ${name} v has ${image.length} entries, expected ${v.length}`);
    const product = dot(v, image);
    if (!(product > 0))
      throw new RangeError(
        `conjugateGradient: v · ${name} v is ${product}, expected a positive number; ${name} is not positive definite`,
      );
    return [image, product];
  };
  const x = new Float64Array(b.length);
  const r = b.slice();
  let residual = Math.sqrt(dot(r, r));
  let p = new Float64Array(b.length);
  let before = Infinity;
  for (let iteration = 0; ; iteration++) {
    yield { x: x.slice(), residual, iteration };
    if (residual <= target) return;
    if (iteration === maxIterations)
      throw new RangeError(
        `conjugateGradient: |b - A x| is ${residual} after ${maxIterations} iterations, expected ${target}; give a preconditioner, or raise maxIterations or the tolerance`,
      );
    const [z, rz] = apply(preconditioner, "M⁻¹", r);
    const keep = rz / before; // 0 at first
    p = z.map((value, i) => value + keep * p[i]);
    const [Ap, pAp] = apply(A, "A", p);
    const step = rz / pAp;
    for (let i = 0; i < x.length; i++) {
      x[i] += step * p[i];
      r[i] -= step * Ap[i];
    }
    residual = Math.sqrt(dot(r, r));
    before = rz;
  }
}
