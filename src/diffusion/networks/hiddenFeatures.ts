import { matrix, withColumn, type Matrix } from "../../math/matrix.js";
import { Tape } from "../../math/backend/tape.js";
import { tidy, upload } from "../../math/backend/tensors.js";
import { overRows } from "../../math/rowBlocks.js";
import { mlp } from "./mlp.js";
import { noiseFeatures } from "./network.js";
import { preconditioning, type DenoiserModel } from "./networkDenoiser.js";

/** φ(x, σ) of points x, shape [n, d], each with its own σ, shape [n]: shape [n, m]. */
export type Features = (x: Matrix, sigmas: Float64Array) => Matrix;

/** Points at a time. */
const ROWS = 4096;

/**
 * Returns the features in which a perceptron is linear: its last hidden layer and a 1 for the bias, so that F = W φ.
 * With φ held fixed it is the linear model of arXiv 2504.12532, section 5.
 *
 * @throws RangeError if the network is no perceptron; the features, if there is not one σ for each point
 */
export function hiddenFeatures(
  { network: spec, dimension: d, sigmaData }: DenoiserModel,
  parameters: Float32Array,
): Features {
  if (spec.kind !== "mlp")
    throw new RangeError(
      `hiddenFeatures: the network is of kind ${JSON.stringify(spec.kind)}, expected "mlp", whose output is linear in one layer`,
    );
  const net = mlp(spec, d);
  const width = spec.hidden[spec.hidden.length - 1];
  const evaluate = (x: Matrix, sigmas: Float64Array) =>
    tidy(() => {
      const tape = new Tape("float32");
      const pieces = tape.split(
        upload(parameters, [parameters.length], "float32"),
        net.parameters.map(({ shape }) => shape),
      );
      const scaleIn = sigmas.map((sigma) => preconditioning(sigmaData, sigma).in);
      const input = tape.scaleRows(tape.constant(x.values, [x.rows, d]), tape.constant(scaleIn, [x.rows, 1]));
      const noise = tape.constant(noiseFeatures(sigmas, net.frequencies), [x.rows, 1 + 2 * net.frequencies]);
      const layer = net.hidden(tape, pieces, input, noise);
      return matrix(x.rows, width, Float64Array.from(tape.values(layer)));
    });
  return (x, sigmas) => {
    if (sigmas.length !== x.rows)
      throw new RangeError(`hiddenFeatures: ${sigmas.length} noise levels for ${x.rows} points, expected one each`);
    const layer = overRows(x, ROWS, width, (part, from) => evaluate(part, sigmas.slice(from, from + part.rows)));
    return withColumn(layer, new Float64Array(x.rows).fill(1));
  };
}
