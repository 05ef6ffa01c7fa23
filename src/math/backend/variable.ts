import { binding, type Attribute } from "./binding.js";
import {
  download,
  dtype,
  execute,
  flagAttribute,
  free,
  keep,
  releaseWith,
  textAttribute,
  tidy,
  typeAttribute,
  upload,
  type Tensor,
} from "./tensors.js";

let count = 0;

/** A float32 vector that TensorFlow changes in place; it is gone when disposed of or collected. */
export class Variable {
  readonly handle: Tensor;
  readonly dispose: () => void;

  constructor(values: Float32Array) {
    const shape = { name: "shape", type: binding().TF_ATTR_SHAPE, value: [values.length] };
    this.handle = tidy(() => {
      const [handle] = execute(
        "VarHandleOp",
        [
          typeAttribute("dtype", dtype("float32")),
          shape,
          textAttribute("container", ""),
          textAttribute("shared_name", `scorebook ${process.pid} ${count++}`),
        ],
        [],
      );
      execute(
        "AssignVariableOp",
        [typeAttribute("dtype", dtype("float32"))],
        [handle, upload(values.slice(), [values.length], "float32")],
        0,
      );
      return keep(handle);
    });
    this.dispose = releaseWith(this, destruction(this.handle));
  }

  /** The vector as it is now; a later change does not reach it. */
  read(): Tensor {
    return execute("ReadVariableOp", [typeAttribute("dtype", dtype("float32"))], [this.handle])[0];
  }

  values(): Float32Array {
    return tidy(() => download(this.read(), "float32") as Float32Array);
  }

  /** An operation that changes this variable first of all. */
  update(name: string, inputs: readonly Tensor[], attributes: readonly Attribute[]): void {
    execute(name, [typeAttribute("T", dtype("float32")), ...attributes], [this.handle, ...inputs], 0);
  }

  /** this += share · (other - this) */
  approach(other: Variable, share: Tensor): void {
    const [mine, its] = [this.read(), other.read()];
    const [difference] = execute("Sub", [typeAttribute("T", dtype("float32"))], [mine, its]);
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
