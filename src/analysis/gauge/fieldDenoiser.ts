import type { DifferentiableDenoiser, VectorField } from "../../diffusion/distribution.js";
import { jacobians } from "../../diffusion/jacobian.js";
import { addScaled, row } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";

/**
 * The denoiser D = x + σ² s of any field with products of its Jacobian I + σ² J from both sides, as measures of its
 * gauge part ask for them. A product from the left takes the whole Jacobian, d products, so that this is for few
 * dimensions.
 */
export function fieldDenoiser({
  denoiser,
  jacobianProduct,
}: Pick<VectorField, "denoiser" | "jacobianProduct">): DifferentiableDenoiser {
  return {
    denoiser,
    jvp: (x, sigma, v) => addScaled(v, sigma ** 2, jacobianProduct(x, sigma, v)),
    vjp: (x, sigma, v) => {
      const back = { ...v, values: Float64Array.from(v.values) };
      jacobians(jacobianProduct, x, sigma).forEach((J, n) => {
        const each = { rows: 1, cols: v.cols, values: row(v, n) };
        row(back, n).set(addScaled(each, sigma ** 2, multiply(each, J)).values);
      });
      return back;
    },
  };
}
