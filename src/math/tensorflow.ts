import { createRequire } from "node:module";

/** TensorFlow.js on the native library. Everything that computes with it gets it here. */
export type TensorFlow = typeof import("@tensorflow/tfjs-node");

const require = createRequire(import.meta.url);
let loaded: TensorFlow | Error | undefined;

/**
 * TensorFlow, loaded by the first call, so that a program which does not need it does not wait for it.
 *
 * @throws Error if it is not installed or does not load; `cause` has the reason
 */
export function tensorflow(): TensorFlow {
  loaded ??= load();
  if (loaded instanceof Error) throw loaded;
  return loaded;
}

function load(): TensorFlow | Error {
  prepareTensorflow();
  try {
    return require("@tensorflow/tfjs-node") as TensorFlow;
  } catch (cause) {
    return new Error("tensorflow: the native library does not load; run `npm run postinstall` to install it", { cause });
  }
}

/**
 * What must be in place before any module loads TensorFlow: its start-up log lines (level 0-2) are switched off unless the
 * environment asks for them, and what it uses of `util` exists, which Node removed in version 23.
 */
export function prepareTensorflow(): void {
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
  const util = require("node:util") as Record<string, unknown>;
  util["isNullOrUndefined"] ??= (value: unknown) => value === null || value === undefined;
  util["isArray"] ??= Array.isArray;
}
