import { gaussianFromSpectrum, type Gaussian } from "../../src/diffusion/distributions/gaussian.js";
import { matrixFromRows, takeColumns } from "../../src/math/matrix.js";

const [cos, sin] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];

/** A Gaussian in the plane, turned by 30°, whose scores and states are known to twelve digits. */
export const golden: Gaussian = gaussianFromSpectrum({
  mean: Float64Array.of(0.5, -0.25),
  U: matrixFromRows([
    [cos, -sin],
    [sin, cos],
  ]),
  lambda: Float64Array.of(4, 0.01),
});

/** The same with its leading feature alone. */
export const goldenRank1: Gaussian = gaussianFromSpectrum({
  mean: golden.mean,
  U: takeColumns(golden.U, 1),
  lambda: Float64Array.of(4),
});

/** The state at σ = 80 from which they are known. */
export const x80 = matrixFromRows([[80, -40]]);
