/**
 * `node check.js` fails unless TensorFlow loads and computes natively: a crash of its library ends no other process.
 */
import { tensorflow, type TensorFlow } from "../tensorflow.js";

function loaded(): TensorFlow {
  try {
    return tensorflow();
  } catch (error) {
    throw (error as Error).cause; // the rest of its message is for those who do not install it just now
  }
}

const tf = loaded();
const product = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0];
if (tf.getBackend() !== "tensorflow" || product !== 11)
  throw new Error(`[1 2]·[3 4]ᵀ = ${product} on the backend "${tf.getBackend()}", expected 11 on "tensorflow"`);
