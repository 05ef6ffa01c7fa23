import { conjugateGradient } from "../../math/conjugateGradient.js";
import { matrix, norm, type Matrix } from "../../math/matrix.js";
import { last } from "../../math/ode.js";
import { centred, laplacian, multigrid } from "../../math/multigrid.js";

/** The square [from, to]² cut into cells × cells squares. */
export interface SquareGrid {
  readonly from: number;
  readonly to: number;
  /** along an edge: a number of at most 40, times a power of 2 */
  readonly cells: number;
}

/** The components of a field along the edges of a grid, at their midpoints. */
export interface EdgeField {
  /** the first component, at (x_{i + ½}, y_j), shape [cells + 1, cells] */
  readonly along: Matrix;
  /** the second component, at (x_i, y_{j + ½}), shape [cells, cells + 1] */
  readonly across: Matrix;
}

/** A decomposition f = ∇φ + r on a grid. */
export interface GridHelmholtz {
  readonly grid: SquareGrid;
  /** φ at the nodes, row j at y_j, shape [cells + 1, cells + 1]; of mean 0 under the density */
  readonly potential: Matrix;
  readonly gradient: EdgeField;
  readonly gauge: EdgeField;
  /** ∫ p |·|² over the square: field = gradient + gauge to round-off */
  readonly energy: { readonly field: number; readonly gradient: number; readonly gauge: number };
  /** ∫ p ∇φ · r, 0 but for round-off */
  readonly product: number;
  /** ‖∇ · (p r)‖ / ‖∇ · (p f)‖ in finite volumes, what the solver left */
  readonly residual: number;
  /** of conjugate gradients */
  readonly iterations: number;
}

/** Weights below this share of the largest are raised to it: no sample lands there, and the equations stay regular. */
const LEAST_WEIGHT = 1e-12;

/**
 * The decomposition f = ∇φ + r, ∇ · (p r) = 0, of a plane field, by finite volumes: with G the differences along edges
 * and W the density at their midpoints, halved on the boundary, Gᵀ W G φ = Gᵀ W f (Neumann's condition is natural).
 * Orthogonality and the sum of the energies hold exactly on every grid; φ is that of the continuum to O(h²), where the
 * square reaches far enough that the density at its boundary is negligible. Work and memory are linear in the number of
 * nodes.
 *
 * @throws RangeError if the square or its number of cells is none, a density is not finite and positive somewhere, or
 * the field is not finite
 */
export function helmholtzGrid(
  logDensity: (x: Matrix) => Float64Array,
  field: (x: Matrix) => Matrix,
  grid: SquareGrid,
  { tolerance = 1e-12 } = {},
): GridHelmholtz {
  const { from, to, cells } = grid;
  if (!(from < to && Number.isFinite(to - from)))
    throw new RangeError(`helmholtzGrid: the square is [${from}, ${to}]², expected from < to`);
  if (!(Number.isSafeInteger(cells) && cells >= 2))
    throw new RangeError(`helmholtzGrid: ${cells} cells, expected an integer of at least 2`);
  const n = cells + 1;
  const h = (to - from) / cells;
  const nodes = gridNodes(grid);
  const middles = nodes.subarray(0, cells).map((value) => value + h / 2);
  const [atAlong, atAcross] = [lattice(middles, nodes), lattice(nodes, middles)];
  const onEdge = (index: number) => (index === 0 || index === cells ? 0.5 : 1);
  const w = { cells, along: weights(logDensity(atAlong)), across: weights(logDensity(atAcross)) };
  const least = LEAST_WEIGHT * Math.max(largest(w.along), largest(w.across));
  if (!(least > 0 && least < Infinity))
    throw new RangeError(
      "helmholtzGrid: the density is 0 or not finite on the whole grid, expected a log density with finite values",
    );
  for (let k = 0; k < w.along.length; k++) {
    w.along[k] = Math.max(w.along[k], least) * onEdge(Math.floor(k / cells));
    w.across[k] = Math.max(w.across[k], least) * onEdge(k % n);
  }
  const f: EdgeField = {
    along: component(field(atAlong), 0, n, cells),
    across: component(field(atAcross), 1, cells, n),
  };
  const divergence = ({ along, across }: EdgeField) => {
    const sum = new Float64Array(n * n);
    for (let k = 0; k < along.values.length; k++) {
      const i = Math.floor(k / cells) * n + (k % cells);
      const flow = h * w.along[k] * along.values[k];
      sum[i] -= flow;
      sum[i + 1] += flow;
    }
    for (let k = 0; k < across.values.length; k++) {
      const flow = h * w.across[k] * across.values[k];
      sum[k] -= flow;
      sum[k + n] += flow;
    }
    return sum;
  };
  const right = centred(divergence(f));
  if (!right.every(Number.isFinite))
    throw new RangeError("helmholtzGrid: the field is not finite somewhere on the grid, expected finite values");
  const { x: phi, iteration } = last(
    conjugateGradient(laplacian(w), right, { preconditioner: multigrid(w), tolerance, maxIterations: 200 }),
  );

  const g: EdgeField = {
    along: matrix(
      n,
      cells,
      f.along.values.map((_, k) => difference(phi, Math.floor(k / cells) * n + (k % cells), 1) / h),
    ),
    across: matrix(
      cells,
      n,
      f.across.values.map((_, k) => difference(phi, k, n) / h),
    ),
  };
  const r: EdgeField = { along: minus(f.along, g.along), across: minus(f.across, g.across) };
  const inner = (a: EdgeField, b: EdgeField) =>
    h * h * (weighted(w.along, a.along.values, b.along.values) + weighted(w.across, a.across.values, b.across.values));
  const mean = average(phi, logDensity(lattice(nodes, nodes)));
  return {
    grid,
    potential: matrix(
      n,
      n,
      phi.map((value) => value - mean),
    ),
    gradient: g,
    gauge: r,
    energy: { field: inner(f, f), gradient: inner(g, g), gauge: inner(r, r) },
    product: inner(g, r),
    residual: length(divergence(r)) / (length(right) || 1),
    iterations: iteration,
  };
}

