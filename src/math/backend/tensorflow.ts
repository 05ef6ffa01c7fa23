import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import util from "node:util";

/** TensorFlow.js on the native library. Everything that computes with it gets it here. */
export type TensorFlow = typeof import("@tensorflow/tfjs-node");

const require = createRequire(import.meta.url);

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

/**
 * The package that brings it: its package.json and its version, as what it computes may differ between two.
 *
 * @throws Error if npm has left it out
 */
export function tensorflowPackage(): { readonly file: string; readonly version: string } {
  const name = "@tensorflow/tfjs-node/package.json";
  try {
    return { file: require.resolve(name), version: (require(name) as { version: string }).version };
  } catch (cause) {
    throw new Error(
      "tensorflow: npm has left out @tensorflow/tfjs-node, as it does where that package's own script fails; get it by `npm install --ignore-scripts`, then `npx scorebook setup`",
      { cause },
    );
  }
}

/** The sentence to tell where there is none. */
export const withoutTensorflow =
  "without TensorFlow's native library networks are not trained and have no derivatives; `npx scorebook setup` installs it";

/** Whether the native library is there, without loading it. */
export function tensorflowIsThere(): boolean {
  try {
    const folder = join(dirname(tensorflowPackage().file), "lib");
    return readdirSync(folder).some((napi) => existsSync(join(folder, napi, "tfjs_binding.node")));
  } catch {
    return false;
  }
}

function load(): TensorFlow | Error {
  try {
    prepareTensorflow();
    return require("@tensorflow/tfjs-node") as TensorFlow;
  } catch (cause) {
    const why = (cause as Error).message.split("\n")[0];
    return new Error(
      `tensorflow: the native library does not load (${why}); \`npx scorebook setup\` installs it, or names what is missing`,
      { cause },
    );
  }
}

/** What tfjs-node 4.22.0 calls of node:util, which warns on Node 22 and is gone since Node 23. */
const lostUtilities = {
  isArray: Array.isArray,
  isNullOrUndefined: (value: unknown) => value === null || value === undefined,
};

/** Puts in place what must be there before any module loads TensorFlow: no start-up lines, and lost functions. */
export function prepareTensorflow(): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // errors only; this and the others are read when the library is loaded
  const { SCOREBOOK_THREADS: threads } = process.env;
  if (threads) for (const name of ["TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"]) process.env[name] ??= threads;
  process.env.TF_ENABLE_ONEDNN_OPTS ??= "1"; // a quarter faster for networks; by default on newer processors alone
  Object.assign(util, lostUtilities);
}
