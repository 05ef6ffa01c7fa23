import type { Distribution, VectorField } from "../../diffusion/distribution.js";
import type { Matrix } from "../../math/matrix.js";
import { addFields } from "./fields.js";
import { edgeError, edgeVectors, helmholtzGrid, lattice, type EdgeField, type GridHelmholtz } from "./grid.js";

/** The decomposition of a field of known parts on one grid. */
export interface GridSplit {
  /** along an edge */
  readonly cells: number;
  /** E |f|² */
  readonly field: number;
  /** E |∇φ|² */
  readonly gradient: number;
  /** E |r|² */
  readonly gauge: number;
  /** the larger of E ∇φ · r and E |f|² - E |∇φ|² - E |r|², over E |f|²; 0 but for round-off */
  readonly defect: number;
  /** the larger of the relative errors of the two parts, O(1 / cells²) */
  readonly error: number;
  /** of conjugate gradients */
  readonly iterations: number;
  readonly split: GridHelmholtz;
}

/** Settings of gridConvergence. */
export interface GridConvergenceOptions {
  readonly sigma: number;
  /** the square [from, to]² */
  readonly from: number;
  readonly to: number;
  /** of each grid */
  readonly cells: readonly number[];
}

/**
 * Decomposes the sum of a gradient and a gauge field of p on several grids, and compares what is found with the two.
 *
 * @throws RangeError as helmholtzGrid does
 */
export function gridConvergence(
  p: Pick<Distribution, "logDensity">,
  parts: { readonly gradient: VectorField; readonly gauge: VectorField },
  { sigma, from, to, cells }: GridConvergenceOptions,
): GridSplit[] {
  const logDensity = (x: Matrix) => p.logDensity(x, sigma);
  const f = addFields(parts.gradient, parts.gauge);
  return cells.map((count) => {
    const grid = { from, to, cells: count };
    const split = helmholtzGrid(logDensity, (x) => f.score(x, sigma), grid);
    const { field, gradient, gauge } = split.energy;
    const errors = (["gradient", "gauge"] as const).map((part) =>
      edgeError(logDensity, split[part], (x) => parts[part].score(x, sigma), grid),
    );
    return {
      cells: count,
      ...split.energy,
      defect: Math.max(Math.abs(split.product), Math.abs(field - gradient - gauge)) / field,
      error: Math.max(...errors),
      iterations: split.iterations,
      split,
    };
  });
}

/** A current p f on a lattice of the plane, under a title. */
export interface CurrentPanel {
  readonly title: string;
  readonly streams: { readonly points: Matrix; readonly vectors: Matrix; readonly weight: Float64Array };
}

/**
 * Returns the currents of a field of p and of its two parts on a grid, at every `stride`-th node: panels of a figure.
 */
export function gridCurrents(
  p: Pick<Distribution, "logDensity">,
  f: Pick<VectorField, "score">,
  { grid, gradient, gauge }: GridHelmholtz,
  { sigma, stride }: { readonly sigma: number; readonly stride: number },
): CurrentPanel[] {
  const at = (edges: EdgeField) => edgeVectors(edges, grid, stride);
  const { points } = at(gradient);
  const weight = p.logDensity(points, sigma).map(Math.exp);
  return [
    { title: "p f", streams: { points, vectors: f.score(points, sigma), weight } },
    { title: "gradient part p ∇φ", streams: { ...at(gradient), weight } },
    { title: "gauge part p r", streams: { ...at(gauge), weight } },
  ];
}

/**
 * Returns a plane density at every pair of the nodes: z at (x_i, y_j) in row j, what a figure draws under its panels.
 */
export function latticeDensity(
  p: Pick<Distribution, "logDensity">,
  sigma: number,
  nodes: Float64Array,
): { readonly x: Float64Array; readonly y: Float64Array; readonly z: Float64Array } {
  return { x: nodes, y: nodes, z: p.logDensity(lattice(nodes, nodes), sigma).map(Math.exp) };
}
