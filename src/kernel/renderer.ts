import type { Figure } from "./figure.js";
export { FigureError, type Figure } from "./figure.js";
export interface RenderedFigure { readonly png: string; readonly width: number; readonly height: number }
export interface FigureRenderer { png(figure: Figure): Promise<RenderedFigure>; close(): Promise<void> }
