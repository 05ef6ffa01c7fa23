import { tensorflow } from "./backend/tensorflow.js";

/** A grey picture. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  /** 0 … 255, shape [height, width], row by row from the top left */
  readonly pixels: Uint8Array;
}

/**
 * Decodes a JPEG file to grey, by the decoder within TensorFlow.
 *
 * @throws Error if the file is no JPEG, or the native library does not load
 */
export function decodeJpeg(file: Uint8Array): GreyImage {
  const grey = tensorflow().node.decodeJpeg(file, 1);
  try {
    const [height, width] = grey.shape;
    return { width, height, pixels: Uint8Array.from(grey.dataSync()) };
  } finally {
    grey.dispose();
  }
}
