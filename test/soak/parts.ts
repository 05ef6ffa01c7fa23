import { damagedFiles } from "./damagedFiles.js";
import { browserKills, evaluatorKills, runnerKills } from "./kills.js";
import { maliciousFigures } from "./maliciousFigures.js";
import { mixedCells } from "./mixedCells.js";
import type { Part } from "./part.js";
import { storms } from "./storms.js";

/** The parts of the soak with their shares of its time, where at most so many mixed cells run. */
export const parts = (cells: number): Readonly<Record<string, readonly [share: number, part: Part]>> => ({
  "mixed cells": [0.4, mixedCells(cells)],
  "kills of the evaluator": [0.15, evaluatorKills],
  "kills of the browser": [0.1, browserKills],
  "kills of the runner": [0.15, runnerKills],
  "storms of interrupts and questions": [0.1, storms],
  "damaged files": [0.02, damagedFiles],
  "malicious figures": [0.08, maliciousFigures],
});
