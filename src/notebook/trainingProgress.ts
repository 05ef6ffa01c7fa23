import { SingleBar } from "cli-progress";
import { escapeHtml } from "../kernel/html.js";
import { display, updateDisplay } from "../kernel/worker/display.js";

/** The state of a training. */
export interface TrainingFigures {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** steps per second */
  readonly rate: number;
}

/** A view of a training's progress. */
export interface TrainingView {
  progress(figures: TrainingFigures): void;
  stop(): void;
}

let count = 0;

/**
 * Shows how far a training is, its loss and its rate: in a notebook a line that is replaced (`trainDenoiser(data,
 * config, trainingProgress("ring"))`), on a terminal a bar, in a log a line about every half minute and one at the end.
 */
export function trainingProgress(
  name: string,
  { notebook = Symbol.for("scorebook.display") in globalThis, terminal = process.stderr.isTTY === true } = {},
): TrainingView {
  if (notebook) return replaced(name);
  if (!terminal) return logged(name);
  const bar = new SingleBar({
    format: `${name} {bar} {value}/{total} steps, loss {loss}, {rate} steps/s, {eta_formatted}`,
    hideCursor: true,
    gracefulExit: false,
    linewrap: false,
  });
  let started = false;
  return {
    progress({ step, steps, loss, rate }) {
      if (!started) bar.start(steps, 0);
      started = true;
      bar.update(step, { loss: loss.toFixed(4), rate: rate.toFixed(1) });
    },
    stop: () => bar.stop(),
  };
}

const line = (name: string, { step, steps, loss, rate }: TrainingFigures) =>
  `${name}: step ${step} of ${steps}, loss ${loss.toFixed(4)}, ${rate.toPrecision(3)} steps/s`;

function replaced(name: string): TrainingView {
  const id = `scorebook-training-${++count}`;
  let shown = false;
  return {
    progress(figures) {
      const bundle = {
        "text/html": `<progress value="${figures.step}" max="${figures.steps}"></progress> ${escapeHtml(line(name, figures))}`,
        "text/plain": line(name, figures),
      };
      if (shown) updateDisplay(id, bundle);
      else display(bundle, { id });
      shown = true;
    },
    stop: () => {},
  };
}

function logged(name: string): TrainingView {
  let last = -Infinity;
  let final: TrainingFigures | undefined;
  return {
    progress(figures) {
      final = figures;
      if (performance.now() - last < 30_000) return;
      console.log(line(name, figures));
      last = performance.now();
      final = undefined;
    },
    stop: () => final && console.log(line(name, final)),
  };
}
