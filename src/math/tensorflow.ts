import { createRequire } from "node:module";
import path from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs-node";

let loaded: typeof TensorFlow | undefined;

/**
 * TensorFlow with its native backend. It is loaded by the first call (about 0.5 s), so that what does not use it does not
 * wait for it, and prints nothing.
 *
 * @throws Error if its native library does not load
 */
export function tensorflow(): typeof TensorFlow {
  return (loaded ??= load());
}

function load(): typeof TensorFlow {
  const require = createRequire(import.meta.url);
  // The loader is not compiled: the installation uses it before anything is.
  const root = path.dirname(require.resolve("scorebook/package.json"));
  try {
    return require(path.join(root, "src", "math", "load-tensorflow.cjs")).loadTensorflow();
  } catch (error) {
    const why = (error as Error).message.split("\n")[0];
    throw new Error(
      `tensorflow: the native library does not load (${why}); install it with \`npm run postinstall\` in ${root}, which names what is missing`,
      { cause: error },
    );
  }
}
