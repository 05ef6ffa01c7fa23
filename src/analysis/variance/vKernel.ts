import { addScaled, matrix, type Matrix } from "../../math/matrix.js";
import { multiply } from "../../math/multiply.js";
import { requireDrawCount, type AsymptoticModel } from "./asymptoticModel.js";
import { featureFamily } from "./features.js";
import { scheduleOf } from "./trainingDraws.js";
import type { Objective } from "./denoisingExamples.js";

/** The covariance of a model's output over trainings, between inputs. */
export interface ModelCovariance {
  /** Cov(x̂_0(z), x̂_0(z')), shape [n d, n' d] */
  readonly denoiser: Matrix;
  /** Cov(ŝ_t(z), ŝ_t(z')) of x_t's score, likewise */
  readonly score: Matrix;
  /** V(z; z') = D_t Cov(ŝ_t(z), ŝ_t(z')) D_t', D = g² / 2, the covariance of the flow's velocity */
  readonly V: Matrix;
}

/** Inputs (x_t, t): rows of x and the time of each. */
export interface Inputs {
  readonly x: Matrix;
  readonly t: ArrayLike<number>;
}

/**
 * The V-kernel of a linear model trained on P draws, the covariance over trainings of what its flow does at z and at z'
 * (Vastola, arXiv 2504.12532, Props. 3.1 and 5.1).
 *
 * @throws RangeError if P is not positive, or there is not one time for each row of an input
 */
export function vKernel(
  model: AsymptoticModel,
  P: number,
  z: Inputs,
  other: Inputs = z,
  objective: Objective = "J1",
): ModelCovariance {
  requireDrawCount("vKernel", P);
  const { noise, inputs, problem, form } = model;
  const [d, schedule] = [problem.points.cols, scheduleOf(problem)];
  const family = featureFamily(model.features);
  const F = family.count;
  const covariance = objective === "J1" ? addScaled(inputs, 1, noise) : inputs;
  const [phi, psi] = [z, other].map(({ x, t }) => family.evaluate(x, t));
  const output = matrix(phi.rows * d, psi.rows * d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) {
      const block = matrix(F, F);
      for (let k = 0; k < F; k++)
        for (let l = 0; l < F; l++) block.values[k * F + l] = covariance.values[(i * F + k) * d * F + j * F + l] / P;
      const between = multiply(multiply(phi, block), psi, { transposeB: true });
      for (let n = 0; n < phi.rows; n++)
        for (let m = 0; m < psi.rows; m++)
          output.values[(n * d + i) * output.cols + m * d + j] = between.values[n * psi.rows + m];
    }
  const scales = [z, other].map(({ t }) =>
    Array.from(t, (time) => {
      const [alpha, sigma] = [schedule.alpha(time), schedule.noiseLevel(time)];
      const slope = 1 / (alpha * sigma ** 2); // dŝ_t / dx̂_0
      return { denoiser: 1, score: slope, V: slope * schedule.diffusion(time) };
    }),
  );
  const own = form === "denoiser" ? "denoiser" : "score";
  const as = (what: "denoiser" | "score" | "V"): Matrix => ({
    ...output,
    values: output.values.map((value, i) => {
      const [a, b] = [
        scales[0][Math.floor(Math.floor(i / output.cols) / d)],
        scales[1][Math.floor((i % output.cols) / d)],
      ];
      return (value * a[what] * b[what]) / (a[own] * b[own]);
    }),
  });
  return { denoiser: as("denoiser"), score: as("score"), V: as("V") };
}
