import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { abortable } from "./abortable.js";
import { launchBrowser, type BrowserOptions } from "./browser.js";
import { FigureError, plainFigure, type Figure } from "../figure.js";
import { answer, scripts } from "./pageFiles.js";
import { draw, prepareFormulas, type Drawing } from "./plotlyPage.js";

/** A picture of a figure. */
export interface RenderedFigure {
  /** base64 */
  readonly png: string;
  /** CSS pixels; the PNG has twice as many in each direction */
  readonly width: number;
  readonly height: number;
}

/** A renderer of figures, one after the other, in one browser that starts with the first. */
export interface FigureRenderer {
  /**
   * Draws the figure as a PNG.
   *
   * @throws FigureError if plotly.js refuses the figure
   * @throws BrowserMissingError if no browser starts
   * @throws Error if the figure needs the network or takes longer than the time limit (the browser is then started
   *   anew), or if the renderer is closed or `signal` aborts meanwhile
   */
  png(figure: Figure, signal?: AbortSignal): Promise<RenderedFigure>;
  /** Draws the figure as SVG text, in which WebGL traces are pixels. Throws as `png` does. */
  svg(figure: Figure, signal?: AbortSignal): Promise<string>;
  /** Ends the browser; a later figure starts another. */
  close(): Promise<void>;
}

/** Settings of a renderer. */
export interface RendererOptions extends BrowserOptions {
  /** ms for one figure; default 30,000 */
  readonly timeout?: number;
}

/** Returns a renderer by plotly.js in a headless Chromium: the same bytes every time, and no network. */
export function chromiumRenderer({ timeout = 30_000, ...browserOptions }: RendererOptions = {}): FigureRenderer {
  let session: Promise<Session> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let closings = 0;

  async function current(): Promise<Session> {
    const open = await session?.catch(() => undefined);
    if (open?.browser.isConnected()) return open;
    return (session = startSession(browserOptions));
  }

  /** Ends the browser, also one that still starts. */
  async function stop(): Promise<void> {
    const ending = session;
    session = undefined;
    const ended = ending?.then(end).catch(() => undefined);
    await Promise.race([ended, sleep(2 * goodbye, undefined, { ref: false })]);
  }

  async function render(figure: Figure, format: "png" | "svg", signal?: AbortSignal): Promise<Drawing> {
    const closingsBefore = closings;
    const plain = plainFigure(figure),
      json = JSON.stringify(plain);
    const tiles =
      Array.isArray(plain.data) && plain.data.find((trace: { type?: string }) => tileMap.test(trace?.type ?? ""));
    if (tiles) throw new NetworkNeeded(`the tiles of ${(tiles as { type: string }).type}`);
    for (let attempt = 1; ; attempt++) {
      let open: Session | undefined;
      try {
        open = await abortable(signal, within(timeout, current()));
        return await abortable(signal, within(timeout, orGone(open.browser, drawIn(open, { json, format }))));
      } catch (error) {
        if (signal?.aborted) {
          void stop(); // nobody waits for what it draws
          throw error;
        }
        if (error instanceof NetworkNeeded) {
          if (open) session = withNewPage(open); // the old one may wait for what does not come
          throw error;
        }
        if (error instanceof TimeLimit) {
          if (!open)
            throw new Error(
              `figure: no browser was up within ${timeout} ms; it still starts, and later figures may get their pictures`,
            );
          await stop();
          throw new Error(`figure: not drawn within ${timeout} ms; draw fewer points, or raise the renderer's timeout`);
        }
        if (closings > closingsBefore) throw new Error("figure: the renderer was closed before the figure was drawn");
        const died =
          /crashed|closed/i.test(String(error)) || (open && (!open.browser.isConnected() || open.page.isClosed()));
        if (!died || error instanceof FigureError) throw error;
        await stop(); // by this figure, or by something else before it
        if (attempt === attempts)
          throw new Error(
            `figure: the browser died ${attempts} times before it was drawn (${String(error).split("\n", 1)[0]})`,
          );
      }
    }
  }

  /** Draws a figure after those before it, even if they failed. */
  function enqueue(
    figure: Figure,
    format: "png" | "svg",
    signal?: AbortSignal,
  ): Promise<Extract<Drawing, { image: string }>> {
    const result = queue
      .then(() => {
        signal?.throwIfAborted();
        return render(figure, format, signal);
      })
      .then((drawing) => {
        if ("refusal" in drawing) throw new FigureError(`figure: ${drawing.refusal}`);
        return drawing;
      });
    queue = result.catch(() => undefined);
    return result;
  }

  return {
    async png(figure, signal) {
      const { image, width, height } = await enqueue(figure, "png", signal);
      const { packedPng } = await import("./png.js"); // with the first figure: a kernel starts without it
      return { png: (await packedPng(Buffer.from(image, "base64"))).toString("base64"), width, height };
    },
    async svg(figure, signal) {
      const { image } = await enqueue(figure, "svg", signal);
      const formulas: string[] = []; // MathJax counts them from page to page
      return image.replace(/\bMJX-(\d+)-/g, (_, id: string) => {
        if (!formulas.includes(id)) formulas.push(id);
        return `MJX-${formulas.indexOf(id)}-`;
      });
    },
    async close() {
      closings++;
      await stop();
    },
  };
}

