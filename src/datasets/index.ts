/** Data sets: digits, clothes, photographs, and point sets with known geometry. */
export { digits, type Digits } from "./digits.js";
export { fashion, fashionClasses } from "./fashion.js";
export { byClass, type ImageOptions, type LabelledImages } from "./images.js";
export { planePointSets, squareCorners } from "./planePoints.js";
export { patches, photographs, type Patches } from "./patches.js";
export { ring, sphere } from "./sphere.js";
export { spiral, swissRoll, swissRollGrid, type SpiralRange } from "./spiral.js";
export { lollipop, lollipopGrid, type Lollipop, type LollipopGrid } from "./lollipop.js";
export { translatedBlobGrid, translatedBlobs, type BlobOptions, type Blobs } from "./blobs.js";
export { gaussianWithSpectrum, powerLawSpectrum, type SpectrumSet } from "./spectrum.js";
export { manifoldPoints } from "./manifolds.js";
export { embed, type PointSet } from "./points.js";
