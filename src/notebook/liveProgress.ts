import { SingleBar } from "cli-progress";
import { escapeHtml } from "../kernel/html.js";
import { display, updateDisplay } from "../kernel/worker/display.js";

/** A view of the progress of something long, whose state is given by its figures. */
export interface LiveProgress<Figures> {
  progress(figures: Figures): void;
  /** leaves the terminal as it was; only what does not come to its end needs it */
  stop(): void;
}

/** The state of a training. */
export interface TrainingFigures {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** steps per second */
  readonly rate: number;
}

/** The state of an ensemble. */
export interface EnsembleFigures {
  readonly done: number;
  readonly total: number;
}

/** The place where progress is shown, found out by default. */
export interface ProgressPlace {
  readonly notebook?: boolean;
  readonly terminal?: boolean;
}

/**
 * Shows how far a training is, its loss and its rate: in a notebook a line that is replaced (`trainDenoiser(data,
 * config, trainingProgress("ring"))`), on a terminal a bar, in a log a line about every half minute and one at the end.
 */
export const trainingProgress = (name: string, place?: ProgressPlace): LiveProgress<TrainingFigures> =>
  liveProgress(
    ({ step, steps, loss, rate }) => ({
      done: step,
      total: steps,
      text: `${name}: step ${step} of ${steps}, loss ${loss.toFixed(4)}, ${rate.toPrecision(3)} steps/s`,
    }),
    place,
  );

/** Shows how much of an ensemble is computed, likewise: `ensemble(task, module, members, ensembleProgress("models"))`. */
export const ensembleProgress = (name: string, place?: ProgressPlace): LiveProgress<EnsembleFigures> =>
  liveProgress(({ done, total }) => ({ done, total, text: `${name} ${done} of ${total}` }), place);

type Describe<Figures> = (figures: Figures) => {
  readonly done: number;
  readonly total: number;
  readonly text: string;
};

function liveProgress<Figures>(
  describe: Describe<Figures>,
  {
    notebook = Symbol.for("scorebook.display") in globalThis,
    terminal = process.stderr.isTTY === true,
  }: ProgressPlace = {},
): LiveProgress<Figures> {
  if (notebook) return replaced(describe);
  return terminal ? drawn(describe) : logged(describe);
}

let count = 0;

function replaced<Figures>(describe: Describe<Figures>): LiveProgress<Figures> {
  const id = `scorebook-progress-${++count}`;
  let shown = false;
  return {
    progress(figures) {
      const { done, total, text } = describe(figures);
      const bundle = {
        "text/html": `<progress value="${done}" max="${total}"></progress> ${escapeHtml(text)}`,
        "text/plain": text,
      };
      if (shown) updateDisplay(id, bundle);
      else display(bundle, { id });
      shown = true;
    },
    stop: () => {},
  };
}

function drawn<Figures>(describe: Describe<Figures>): LiveProgress<Figures> {
  const bar = new SingleBar({
    format: "{bar} {text}, {eta_formatted}",
    hideCursor: true,
    gracefulExit: false,
    linewrap: false,
    stopOnComplete: true,
  });
  let started = false;
  return {
    progress(figures) {
      const { done, total, text } = describe(figures);
      if (!started) bar.start(total, 0, { text });
      started = true;
      bar.update(done, { text });
    },
    stop: () => bar.stop(),
  };
}

function logged<Figures>(describe: Describe<Figures>): LiveProgress<Figures> {
  let last = -Infinity;
  let final: string | undefined;
  return {
    progress(figures) {
      const { done, total, text } = describe(figures);
      final = text;
      if (done < total && performance.now() - last < 30_000) return;
      console.log(text);
      last = performance.now();
      final = undefined;
    },
    stop: () => final !== undefined && console.log(final),
  };
}