/** The coordinates of a grid's nodes along one axis, shape [cells + 1]. */
export function gridNodes({ from, to, cells }: SquareGrid): Float64Array {
  return Float64Array.from({ length: cells + 1 }, (_, i) => from + (i / cells) * (to - from));
}

/**
 * A field on edges as vectors at every `stride`-th node inside the square, each component the mean of the two edges
 * that meet there.
 */
export function edgeVectors(
  { along, across }: EdgeField,
  grid: SquareGrid,
  stride = 1,
): { points: Matrix; vectors: Matrix } {
  const { cells } = grid;
  if (!(Number.isSafeInteger(stride) && stride >= 1 && stride < cells))
    throw new RangeError(`edgeVectors: stride is ${stride}, expected an integer from 1 to ${cells - 1}`);
  const nodes = gridNodes(grid);
  const inside = Array.from({ length: Math.floor((cells - 1) / stride) }, (_, k) => (k + 1) * stride).filter(
    (k) => k < cells,
  );
  const [points, vectors] = [matrix(inside.length ** 2, 2), matrix(inside.length ** 2, 2)];
  inside.forEach((y, a) =>
    inside.forEach((x, b) => {
      const at = 2 * (a * inside.length + b);
      points.values.set([nodes[x], nodes[y]], at);
      const first = (along.values[y * cells + x - 1] + along.values[y * cells + x]) / 2;
      const second = (across.values[(y - 1) * (cells + 1) + x] + across.values[y * (cells + 1) + x]) / 2;
      vectors.values.set([first, second], at);
    }),
  );
  return { points, vectors };
}

/** Returns √(∫ p |edges - f|² / ∫ p |f|²), what a part on a grid differs from a known field f by. */
export function edgeError(
  logDensity: (x: Matrix) => Float64Array,
  { along, across }: EdgeField,
  f: (x: Matrix) => Matrix,
  grid: SquareGrid,
): number {
  const nodes = gridNodes(grid);
  const middles = nodes.subarray(0, grid.cells).map((value, i) => (value + nodes[i + 1]) / 2);
  let [error, total] = [0, 0];
  for (const [j, points, seen] of [
    [0, lattice(middles, nodes), along],
    [1, lattice(nodes, middles), across],
  ] as const) {
    const [p, exact] = [weights(logDensity(points)), f(points)];
    p.forEach((weight, k) => {
      error += weight * (seen.values[k] - exact.values[2 * k + j]) ** 2;
      total += weight * exact.values[2 * k + j] ** 2;
    });
  }
  return Math.sqrt(error / total);
}

/** Every (x, y), row by row of y, shape [x.length · y.length, 2]. */
export function lattice(x: ArrayLike<number>, y: ArrayLike<number>): Matrix {
  return matrix(
    x.length * y.length,
    2,
    Float64Array.from({ length: 2 * x.length * y.length }, (_, k) =>
      k % 2 === 0 ? x[(k / 2) % x.length] : y[Math.floor(k / 2 / x.length)],
    ),
  );
}

function weights(logs: Float64Array): Float64Array {
  const bad = logs.find((value) => Number.isNaN(value) || value === Infinity);
  if (bad !== undefined)
    throw new RangeError(
      `helmholtzGrid: the log density is ${bad} somewhere on the grid, expected finite numbers or -Infinity`,
    );
  return logs.map(Math.exp);
}

function component(values: Matrix, j: number, rows: number, cols: number): Matrix {
  if (values.rows !== rows * cols || values.cols !== 2)
    throw new RangeError(
      `helmholtzGrid: the field is ${values.rows} × ${values.cols} at ${rows * cols} points, expected two components at each`,
    );
  return matrix(
    rows,
    cols,
    Float64Array.from({ length: rows * cols }, (_, i) => values.values[2 * i + j]),
  );
}

/** Σ p φ / Σ p */
function average(phi: Float64Array, logs: Float64Array): number {
  const p = weights(logs);
  let [sum, total] = [0, 0];
  for (let i = 0; i < p.length; i++) {
    sum += p[i] * phi[i];
    total += p[i];
  }
  return sum / total;
}

const length = (v: Float64Array) => norm(matrix(1, v.length, v));
const difference = (phi: Float64Array, i: number, step: number) => phi[i + step] - phi[i];
const minus = (a: Matrix, b: Matrix) =>
  matrix(
    a.rows,
    a.cols,
    a.values.map((value, i) => value - b.values[i]),
  );
const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, value), 0);

function weighted(w: Float64Array, a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < w.length; i++) sum += w[i] * a[i] * b[i];
  return sum;
}
