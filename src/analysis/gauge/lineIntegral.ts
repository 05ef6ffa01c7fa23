import type { JacobianProduct } from "../../diffusion/jacobian.js";
import type { Score } from "../../diffusion/score.js";
import { addToRows, matrix, scale, type Matrix } from "../../math/matrix.js";
import { gaussLegendre } from "../../math/quadrature.js";

/** A field with the products of its transposed Jacobian, all that a line integral needs. */
export interface PulledField {
  readonly value: Score;
  /** Jᵀ v of every row */
  readonly transposed: JacobianProduct;
  /** the two together, where that costs less than one after the other */
  readonly both?: (x: Matrix, sigma: number, v: Matrix) => { readonly value: Matrix; readonly transposed: Matrix };
}

/**
 * The gradient of the potential φ(x) = ∫₀¹ (x - c) · f(c + t (x - c)) dt, which is that of f where f has one:
 *
 *     ∇φ(x) = ∫₀¹ f(x_t) + t J(x_t)ᵀ (x - c) dt = f(x) - ∫₀¹ t (J - Jᵀ)(x_t) (x - c) dt,   x_t = c + t (x - c)
 *
 * so that it differs from f by the asymmetry on the way alone. Gauss and Legendre's rule makes it; for a smooth f the
 * gradient is that of a function to the error of the rule. It is a gradient near f, not the nearest one: that is what
 * fitPotential adds.
 *
 * It throws RangeError if x has not as many columns as the centre c.
 */
export function linePotentialGradient(
  {
    value,
    transposed,
    both = (x, sigma, v) => ({ value: value(x, sigma), transposed: transposed(x, sigma, v) }),
  }: PulledField,
  centre: Float64Array,
  { nodes = 8 } = {},
): Score {
  const rule = gaussLegendre(nodes, 0, 1);
  return (x, sigma) => {
    const way = addToRows(x, centre, -1);
    const sum = matrix(x.rows, x.cols);
    rule.nodes.forEach((t, k) => {
      const at = addToRows(scale(way, t), centre);
      const here = both(at, sigma, way);
      for (let i = 0; i < sum.values.length; i++)
        sum.values[i] += rule.weights[k] * (here.value.values[i] + t * here.transposed.values[i]);
    });
    return sum;
  };
}
