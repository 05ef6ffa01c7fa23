/** What the command line and reports need of ONNX Runtime: whether it is there, which, and how to get it. */
export { onnxruntimeInUse, onnxruntimeIsThere, withoutOnnxruntime } from "./backend/onnxruntimeFiles.js";

/** Installs ONNX Runtime, see `backend/install`; the installer is loaded by this call alone. */
export async function installOnnxruntime(): Promise<void> {
  await (await import("./backend/install/onnxruntime.js")).installOnnxruntime();
}
