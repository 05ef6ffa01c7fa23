import type { LinearMap } from "./conjugateGradient.js";
import { matrix, row } from "./matrix.js";
import { cholesky } from "./solve.js";
import { mean } from "./stats.js";

/** Conductances of the edges between the (cells + 1)² nodes of a square lattice, nodes row by row. */
export interface Lattice {
  readonly cells: number;
  /** between neighbours in a row, shape [cells + 1, cells] */
  readonly along: Float64Array;
  /** between neighbours in a column, shape [cells, cells + 1] */
  readonly across: Float64Array;
}

/** Cells of a lattice that is small enough to be solved directly: 41² nodes at most. */
const DIRECT = 40;

/** L φ, (L φ)_i = Σ_j w_ij (φ_i - φ_j) over the neighbours of node i: symmetric, and 0 on constants. */
export function laplacian({ cells, along, across }: Lattice): LinearMap {
  const n = cells + 1;
  return (phi) => {
    const result = new Float64Array(phi.length);
    for (let y = 0; y < n; y++)
      for (let x = 0; x < cells; x++) {
        const i = y * n + x;
        const flow = along[y * cells + x] * (phi[i + 1] - phi[i]);
        result[i] -= flow;
        result[i + 1] += flow;
      }
    for (let i = 0; i < across.length; i++) {
      const flow = across[i] * (phi[i + n] - phi[i]);
      result[i] -= flow;
      result[i + n] += flow;
    }
    return result;
  };
}

/**
 * An approximate inverse of the laplacian on functions of mean 0, symmetric, as a preconditioner of conjugate
 * gradients: one V-cycle of multigrid, a sweep of Gauss and Seidel's method down and one back up on every level. A
 * coarse edge has the conductance of the fine edges that it replaces, two in series; a point between coarse ones is
 * interpolated by the conductances towards them (Alcouffe et al., 1981).
 *
 * @throws RangeError if the cells, halved as long as they are even, leave more than 40
 */
export function multigrid(lattice: Lattice): LinearMap {
  const cycle = vCycle(lattice);
  // The round-off of a sum that ought to be 0 would grow by 1 / the least conductance.
  return (b) => centred(cycle(centred(b)));
}

/** Returns v minus its mean. @throws RangeError if v is empty */
export function centred(v: Float64Array): Float64Array {
  const level = mean(v);
  return v.map((value) => value - level);
}

function vCycle(lattice: Lattice): LinearMap {
  const { cells } = lattice;
  if (cells <= 4 || cells % 2 === 1) return direct(lattice);
  const coarse = vCycle(coarsened(lattice));
  const smooth = smoother(lattice);
  const apply = laplacian(lattice);
  const { restrict, interpolate } = transfer(lattice);
  return (b) => {
    const x = new Float64Array(b.length);
    smooth(x, b, 1);
    const Lx = apply(x);
    const correction = interpolate(coarse(restrict(b.map((value, i) => value - Lx[i]))));
    for (let i = 0; i < x.length; i++) x[i] += correction[i];
    smooth(x, b, -1);
    return x;
  };
}

/** One sweep over all nodes, forwards or backwards. */
function smoother({ cells, along, across }: Lattice) {
  const n = cells + 1;
  return (x: Float64Array, b: Float64Array, direction: 1 | -1): void => {
    for (let k = 0, i = direction === 1 ? 0 : n * n - 1; k < n * n; k++, i += direction) {
      const [ix, iy] = [i % n, Math.floor(i / n)];
      let [sum, total] = [b[i], 0];
      if (ix > 0) {
        const w = along[iy * cells + ix - 1];
        sum += w * x[i - 1];
        total += w;
      }
      if (ix < cells) {
        const w = along[iy * cells + ix];
        sum += w * x[i + 1];
        total += w;
      }
      if (iy > 0) {
        const w = across[i - n];
        sum += w * x[i - n];
        total += w;
      }
      if (iy < cells) {
        const w = across[i];
        sum += w * x[i + n];
        total += w;
      }
      x[i] = sum / total;
    }
  };
}

