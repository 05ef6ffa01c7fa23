import { flagAttribute } from "../../math/backend/binding.js";
import { upload, type Tensor } from "../../math/backend/tensors.js";
import type { Variable } from "../../math/backend/variable.js";

/** Parameters with Adam's means of their gradient and of its square, vectors of one length. */
export interface AdamVariables {
  readonly parameters: Variable;
  readonly first: Variable;
  readonly second: Variable;
}

const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/** Changes the parameters by the step of Adam (arXiv 1412.6980) with the given number, from 1 on; inside `tidy`. */
export function applyAdam(
  { parameters, first, second }: AdamVariables,
  step: number,
  rate: number,
  gradient: Tensor,
): void {
  parameters.update(
    "ResourceApplyAdam",
    [first.handle, second.handle, ...[BETA1 ** step, BETA2 ** step, rate, BETA1, BETA2, EPSILON].map(scalar), gradient],
    [flagAttribute("use_locking", false), flagAttribute("use_nesterov", false)],
  );
}

/** A float32 scalar; inside `tidy`. */
export const scalar = (value: number): Tensor => upload(Float32Array.of(value), [], "float32");
