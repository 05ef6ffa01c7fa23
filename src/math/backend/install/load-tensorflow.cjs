"use strict";
// The one place that loads TensorFlow. Plain JavaScript, because the installation, which runs before anything is
// compiled, checks with it; src/math/backend/tensorflow.ts gives it to the rest. Run as a program, it is that check.

const util = require("node:util");

// tfjs-node 4.22.0 calls two functions of node:util that warn on Node 22 and are gone since Node 23.
const lostUtilities = {
  isArray: Array.isArray,
  isNullOrUndefined: (value) => value === null || value === undefined,
};

/**
 * What must be in place before anybody loads @tensorflow/tfjs-node: no start-up lines, and what it uses of node:util.
 */
exports.prepareTensorflow = function prepareTensorflow() {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // errors only; this and the next are read when the library is loaded
  process.env.TF_ENABLE_ONEDNN_OPTS ??= "1"; // a quarter faster for networks; by default on newer processors alone
  Object.assign(util, lostUtilities);
};

/** Loads @tensorflow/tfjs-node with its native backend, without a line on stdout or stderr. */
exports.loadTensorflow = function loadTensorflow() {
  exports.prepareTensorflow();
  return require("@tensorflow/tfjs-node");
};

if (require.main === module) {
  const tf = exports.loadTensorflow();
  const product = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0];
  if (tf.getBackend() !== "tensorflow" || product !== 11)
    throw new Error(`[1 2]·[3 4]ᵀ = ${product} on the backend "${tf.getBackend()}", expected 11 on "tensorflow"`);
}