/** Every second node. Edges of the rows or columns between the kept ones count half to each neighbour. */
function coarsened({ cells, along, across }: Lattice): Lattice {
  const [n, c] = [cells + 1, cells / 2];
  const series = (a: number, b: number) => (a * b) / (a + b);
  const inRow = (y: number, x: number) =>
    y < 0 || y > cells ? 0 : series(along[y * cells + x], along[y * cells + x + 1]);
  const inColumn = (y: number, x: number) =>
    x < 0 || x > cells ? 0 : series(across[y * n + x], across[(y + 1) * n + x]);
  const coarse: Lattice = { cells: c, along: new Float64Array((c + 1) * c), across: new Float64Array(c * (c + 1)) };
  for (let k = 0; k <= c; k++)
    for (let m = 0; m < c; m++) {
      coarse.along[k * c + m] = inRow(2 * k, 2 * m) + (inRow(2 * k - 1, 2 * m) + inRow(2 * k + 1, 2 * m)) / 2;
      coarse.across[m * (c + 1) + k] =
        inColumn(2 * m, 2 * k) + (inColumn(2 * m, 2 * k - 1) + inColumn(2 * m, 2 * k + 1)) / 2;
    }
  return coarse;
}

/** Interpolation from the coarse nodes and, transposed, the restriction to them. */
function transfer({ cells, along, across }: Lattice) {
  const n = cells + 1;
  const c = cells / 2 + 1;
  /**
   * Visits the fine nodes that are no coarse ones, with their neighbours and shares: middles of faces after those of
   * edges, or before.
   */
  const shares = (x: number, y: number): [neighbours: number[], weights: number[]] => {
    const i = y * n + x;
    const [left, right] = x % 2 === 1 ? [along[y * cells + x - 1], along[y * cells + x]] : [0, 0];
    const [above, below] = y % 2 === 1 ? [across[i - n], across[i]] : [0, 0];
    const total = left + right + above + below;
    return [
      [i - 1, i + 1, i - n, i + n],
      [left / total, right / total, above / total, below / total],
    ];
  };
  const visit = (faces: boolean, f: (i: number, neighbours: number[], weights: number[]) => void) => {
    for (let y = 0; y < n; y++)
      for (let x = 0; x < n; x++) {
        if ((x % 2 === 0 && y % 2 === 0) || (x % 2 === 1 && y % 2 === 1) !== faces) continue;
        const [neighbours, weights] = shares(x, y);
        f(y * n + x, neighbours, weights);
      }
  };
  return {
    interpolate(coarse: Float64Array): Float64Array {
      const fine = new Float64Array(n * n);
      for (let y = 0; y < c; y++) for (let x = 0; x < c; x++) fine[2 * y * n + 2 * x] = coarse[y * c + x];
      for (const faces of [false, true])
        visit(faces, (i, neighbours, weights) => {
          for (let k = 0; k < 4; k++) if (weights[k] > 0) fine[i] += weights[k] * fine[neighbours[k]];
        });
      return fine;
    },
    restrict(residual: Float64Array): Float64Array {
      const fine = residual.slice();
      for (const faces of [true, false])
        visit(faces, (i, neighbours, weights) => {
          for (let k = 0; k < 4; k++) if (weights[k] > 0) fine[neighbours[k]] += weights[k] * fine[i];
        });
      return Float64Array.from({ length: c * c }, (_, k) => fine[2 * Math.floor(k / c) * n + 2 * (k % c)]);
    },
  };
}

/**
 * The inverse on functions of mean 0, by Cholesky's decomposition of L plus a multiple of the projection on constants.
 */
function direct(lattice: Lattice): LinearMap {
  const { cells, along, across } = lattice;
  if (cells > DIRECT)
    throw new RangeError(
      `multigrid: ${cells} cells are left of the halving, expected at most ${DIRECT}; take a power of 2 times a small number of cells`,
    );
  const size = (cells + 1) ** 2;
  const apply = laplacian(lattice);
  const L = matrix(size, size);
  const level = Math.max(...along, ...across) / size;
  for (let k = 0; k < size; k++) {
    const e = new Float64Array(size);
    e[k] = 1;
    apply(e).forEach((value, i) => (L.values[i * size + k] = value + level));
  }
  const factor = cholesky(L);
  return (b) => {
    const x = b.slice();
    for (let i = 0; i < size; i++) {
      const li = row(factor, i);
      for (let k = 0; k < i; k++) x[i] -= li[k] * x[k];
      x[i] /= li[i];
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) x[i] -= factor.values[k * size + i] * x[k];
      x[i] /= factor.values[i * size + i];
    }
    return x;
  };
}
