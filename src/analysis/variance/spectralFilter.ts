/**
 * What keeps the weights of a linear model finite: a ridge, or gradient flow dW/dτ = A - W Σ from W = 0 stopped at a
 * time τ, as in lazy training.
 */
export type Regularisation = { readonly ridge: number } | { readonly stop: number };

/** A function f of Σ's eigenvalues, in the place of 1 / λ, with its divided differences. */
export interface SpectralFilter {
  readonly value: (lambda: number) => number;
  /** (f(a) - f(b)) / (a - b), f'(a) where they are equal */
  readonly difference: (a: number, b: number) => number;
}

/**
 * f = 1 / (λ + ridge), or (1 - exp(-τ λ)) / λ.
 *
 * @throws RangeError if the ridge is negative, or the time is not positive
 */
export function spectralFilter(regularisation: Regularisation): SpectralFilter {
  if ("ridge" in regularisation) {
    const { ridge } = regularisation;
    if (!(ridge >= 0 && ridge < Infinity))
      throw new RangeError(`spectralFilter: the ridge is ${ridge}, expected a number of at least 0`);
    const value = (lambda: number) => 1 / (lambda + ridge);
    return { value, difference: (a, b) => -value(a) * value(b) };
  }
  const tau = regularisation.stop;
  if (!(tau > 0 && tau < Infinity))
    throw new RangeError(`spectralFilter: training stops at ${tau}, expected a positive time`);
  const value = (lambda: number) => (Math.abs(tau * lambda) < 1e-8 ? tau : -Math.expm1(-tau * lambda) / lambda);
  return {
    value,
    difference(a, b) {
      // Where the two are near, the derivative at their middle: its error is of the second order in their distance.
      if (tau * Math.abs(a - b) > 1e-4) return (value(a) - value(b)) / (a - b);
      const u = (tau * (a + b)) / 2;
      const slope = Math.abs(u) < 1e-3 ? -1 / 2 + u / 3 - (u * u) / 8 : (u * Math.exp(-u) + Math.expm1(-u)) / (u * u);
      return tau * tau * slope;
    },
  };
}
