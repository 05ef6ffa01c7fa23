import { addScaled, addToRows, matrix, requireSameShape, rowDots, trace, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { solve } from "../../math/solve.js";
import { columnMeans } from "../../math/stats.js";
import { estimateMean, type Estimate } from "../../math/estimate.js";
import { quadraticPotential, type Potential } from "./fields.js";
import { symmetricPart } from "./linear.js";
import { ridgePotential, ridgeValues, requireBasis, type RidgeBasis } from "./ridge.js";

/** Settings of fitPotential. */
export interface PotentialOptions {
  /** functions fitted to what the quadratic potential leaves; none without it */
  readonly basis?: RidgeBasis;
  /** added to the equations' diagonal, relative to its mean: what samples say of nearly equal functions is noise */
  readonly damping?: number;
}

/**
 * The potential φ with the least mean |f - ∇φ|² over samples x of p, f at them given, both of shape [n, d]: Galerkin's
 * method for ∇ · (p ∇φ) = ∇ · (p f). First the best quadratic, exact for a linear field; then a sum of the basis, whose
 * equations are Σ_b E[∇ψ_a · ∇ψ_b] c_b = E[∇ψ_a · (f - …)]. With sampled ridges it is a scalar network of one hidden
 * layer whose outer weights are found exactly: one linear system, no training, the same answer every time. Where the
 * basis is too small for φ, what is missing counts as gauge: judge it on samples not used here.
 *
 * @throws RangeError if the shapes differ, or the samples span too little for the equations
 */
export function fitPotential(x: Matrix, f: Matrix, { basis, damping = 1e-6 }: PotentialOptions = {}): Potential {
  requireSameShape("fitPotential", x, f);
  if (x.rows <= x.cols)
    throw new RangeError(
      `fitPotential: ${x.rows} samples in ${x.cols} dimensions, expected more samples than dimensions`,
    );
  const quadratic = fitQuadratic(x, f);
  if (!basis) return quadratic;
  requireBasis("fitPotential", basis);
  const rest = addScaled(f, -1, quadratic.gradient(x, 0));
  return sumOfPotentials(quadratic, ridgePotential(basis, fitRidges(x, rest, basis, damping)));
}

/** ½ xᵀ M x + c · x with the least E |f - M x - c|². */
function fitQuadratic(x: Matrix, f: Matrix): Potential {
  const [meanX, meanF] = [columnMeans(x), columnMeans(f)];
  const [dx, df] = [addToRows(x, meanX, -1), addToRows(f, meanF, -1)];
  const M = symmetricPart(multiply(df, dx, { transposeA: true }), multiply(dx, dx, { transposeA: true }));
  const shift = multiply(matrix(1, x.cols, meanX), M).values;
  return quadraticPotential({ linear: meanF.map((value, j) => value - shift[j]), quadratic: M });
}

/** Rows whose slopes are held at a time. */
const BLOCK = 4096;

function fitRidges(x: Matrix, f: Matrix, basis: RidgeBasis, damping: number): Float64Array {
  const m = basis.offsets.length;
  let moments = matrix(m, m); // Σ g'_a g'_b
  const right = new Float64Array(m);
  for (let from = 0; from < x.rows; from += BLOCK) {
    const to = Math.min(from + BLOCK, x.rows);
    const part = (all: Matrix) => matrix(to - from, all.cols, all.values.subarray(from * all.cols, to * all.cols));
    const slopes = ridgeValues(basis, part(x), "slope");
    moments = addScaled(moments, 1, multiply(slopes, slopes, { transposeA: true }));
    const along = multiply(part(f), basis.directions, { transposeB: true });
    for (let n = from, i = 0; n < to; n++)
      for (let a = 0; a < m; a++, i++) right[a] += along.values[i] * slopes.values[i];
  }
  // ∇ψ_a · ∇ψ_b = (w_a · w_b) g'_a g'_b
  const system = multiply(basis.directions, basis.directions, { transposeB: true });
  for (let i = 0; i < system.values.length; i++) system.values[i] *= moments.values[i] / x.rows;
  const added = (damping * trace(system)) / m;
  for (let a = 0; a < m; a++) system.values[a * m + a] += added;
  return solve(
    system,
    matrix(
      m,
      1,
      right.map((value) => value / x.rows),
    ),
  ).values;
}

/** The sum of two potentials. */
function sumOfPotentials(a: Potential, b: Potential): Potential {
  return {
    dimension: a.dimension,
    value: (x, sigma) => {
      const other = b.value(x, sigma);
      return a.value(x, sigma).map((value, n) => value + other[n]);
    },
    gradient: (x, sigma) => addScaled(a.gradient(x, sigma), 1, b.gradient(x, sigma)),
    hessianProduct: (x, sigma, v) => addScaled(a.hessianProduct(x, sigma, v), 1, b.hessianProduct(x, sigma, v)),
  };
}

/** Mean energies of a field and of its parts. */
export interface SampledEnergy {
  /** E |f|² */
  readonly field: Estimate;
  /** E |∇φ|² */
  readonly gradient: Estimate;
  /** E |f - ∇φ|², at least E |r|² in expectation, on samples to which φ was not fitted */
  readonly gauge: Estimate;
  /** E ∇φ · (f - ∇φ), 0 for the exact φ */
  readonly product: Estimate;
}

/**
 * The energies of f and of ∇φ at samples of p, both of shape [n, d]. @throws RangeError if the shapes differ or there
 * are fewer than two samples
 */
export function sampledEnergy(f: Matrix, gradient: Matrix): SampledEnergy {
  const rest = addScaled(f, -1, gradient);
  const average = (a: Matrix, b: Matrix) => estimateMean(rowDots(a, b));
  return {
    field: average(f, f),
    gradient: average(gradient, gradient),
    gauge: average(rest, rest),
    product: average(gradient, rest),
  };
}
