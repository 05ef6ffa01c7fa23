/** What the command line and the kernel need of TensorFlow: whether it is there, how to get it, how to begin with it. */
export { prepareTensorflow, tensorflowIsThere, withoutTensorflow } from "./backend/tensorflow.js";

/** Installs TensorFlow's native library, see `backend/install`; the installer is loaded by this call alone. */
export async function installTensorflow(unpinned = false): Promise<void> {
  await (await import("./backend/install/tensorflow.js")).installTensorflow(console.log, unpinned);
}
