import { squareCorners } from "../../datasets/planePoints.js";
import type { Matrix } from "../../math/matrix.js";
import type { Objective } from "./denoisingExamples.js";
import { fourierProducts, gaussianProducts } from "./features.js";
import { linearEnsembles, type LinearEnsembleOptions } from "./linearEnsemble.js";
import { planeHistogram, squareShape, type PlaneHistogram, type SquareShape } from "./squareShapes.js";

/** Where the samples of one kind of model lie about the square. */
export interface SquareRow extends SquareShape {
  readonly features: "Gaussian" | "Fourier";
  readonly target: Objective;
  /** of the corners, in degrees */
  readonly angle: number;
}

/** The mean density of the samples of one kind of model, for a figure. */
export interface SquareDensity extends PlaneHistogram {
  readonly row: string;
  readonly column: string;
  readonly points: Matrix;
}

/** What models of four points at the corners of a square sample. */
export interface SquareStudy {
  /** Gaussian features first, and of each kind J1 first */
  readonly shapes: readonly SquareRow[];
  readonly densities: readonly SquareDensity[];
}

/** Settings of squareStudy. */
export interface SquareStudyOptions extends LinearEnsembleOptions {
  /** of the corners, in degrees */
  readonly angles?: readonly number[];
  readonly P?: number;
  /** features along each coordinate and time */
  readonly features?: number;
  readonly epsilon?: number;
}

/**
 * Trains linear models of Gaussian and of Fourier features on four points on the unit circle at several angles, by both
 * objectives (Vastola, arXiv 2504.12532, Fig. 3, whose settings are the defaults).
 *
 * @throws Error as `ensemble` does
 */
export async function squareStudy({
  angles = [0, 22.5, 45],
  P = 500,
  features: count = 10,
  epsilon = 0.01,
  ...options
}: SquareStudyOptions): Promise<SquareStudy> {
  const times = [epsilon, 1] as const;
  const kinds = (["Gaussian", "Fourier"] as const).flatMap((kind) => angles.map((angle) => ({ kind, angle })));
  const ensembles = await linearEnsembles(
    kinds.map(({ kind, angle }) => ({
      problem: { points: squareCorners((angle * Math.PI) / 180), times },
      features: (kind === "Gaussian" ? gaussianProducts : fourierProducts)(2, count, times),
      P,
    })),
    options,
  );
  const rows = (["J1", "J0"] as const).flatMap((target) =>
    kinds.map(({ kind, angle }, i) => {
      const { points } = ensembles[i].problem;
      const { samples } = ensembles[i][target];
      return {
        shape: { features: kind, target, angle, ...squareShape(samples, points) },
        density: { row: `${kind}, ${target}`, column: `${angle}°`, points, ...planeHistogram(samples) },
      };
    }),
  );
  const gaussianFirst = [...rows].sort(
    (a, b) => Number(a.shape.features === "Fourier") - Number(b.shape.features === "Fourier"),
  );
  return {
    shapes: gaussianFirst.map(({ shape }) => shape),
    densities: gaussianFirst.map(({ density }) => density),
  };
}
