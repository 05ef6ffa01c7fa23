/** The progress of a training. */
export interface TrainingProgress {
  readonly step: number;
  readonly steps: number;
  /** mean loss per coordinate since the progress before; 1 at initialization */
  readonly loss: number;
  /** steps per second since then */
  readonly rate: number;
}

/** Means of the loss and steps per second, told about twice a second. */
export class Meter {
  private loss = { sum: 0, count: 0 };
  private sinceState = { sum: 0, count: 0 };
  private step = 0;
  private start = performance.now();

  constructor(
    private readonly steps: number,
    private readonly progress?: (progress: TrainingProgress) => void,
  ) {}

  add(loss: number, step: number): void {
    for (const part of [this.loss, this.sinceState]) {
      part.sum += loss;
      part.count++;
    }
    this.step = step;
    if (performance.now() - this.start > 500) this.tell();
  }

  end(): void {
    if (this.step === this.steps && this.loss.count > 0) this.tell();
  }

  takeLoss(): number {
    const { sum, count } = this.sinceState;
    this.sinceState = { sum: 0, count: 0 };
    return sum / count;
  }

  private tell(): void {
    const seconds = (performance.now() - this.start) / 1000;
    this.progress?.({
      step: this.step,
      steps: this.steps,
      loss: this.loss.sum / this.loss.count,
      rate: this.loss.count / seconds,
    });
    this.loss = { sum: 0, count: 0 };
    this.start = performance.now();
  }
}
