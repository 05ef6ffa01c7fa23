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
      const [u, apart] = [(tau * (a + b)) / 2, Math.abs(a - b)];
      if (tau * apart > 1e-4 && (u < 1 || apart > 0.1 * (a + b))) return (value(a) - value(b)) / (a - b);
      if (tau * apart > 1e-4) {
        // Nearer ones, without the difference of almost equal numbers.
        const fall = -Math.exp(-tau * b) * (Math.expm1(-tau * (a - b)) / (a - b));
        return (a * fall + Math.expm1(-tau * a)) / (a * b);
      }
      // Where the two are all but one, the derivative at their middle: its error is of second order in their distance.
      const slope = Math.abs(u) < 1e-3 ? -1 / 2 + u / 3 - (u * u) / 8 : (u * Math.exp(-u) + Math.expm1(-u)) / (u * u);
      return tau * tau * slope;
    },
  };
}
