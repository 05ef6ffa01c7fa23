import { randomUUID } from "node:crypto";
import { DType, flagAttribute, shapeAttribute, textAttribute, typeAttribute, type Attribute } from "./binding.js";
import { sub } from "./ops.js";
import { download, execute, free, keep, releaseWith, tidy, upload, type Tensor } from "./tensors.js";

/** A float32 vector that TensorFlow changes in place; it is gone when disposed of or collected. */
export class Variable {
  readonly handle: Tensor;
  readonly dispose: () => void;

  constructor(values: Float32Array) {
    this.handle = tidy(() => {
      const [handle] = execute(
        "VarHandleOp",
        [
          typeAttribute("dtype", DType.float32),
          shapeAttribute("shape", [values.length]),
          textAttribute("container", ""),
          textAttribute("shared_name", randomUUID()),
        ],
        [],
      );
      execute(
        "AssignVariableOp",
        [typeAttribute("dtype", DType.float32)],
        [handle, upload(values.slice(), [values.length], "float32")],
        0,
      );
      return keep(handle);
    });
    this.dispose = releaseWith(this, destruction(this.handle));
  }

  /** The vector as it is now; a later change does not reach it. */
  read(): Tensor {
    return execute("ReadVariableOp", [typeAttribute("dtype", DType.float32)], [this.handle])[0];
  }

  values(): Float32Array {
    return tidy(() => download(this.read()) as Float32Array);
  }

  /** An operation that changes this variable first of all. */
  update(name: string, inputs: readonly Tensor[], attributes: readonly Attribute[]): void {
    execute(name, [typeAttribute("T", DType.float32), ...attributes], [this.handle, ...inputs], 0);
  }

  /** this += share · (other - this) */
  approach(other: Variable, share: Tensor): void {
    const [mine, its] = [this.read(), other.read()];
    const difference = sub(mine, its);
    free(mine); // so that the change needs no copy
    this.update("ResourceApplyGradientDescent", [share, difference], [flagAttribute("use_locking", false)]);
  }
}

function destruction(handle: Tensor): () => void {
  return () => {
    execute("DestroyResourceOp", [flagAttribute("ignore_lookup_error", true)], [handle], 0);
    free(handle);
  };
}
