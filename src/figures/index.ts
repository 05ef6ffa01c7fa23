/** Figures: arrays in, Plotly's data and layout out. */
export { convergenceFigure } from "./convergence.js";
export { curvesFigure, estimateSeries, recordSeries, type Series } from "./curves.js";
export { dimensionFigure, type DimensionOptions, type DimensionSeries } from "./papers/dimension.js";
export { dimensionMapFigure } from "./papers/dimensionMap.js";
export { emergenceFigure } from "./papers/emergence.js";
export { heatmapsFigure, type HeatmapPanel } from "./heatmaps.js";
export { imagesFigure, imagesInRows } from "./images.js";
export { panelsFigure, type Panel } from "./panels.js";
export { planeFigure, type Cloud } from "./plane.js";
export { fieldsFigure, type FieldPanel, type PointRows } from "./fields.js";
export { asymmetryFigure, gaugeEnergyFigure, gaugeTrainingFigure, type GaugeEnergy } from "./papers/gauge.js";
export { withMarks, type Mark } from "./marks.js";
export { skipFigure, skipMapsFigure, skipSamplesFigure, type SkipPoint } from "./papers/skips.js";
export { pathErrorsFigure } from "./papers/paths.js";
export { singularValuesFigure, type SingularValueSeries } from "./papers/singularValues.js";
export { spectrumFigure } from "./spectrum.js";
export { learningFigure, unexplainedFigure } from "./papers/unexplained.js";
export type { Figure } from "./style.js";
