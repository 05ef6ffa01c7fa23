import { flagAttribute, integerAttribute, textAttribute, type Attribute } from "./binding.js";
import { run } from "./ops.js";
import { integers, type Tensor } from "./tensors.js";

/*
 * TensorFlow's operations on images of shape [batch, height, width, channels], and what their gradients need.
 */

const layout = (): Attribute => textAttribute("data_format", "NHWC");

const convolution = (): Attribute[] => [
  integerAttribute("strides", [1, 1, 1, 1]),
  textAttribute("padding", "SAME"),
  layout(),
  integerAttribute("dilations", [1, 1, 1, 1]),
];

const pooling = (): Attribute[] => [
  integerAttribute("ksize", [1, 2, 2, 1]),
  integerAttribute("strides", [1, 2, 2, 1]),
  textAttribute("padding", "VALID"),
  layout(),
];

const blocks = (): Attribute[] => [integerAttribute("block_size", 2), layout()];

/** Convolution with W of shape [height, width, in, out], zeros beyond the edges, same size. */
export const conv2d = (x: Tensor, W: Tensor): Tensor => run("Conv2D", [x, W], convolution());

/** The gradient of `conv2d` with respect to x, which has the given shape. */
export const conv2dInputGradient = (shape: readonly number[], W: Tensor, dy: Tensor): Tensor =>
  run("Conv2DBackpropInput", [integers(shape), W, dy], convolution(), dy);

/** The gradient of `conv2d` with respect to W, which has the given shape. */
export const conv2dFilterGradient = (x: Tensor, shape: readonly number[], dy: Tensor): Tensor =>
  run("Conv2DBackpropFilter", [x, integers(shape), dy], convolution());

/** Means of squares of 2 × 2 pixels. */
export const avgPool = (x: Tensor): Tensor => run("AvgPool", [x], pooling());

/** The gradient of `avgPool` with respect to its images, which have the given shape. */
export const avgPoolGradient = (shape: readonly number[], dy: Tensor): Tensor =>
  run("AvgPoolGrad", [integers(shape), dy], pooling(), dy);

/** Images of the given height and width, every pixel that of the nearest one of x. */
export const resizeNearestNeighbor = (x: Tensor, size: readonly number[]): Tensor =>
  run(
    "ResizeNearestNeighbor",
    [x, integers(size)],
    [flagAttribute("align_corners", false), flagAttribute("half_pixel_centers", false)],
  );

/** Squares of 2 × 2 pixels as pixels of four times the channels. */
export const spaceToDepth = (x: Tensor): Tensor => run("SpaceToDepth", [x], blocks());

/** The inverse of `spaceToDepth`. */
export const depthToSpace = (x: Tensor): Tensor => run("DepthToSpace", [x], blocks());
