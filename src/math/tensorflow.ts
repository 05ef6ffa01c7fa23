export { prepareTensorflow } from "./backend/tensorflow.js";
