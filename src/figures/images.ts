import { packedBytes } from "./packed.js";
import { frame, ink, type Figure, type FrameOptions } from "./style.js";

/** Square images, one per row of `values`, pixels row by row from the top left. */
export interface ImageStack {
  readonly rows: number;
  readonly cols: number;
  readonly values: ArrayLike<number>;
}

/**
 * Returns the stacks that show each set as a row of the grid: stack n holds image n of every set, for the first `count`
 * images.
 *
 * @throws RangeError if the sets differ in the number of pixels, or one has fewer images
 */
export function imagesInRows(sets: readonly ImageStack[], count = sets[0]?.rows ?? 0): ImageStack[] {
  const cols = sets[0]?.cols ?? 0;
  sets.forEach(({ rows, cols: pixels }, i) => {
    if (pixels !== cols || rows < count)
      throw new RangeError(
        `imagesInRows: set ${i} has ${rows} images of ${pixels} pixels, expected at least ${count} of ${cols}`,
      );
  });
  return Array.from({ length: count }, (_, n) => ({
    rows: sets.length,
    cols,
    values: sets.flatMap(({ values }) => Array.from({ length: cols }, (_, p) => values[n * cols + p])),
  }));
}

/** Between images, and where a pixel is no number. */
const GAP_COLOR = "#c8d4e0";

/** Beside the rows, in pixels: as in a legend, 7 for a character; what is written as HTML is not counted. */
const titlesWidth = (titles: readonly string[]) =>
  Math.max(90, 10 + 7 * Math.max(...titles.map((title) => title.replace(/<[^>]*>/g, "").length)));

/** Settings of imagesFigure. */
export interface ImagesOptions extends Omit<FrameOptions, "height"> {
  /** one for each stack, under its column */
  readonly columnTitles?: readonly string[];
  /** one for each image of a stack, beside its row */
  readonly rowTitles?: readonly string[];
  /** what the columns are, such as `noise level σ` */
  readonly xTitle?: string;
  readonly yTitle?: string;
  /** the values drawn white and black; what lies beyond is drawn as the nearer of them */
  readonly range?: readonly [white: number, black: number];
}

/**
 * A grid of images: column j shows the images of stack j, row i the i-th image of each, dark ink on white paper.
 * One stack is one column; a strip through time is one image per stack. Pixels are drawn in 255 greys.
 *
 * @throws RangeError if the stacks differ in shape, an image is not square, or the titles are not as many as what they
 * name
 */
export function imagesFigure(
  stacks: readonly ImageStack[],
  { columnTitles, rowTitles, xTitle = "", yTitle = "", range = [-1, 1], width = 700, title }: ImagesOptions,
): Figure {
  const { count, side } = shape(stacks);
  for (const [name, titles, wanted] of [
    ["columnTitles", columnTitles, stacks.length],
    ["rowTitles", rowTitles, count],
  ] as const)
    if (titles && titles.length !== wanted)
      throw new RangeError(`imagesFigure: ${titles.length} ${name}, expected ${wanted}`);

  const pitch = side + Math.ceil(side / 14); // an image and the gap after it
  const ticks = (titles: readonly string[] | undefined, images: number) => ({
    tickmode: "array",
    tickvals: Array.from({ length: images }, (_, i) => i * pitch + (side - 1) / 2),
    ticktext: titles ? [...titles] : new Array<string>(images).fill(""),
    ticks: "",
    showgrid: false,
    zeroline: false,
    showline: false,
    automargin: true,
  });
  const [columnsSize, rowsSize] = [stacks.length * pitch - (pitch - side), count * pitch - (pitch - side)];
  const margin = {
    l: rowTitles ? titlesWidth(rowTitles) : yTitle ? 45 : 20,
    r: 20,
    t: 50,
    b: columnTitles || xTitle ? 60 : 20,
  };
  const pixel = (width - margin.l - margin.r) / columnsSize;
  const heatmap = {
    type: "heatmap",
    z: packedBytes(mosaic(stacks, count, side, pitch, range), rowsSize, columnsSize),
    zmin: 0,
    zmax: 255,
    colorscale: [
      [0, GAP_COLOR],
      [0.5 / 255, GAP_COLOR],
      [0.5 / 255, "#ffffff"],
      [1, "#000000"],
    ],
    showscale: false,
    hoverinfo: "skip",
  };
  return {
    data: [heatmap],
    layout: frame(
      { title, width, height: Math.round(pixel * rowsSize + margin.t + margin.b) },
      {
        margin,
        plot_bgcolor: GAP_COLOR,
        xaxis: {
          ...ticks(columnTitles, stacks.length),
          title: { text: xTitle, standoff: 5 },
          range: [-0.5, columnsSize - 0.5],
          constrain: "domain",
          tickcolor: ink,
        },
        yaxis: {
          ...ticks(rowTitles, count),
          title: { text: yTitle, standoff: 5 },
          range: [rowsSize - 0.5, -0.5],
          scaleanchor: "x",
          constrain: "domain",
          tickcolor: ink,
        },
      },
    ),
  };
}

function shape(stacks: readonly ImageStack[]): { count: number; side: number } {
  if (stacks.length === 0 || stacks[0].rows === 0)
    throw new RangeError("imagesFigure: no images, expected at least one");
  const { rows: count, cols } = stacks[0];
  const side = Math.sqrt(cols);
  if (!Number.isInteger(side)) throw new RangeError(`imagesFigure: ${cols} pixels, expected those of a square image`);
  stacks.forEach(({ rows, cols: pixels, values }, j) => {
    if (rows !== count || pixels !== cols || values.length !== rows * pixels)
      throw new RangeError(
        `imagesFigure: stack ${j} is ${rows} × ${pixels} with ${values.length} values, expected ${count} × ${cols} like stack 0`,
      );
  });
  return { count, side };
}

/** All images in one table, row by row: 1 … 255 for the ends of the range and what lies between, 0 in the gaps. */
function mosaic(
  stacks: readonly ImageStack[],
  count: number,
  side: number,
  pitch: number,
  [white, black]: readonly [white: number, black: number],
): Uint8Array {
  const width = stacks.length * pitch - (pitch - side);
  const bytes = new Uint8Array((count * pitch - (pitch - side)) * width);
  stacks.forEach(({ values, cols }, j) => {
    for (let i = 0; i < count; i++)
      for (let p = 0; p < cols; p++) {
        const share = (values[i * cols + p] - white) / (black - white);
        const at = (i * pitch + Math.floor(p / side)) * width + j * pitch + (p % side);
        bytes[at] = Number.isNaN(share) ? 0 : 1 + Math.round(254 * Math.min(Math.max(share, 0), 1));
      }
  });
  return bytes;
}
