/** Figures: arrays in, Plotly's data and layout out. */
export { arcFigure, type ArcPath } from "./papers/arc.js";
export {
  componentsFigure,
  determinationFigure,
  modeDeviationFigure,
  offRotationFigure,
  type NamedShares,
} from "./papers/trajectories.js";
export { beside } from "./beside.js";
export { convergenceFigure } from "./convergence.js";
export { curvesFigure, estimateSeries, recordSeries, type Series } from "./curves.js";
export { dimensionFigure, type DimensionOptions, type DimensionSeries } from "./papers/dimension.js";
export { elementsFigure, type FieldElements } from "./papers/elements.js";
export { emergenceFigure } from "./papers/emergence.js";
export { farFieldFigure } from "./papers/farField.js";
export { heatmapsFigure, type HeatmapPanel } from "./heatmaps.js";
export { histogramBandsFigure, type HistogramBands } from "./papers/histogramBands.js";
export { imagesFigure, imagesInRows } from "./images.js";
export { withLevels, type Level } from "./levels.js";
export { mixtureRanksFigure } from "./papers/mixtureRanks.js";
export { panelsFigure, type Panel } from "./panels.js";
export { planeDensitiesFigure, type PlaneDensity } from "./papers/planeDensities.js";
export { planeFigure, type Cloud } from "./plane.js";
export { planeMapsFigure, type PlaneMap } from "./planeMaps.js";
export { proxySharesFigure, proxySharesSlider, type ProxyShares } from "./papers/proxyShares.js";
export { fieldsFigure, type FieldPanel } from "./fields.js";
export type { PointRows } from "./pointRows.js";
export {
  densityErrorsFigure,
  gaugeDoseFigure,
  gaugeEnergyFigure,
  gaugeTrainingFigure,
  type GaugeDose,
  type GaugeDoseOptions,
  type GaugeEnergy,
} from "./papers/gauge.js";
export { spectrumMarks, withMarks, type Mark } from "./marks.js";
export { rankFigure } from "./papers/rank.js";
export {
  skipCostFigure,
  skipFigure,
  skipMapsFigure,
  skipSamplesFigure,
  type SkipCost,
  type SkipPoint,
} from "./papers/skips.js";
export { pathErrorsFigure } from "./papers/paths.js";
export { pathPanelsFigure, transitionSlider, type PathPanel } from "./papers/mostLikelyPaths.js";
export { ringPathsFigure, ringPathsSlider } from "./papers/ringPaths.js";
export { singularValuesFigure, type SingularValueSeries } from "./papers/singularValues.js";
export { sliderFigure, type SliderStep } from "./slider.js";
export { spectrumFigure } from "./spectrum.js";
export { learningFigure, unexplainedFigure } from "./papers/unexplained.js";
export { unexplainedPanels } from "./papers/unexplainedPanels.js";
export type { Figure } from "./style.js";
