import { abortable } from "./abortable.js";
import { FigureError, plotlyMime, type Figure } from "../figure.js";
import { failure, type Output } from "../output.js";
import type { FigureRenderer, RenderedFigure } from "./renderer.js";

/** Settings of an output publisher. */
export interface PublisherOptions {
  /** draws the `image/png` of Plotly figures; without it they go out as data alone */
  readonly renderer?: FigureRenderer;
  /** told, in one sentence, what was left out of an output */
  readonly onWarning?: (message: string) => void;
}

/** Brings the outputs of cells to their reader: one after the other, text gathered, figures drawn. */
export class OutputPublisher {
  private turns: Promise<void> = Promise.resolve();
  /** stops the drawing under way */
  private drawing = new AbortController();
  /** why nothing is drawn at the moment, and how many figures have lost their pictures by that */
  private hurry: { readonly why: string; lost: number } | undefined;
  private text:
    { run: number; name: "stdout" | "stderr"; parts: string[]; length: number; timer: NodeJS.Timeout } | undefined;

  /** `reader` gets each output with the number of the run that it is of. */
  constructor(
    private readonly reader: (run: number, output: Output) => void,
    private readonly options: PublisherOptions,
  ) {}

  /** Runs an action after all earlier ones; the other methods are to be called within one. */
  serialize(action: () => void | Promise<void>): Promise<void> {
    return (this.turns = this.turns.then(action));
  }

  /** Gathers text for a moment, so that a loop that prints makes few outputs; order is kept. */
  stream(run: number, name: "stdout" | "stderr", text: string): void {
    if (this.text && (this.text.run !== run || this.text.name !== name || this.text.length > 65536)) this.flush();
    this.text ??= {
      run,
      name,
      parts: [],
      length: 0,
      timer: setTimeout(() => void this.serialize(() => this.flush()), 20),
    };
    this.text.parts.push(text);
    this.text.length += text.length;
  }

  /** Publishes the text gathered so far. */
  flush(): void {
    const text = this.text;
    if (!text) return;
    clearTimeout(text.timer);
    this.text = undefined;
    this.reader(text.run, { output_type: "stream", name: text.name, text: text.parts.join("") });
  }

  /** Publishes an output as it is, after the text gathered so far. */
  output(run: number, output: Output): void {
    this.flush();
    this.reader(run, output);
  }

  /** Leaves pictures out from now on, also that of the figure that is being drawn; `why` is told with their number. */
  withoutPictures(why: string): void {
    this.hurry ??= { why, lost: 0 };
    this.drawing.abort();
  }

  /** Draws again, and tells how many pictures were left out. */
  withPictures(): void {
    if (!this.hurry) return;
    const { why, lost } = this.hurry;
    this.hurry = undefined;
    this.drawing = new AbortController();
    if (lost > 0)
      this.options.onWarning?.(
        `${lost === 1 ? "a figure goes" : `${lost} figures go`} out without a picture: ${why} while figures were drawn`,
      );
  }

  /** Publishes an output; a Plotly figure gets its picture first, in this process instead of the cell's. */
  async publish(run: number, output: Output, origin: readonly string[] = []): Promise<void> {
    const { renderer, onWarning } = this.options;
    if (
      renderer &&
      "data" in output &&
      output.data[plotlyMime] !== undefined &&
      output.data["image/png"] === undefined
    ) {
      try {
        const { png, width, height } = await this.draw(renderer, output.data[plotlyMime] as Figure);
        const { "text/plain": text, ...data } = output.data;
        output = {
          ...output,
          data: { ...data, "image/png": png, "text/plain": text },
          metadata: { ...output.metadata, "image/png": { width, height } },
        };
      } catch (error) {
        const { name, message } = error as Error;
        if (error instanceof FigureError) output = failure(name, message, origin);
        else if (this.hurry) this.hurry.lost++;
        else onWarning?.(message);
      }
    }
    this.output(run, output);
  }

  /** Draws a figure, unless nothing is drawn at the moment. */
  private async draw(renderer: FigureRenderer, figure: Figure): Promise<RenderedFigure> {
    const { signal } = this.drawing;
    signal.throwIfAborted();
    return abortable(signal, renderer.png(figure, signal));
  }
}
