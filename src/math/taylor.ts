/*
 * Truncated power series of d variables: a function written once in sums, products and quotients of them has all its
 * derivatives up to the degree, exactly. Every function here takes numbers too, and gives a number for numbers alone.
 */

/** A power series about a point, up to the degree of its space; a coefficient for each monomial, the constant first. */
export interface Taylor {
  readonly space: TaylorSpace;
  readonly values: Float64Array;
}

/** A number, or a power series in its place. */
export type Scalar = number | Taylor;

/** The monomials of d variables up to a degree, and which products of two are still among them. */
interface TaylorSpace {
  readonly variables: number;
  readonly degree: number;
  /** the variables of each monomial, increasing, one for each power: x₀² x₂ is [0, 0, 2] */
  readonly monomials: readonly (readonly number[])[];
  readonly places: ReadonlyMap<string, number>;
  /** places i, j and that of their product, one after the other */
  readonly products: Int32Array;
}

const spaces = new Map<string, TaylorSpace>();

function taylorSpace(variables: number, degree: number): TaylorSpace {
  const key = `${variables},${degree}`;
  const known = spaces.get(key);
  if (known) return known;
  const monomials: number[][] = [[]];
  for (let at = 0; at < monomials.length; at++) {
    const own = monomials[at];
    if (own.length < degree) for (let j = own[own.length - 1] ?? 0; j < variables; j++) monomials.push([...own, j]);
  }
  const places = new Map(monomials.map((own, at) => [own.join(), at]));
  const products = monomials.flatMap((a, i) =>
    monomials.flatMap((b, j) =>
      a.length + b.length > degree ? [] : [i, j, places.get([...a, ...b].sort((p, q) => p - q).join())!],
    ),
  );
  const space = { variables, degree, monomials, places, products: Int32Array.from(products) };
  spaces.set(key, space);
  return space;
}

/** Returns the coordinates of a point as variables of power series about it. */
export function variables(point: ArrayLike<number>, degree: number): Taylor[] {
  const space = taylorSpace(point.length, degree);
  return Array.from(point, (value, j) => {
    const values = new Float64Array(space.monomials.length);
    values[0] = value;
    if (degree > 0) values[1 + j] = 1;
    return { space, values };
  });
}

/**
 * Returns the sum of the terms.
 *
 * @throws RangeError if series among them are not of the same variables and degree
 */
export function sum(...terms: readonly Scalar[]): Scalar {
  let constant = 0;
  let total: Taylor | undefined;
  for (const term of terms)
    if (typeof term === "number") constant += term;
    else if (!total) total = { space: term.space, values: term.values.slice() };
    else {
      requireSpace("sum", total, term);
      for (let i = 0; i < total.values.length; i++) total.values[i] += term.values[i];
    }
  if (!total) return constant;
  total.values[0] += constant;
  return total;
}

/** Returns a - b. */
export function difference(a: Scalar, b: Scalar): Scalar {
  return sum(a, product(-1, b));
}

/**
 * Returns the product of the factors.
 *
 * @throws RangeError as sum does
 */
export function product(...factors: readonly Scalar[]): Scalar {
  let number = 1;
  let total: Taylor | undefined;
  for (const factor of factors)
    if (typeof factor === "number") number *= factor;
    else total = total ? multiplied(total, factor) : factor;
  if (!total) return number;
  return number === 1 ? total : { space: total.space, values: total.values.map((value) => number * value) };
}

function requireSpace(where: string, { space: a }: Taylor, { space: b }: Taylor): void {
  if (a !== b)
    throw new RangeError(
      `${where}: series of ${b.variables} variables and degree ${b.degree}, expected ${a.variables} and ${a.degree} like the others`,
    );
}

function multiplied(one: Taylor, other: Taylor): Taylor {
  requireSpace("product", one, other);
  const { space, values: a } = one;
  const b = other.values;
  const values = new Float64Array(a.length);
  const { products } = space;
  for (let at = 0; at < products.length; at += 3) values[products[at + 2]] += a[products[at]] * b[products[at + 1]];
  return { space, values };
}

