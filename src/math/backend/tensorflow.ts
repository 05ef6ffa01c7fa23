import { createRequire } from "node:module";
import path from "node:path";

/** TensorFlow.js on the native library. Everything that computes with it gets it here. */
export type TensorFlow = typeof import("@tensorflow/tfjs-node");

interface Loader {
  prepareTensorflow(): void;
  loadTensorflow(): TensorFlow;
}

const require = createRequire(import.meta.url);
const root = path.dirname(require.resolve("scorebook/package.json"));
// The loader is not compiled: the installation uses it before anything is.
const loader = require(path.join(root, "src", "math", "backend", "install", "load-tensorflow.cjs")) as Loader;

let loaded: TensorFlow | Error | undefined;

/**
 * TensorFlow with its native backend. It is loaded by the first call (about 0.5 s), so that what does not use it does
 * not wait for it, and prints nothing.
 *
 * @throws Error if its native library does not load; `cause` has the reason
 */
export function tensorflow(): TensorFlow {
  loaded ??= load();
  if (loaded instanceof Error) throw loaded;
  return loaded;
}

/** The version of the package, as what it computes may differ between two. */
export function tensorflowVersion(): string {
  return (require("@tensorflow/tfjs-node/package.json") as { version: string }).version;
}

function load(): TensorFlow | Error {
  try {
    return loader.loadTensorflow();
  } catch (cause) {
    const why = (cause as Error).message.split("\n")[0];
    return new Error(
      `tensorflow: the native library does not load (${why}); install it with \`npm run postinstall\` in scorebook's folder, which names what is missing`,
      { cause },
    );
  }
}

/** What must be in place before any other module loads TensorFlow itself. */
export const prepareTensorflow: () => void = loader.prepareTensorflow;
