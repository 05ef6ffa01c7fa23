/** Makes the README's thumbnails from figures stored in the notebooks: node docs/thumbnails/make.mjs, after a build. */
import { writeFileSync } from "node:fs";
import { launchBrowser } from "../../dist/src/kernel/host/browser.js";
import { packedPng } from "../../dist/src/kernel/host/png.js";
import { readNotebook } from "../../dist/src/notebook/nbformat.js";

/** the figure of each notebook, by the start of its title */
const figures = {
  "01-linear-structure": "Share of each feature that has emerged",
  "02-hidden-linear-structure": "What simple models leave unexplained",
  "03-learned-first": "A network fills the ring",
  "04-teleportation": "What the Gaussian's teleport costs",
  "05-gauge-decomposition": "A field and its two parts",
  "06-intrinsic-dimension": "Dimension under gauge fields",
  "07-generalization-through-variance": "Density of samples",
  "07b-variance-in-networks": "Variance of ŝ over training runs",
  "08-trajectory-dimensionality": "Trajectories in the plane of",
  "09-outline-first": "Features of large variance emerge first",
  "09b-early-and-late-steps": "Early steps repaint",
  "10-probability-flow-encodings": "What circles of codes decode to",
  "10b-encodings-by-networks": "What codes in six directions decode to",
  "11-what-noise-corrects": "Best S_churn",
  "12-what-symmetry-conserves": "Most likely paths to the ring",
};

const titleOf = ({ data }) => data?.["application/vnd.plotly.v1+json"]?.layout?.title?.text ?? "";
const browser = await launchBrowser();
const page = await browser.newPage();
for (const [name, title] of Object.entries(figures)) {
  const outputs = readNotebook(`notebooks/${name}.ipynb`).cells.flatMap((cell) => cell.outputs ?? []);
  const figure = outputs.find((output) => titleOf(output).startsWith(title));
  if (!figure)
    throw new Error(`thumbnails: ${name} shows no figure whose title starts with "${title}"; name another one`);
  const small = await page.evaluate(async (png) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const scale = Math.min(480 / image.width, 320 / image.height);
    const [width, height] = [image.width, image.height].map((pixels) => Math.round(scale * pixels));
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, width, height);
    return canvas.toDataURL("image/png").split(",")[1];
  }, figure.data["image/png"]);
  writeFileSync(new URL(`${name}.png`, import.meta.url), await packedPng(Buffer.from(small, "base64")));
}
await browser.close();