/** How often a figure is tried whose browser dies: it may have died before, and again while it starts. */
const attempts = 3;

/** Time in ms that a browser has to close by itself. */
const goodbye = 500;

/** Time in ms that a browser has for its first page. */
const startLimit = 30_000;

/** Closes a browser, by force if it does not answer. */
async function end({ browser, pid }: Pick<Session, "browser" | "pid">): Promise<void> {
  const closed = browser.close();
  await Promise.race([closed, sleep(goodbye)]);
  if (browser.isConnected() && pid !== undefined) kill(pid);
  await closed;
}

function kill(pid: number): void {
  for (const target of [-pid, pid])
    try {
      return void process.kill(target, "SIGKILL");
    } catch {
      // no process groups here, or it is gone
    }
}

/** Returns the browser's process, of which Playwright tells nothing. */
async function processOf(browser: Browser): Promise<number | undefined> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const id = processInfo.find(({ type }) => type === "browser")?.id ?? 0;
  return id > 1 ? id : undefined;
}

interface Session {
  readonly browser: Browser;
  readonly pid: number | undefined;
  readonly page: Page;
  /** told of an address that the page asks for in vain */
  missing: (address: string) => void;
  /** MathJax is loading, or there */
  formulas?: Promise<unknown>;
}

async function startSession(options: BrowserOptions): Promise<Session> {
  const browser = await launchBrowser(options);
  let pid: number | undefined;
  const opened = async (): Promise<Session> => {
    pid = await processOf(browser);
    return openPage(browser, pid);
  };
  return orEnd(browser, () => pid, opened());
}

/** Leaves the page of a session for a new one in the same browser. */
async function withNewPage({ browser, pid, page }: Session): Promise<Session> {
  void page
    .context()
    .close()
    .catch(() => undefined);
  return orEnd(browser, () => pid, openPage(browser, pid));
}

/** Opens a page with plotly.js. */
async function openPage(browser: Browser, pid: number | undefined): Promise<Session> {
  const context = await browser.newContext({ deviceScaleFactor: 2, offline: true, serviceWorkers: "block" });
  const session: Session = { browser, pid, page: await context.newPage(), missing: () => {} };
  await context.route("**/*", (route) => answer(route, (address) => session.missing(address)));
  await session.page.addScriptTag({ url: scripts.plotly }); // by address: as text, its 10 MB take 1 s longer
  return session;
}

/** Waits for a session, and ends its browser if there is none within the limit. */
async function orEnd(browser: Browser, pid: () => number | undefined, opening: Promise<Session>): Promise<Session> {
  try {
    return await within(startLimit, orGone(browser, opening));
  } catch (error) {
    await end({ browser, pid: pid() }).catch(() => undefined);
    throw error;
  }
}

/** Waits for what a browser is to do; Playwright itself waits for ever for the page of one that dies meanwhile. */
function orGone<T>(browser: Browser, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error("the browser has closed"));
    browser.once("disconnected", gone);
    if (!browser.isConnected()) gone();
    work.then(resolve, reject).finally(() => browser.off("disconnected", gone));
  });
}

/** Text between dollar signs, which plotly.js has MathJax set. */
const formula = /\$[^$]+\$/;

async function drawIn(session: Session, figure: Parameters<typeof draw>[0]): Promise<Drawing> {
  const { page } = session;
  if (formula.test(figure.json)) await (session.formulas ??= loadMathJax(page));
  const missing = new Promise<never>((_, reject) => {
    session.missing = (address) => reject(new NetworkNeeded(address.slice(0, 100)));
  });
  return Promise.race([page.evaluate(draw, figure), missing]);
}

async function loadMathJax(page: Page): Promise<void> {
  await page.evaluate(prepareFormulas);
  await page.addScriptTag({ url: scripts.mathJax });
  await page.waitForFunction("MathJax.startup?.document");
}

/** Traces on maps that come in tiles from a server. */
const tileMap = /^(?:scatter|choropleth|density)map(?:box)?$/;

class TimeLimit extends Error {}

class NetworkNeeded extends Error {
  constructor(what: string) {
    super(`figure: it needs ${what}, and pictures are drawn without the network; it goes out without one`);
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new TimeLimit()), milliseconds)));
  work.catch(() => undefined); // it fails when its browser is closed after the limit
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
