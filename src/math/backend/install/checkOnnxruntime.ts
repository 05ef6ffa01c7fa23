/** `node checkOnnxruntime.js <library>` fails unless the library evaluates a small network right. */
import { OnnxGraph } from "../onnxGraph.js";
import { openOnnxruntime } from "../onnxruntime.js";

const graph = new OnnxGraph();
const W = graph.constant([1, 2, 3, 4, 5, 6], [2, 3]);
const session = openOnnxruntime(process.argv[2]).session(graph.model("y", graph.matMul(graph.input("x", 2), W)));
const y = new Float32Array(3);
session.run([{ name: "x", values: Float32Array.of(1, -1), shape: [1, 2] }], { name: "y", values: y, shape: [1, 3] });
if (y.some((value) => value !== -3)) throw new Error(`[1 -1] · [1 2 3; 4 5 6] = [${y.join(" ")}], expected -3 -3 -3`);
