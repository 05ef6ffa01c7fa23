import type { DifferentiableDenoiser } from "../../diffusion/distribution.js";
import type { Score } from "../../diffusion/score.js";
import { addToRows, matrix, scale } from "../../math/matrix.js";
import { gaussLegendre } from "../../math/quadrature.js";

/**
 * Returns the gradient of the potential φ(x) = ∫₀¹ (x - c) · f(c + t (x - c)) dt of a denoiser f, which is f where f is
 * a gradient:
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
    denoiser,
    vjp,
    denoiserAndVjp = (x, sigma, v) => ({ denoised: denoiser(x, sigma), vjp: vjp(x, sigma, v) }),
  }: Omit<DifferentiableDenoiser, "jvp">,
  centre: Float64Array,
  { nodes = 8 } = {},
): Score {
  const rule = gaussLegendre(nodes, 0, 1);
  return (x, sigma) => {
    const way = addToRows(x, centre, -1);
    const sum = matrix(x.rows, x.cols);
    rule.nodes.forEach((t, k) => {
      const at = addToRows(scale(way, t), centre);
      const here = denoiserAndVjp(at, sigma, way);
      for (let i = 0; i < sum.values.length; i++)
        sum.values[i] += rule.weights[k] * (here.denoised.values[i] + t * here.vjp.values[i]);
    });
    return sum;
  };
}