/** Returns a / b. */
export function quotient(a: Scalar, b: Scalar): Scalar {
  if (typeof b === "number") return product(1 / b, a);
  return product(
    a,
    compose(b, (x) => [1 / x, -1 / x ** 2, 2 / x ** 3, -6 / x ** 4]),
  );
}

/**
 * Returns the scalar product Σ aᵢ bᵢ.
 *
 * @throws RangeError if there are not as many of each
 */
export function inner(a: readonly Scalar[], b: readonly Scalar[]): Scalar {
  if (a.length !== b.length)
    throw new RangeError(`inner: ${a.length} and ${b.length} numbers, expected as many of each`);
  return sum(...a.map((ai, i) => product(ai, b[i])));
}

/**
 * Returns f(a), f given by its value and derivatives f, f′, f″, f‴ at a number.
 *
 * @throws RangeError if f has fewer derivatives than the degree
 */
export function compose(a: Scalar, f: (x: number) => readonly number[]): Scalar {
  if (typeof a === "number") return f(a)[0];
  const derivatives = f(a.values[0]);
  const { degree } = a.space;
  if (derivatives.length <= degree)
    throw new RangeError(
      `compose: f has ${derivatives.length - 1} derivatives, expected ${degree} for series of this degree`,
    );
  const step = { space: a.space, values: a.values.slice() };
  step.values[0] = 0;
  let total: Scalar = 0; // Horner
  for (let k = degree, factor = factorial(degree); k >= 0; factor /= k || 1, k--)
    total = sum(derivatives[k] / factor, product(total, step));
  return typeof total === "number" ? constantLike(a, total) : total;
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

function constantLike({ space }: Taylor, value: number): Taylor {
  const values = new Float64Array(space.monomials.length);
  values[0] = value;
  return { space, values };
}

/** Returns eᵃ. */
export function exp(a: Scalar): Scalar {
  return compose(a, (x) => new Array<number>(4).fill(Math.exp(x)));
}

/** Returns tanh a. */
export function tanh(a: Scalar): Scalar {
  return compose(a, (x) => {
    const y = Math.tanh(x);
    const slope = 1 / Math.cosh(x) ** 2; // 1 - y² has no digits where y is near 1
    return [y, slope, -2 * y * slope, -2 * slope * (1 - 3 * y * y)];
  });
}

/** Returns the value of a series at its point. */
export function valueOf(a: Scalar): number {
  return typeof a === "number" ? a : a.values[0];
}

/** Returns the gradient at the point, shape [d]. */
export function gradientOf(a: Scalar, d: number): Float64Array {
  return typeof a === "number" || a.space.degree < 1 ? new Float64Array(d) : a.values.slice(1, 1 + d);
}

/** Returns the Hessian at the point, shape [d, d], row by row. */
export function hessianOf(a: Scalar, d: number): Float64Array {
  const hessian = new Float64Array(d * d);
  if (typeof a === "number" || a.space.degree < 2) return hessian;
  for (let i = 0; i < d; i++)
    for (let j = i; j < d; j++) {
      const value = a.values[a.space.places.get(`${i},${j}`)!];
      hessian[i * d + j] = hessian[j * d + i] = i === j ? 2 * value : value;
    }
  return hessian;
}

/** Returns the derivative by a variable, one degree lower: its terms of the highest degree are 0. */
export function partial(a: Scalar, variable: number): Scalar {
  if (typeof a === "number") return 0;
  const { space } = a;
  const values = new Float64Array(a.values.length);
  space.monomials.forEach((own, at) => {
    const power = own.filter((j) => j === variable).length;
    if (power === 0) return;
    const lowered = own.slice();
    lowered.splice(own.indexOf(variable), 1);
    values[space.places.get(lowered.join())!] += power * a.values[at];
  });
  return { space, values };
}
