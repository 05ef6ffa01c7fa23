import { createRequire } from "node:module";
import { arch, cpus, platform } from "node:os";
import { onnxruntimeInUse } from "../math/onnxruntime.js";
import { blasInUse } from "../math/openblas.js";
import { processors } from "../math/processors.js";
import { tensorflowIsThere } from "../math/tensorflow.js";

const require = createRequire(import.meta.url);
const tfjs = "@tensorflow/tfjs-node";

/**
 * The versions on which numbers and pictures depend besides the notebooks; a version is null where a package is not
 * installed.
 */
export interface Environment {
  readonly scorebook: string | null;
  readonly node: string;
  /** operating system and architecture, such as linux-x64 */
  readonly platform: string;
  readonly cpu: string;
  /** threads that native arithmetic may use: sums are rounded otherwise with another number */
  readonly threads: number;
  readonly typescript: string | null;
  /** of the linear algebra in float64: the version installed, or the place of another library; null where it is plain JavaScript */
  readonly blas: string | null;
  /** that evaluates networks, likewise; null where TensorFlow does */
  readonly onnxruntime: string | null;
  /** of TensorFlow.js; null where its native library is missing, too */
  readonly tensorflow: string | null;
  readonly plotly: string | null;
  readonly danfo: string | null;
}

/** Returns the versions and the machine that notebooks run with here. */
export function environment(): Environment {
  return {
    scorebook: versionOf("scorebook"),
    node: process.versions.node,
    platform: `${platform()}-${arch()}`,
    cpu: cpus()[0]?.model ?? "unknown",
    threads: processors(),
    typescript: versionOf("typescript"),
    blas: blasInUse(),
    onnxruntime: onnxruntimeInUse(),
    tensorflow: tensorflowIsThere() ? versionOf(tfjs) : null,
    plotly: versionOf("plotly.js-dist"),
    danfo: versionOf("danfojs-node"),
  };
}

function versionOf(name: string): string | null {
  try {
    return (require(`${name}/package.json`) as { version: string }).version;
  } catch {
    return null;
  }
}
