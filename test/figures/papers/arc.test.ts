import assert from "node:assert/strict";
import { endPlane } from "../../../src/analysis/trajectories/endPlane.js";
import { arcFigure } from "../../../src/figures/papers/arc.js";
import { sliderFigure } from "../../../src/figures/slider.js";
import { addScaled, scale } from "../../../src/math/matrix.js";
import { normal, randomSource } from "../../../src/math/random.js";

const alphas = Array.from({ length: 21 }, (_, i) => Math.sin((i * Math.PI) / 40));
const [noise, end] = [normal(randomSource(1), 3, 16), normal(randomSource(2), 3, 16)];
const states = alphas.map((alpha) => addScaled(scale(end, alpha), Math.sqrt(1 - alpha ** 2), noise));
const plane = endPlane(states);
const path = {
  coordinates: { state: states },
  trajectory: { denoised: alphas.map(() => end) },
  alphaBar: alphas.map((alpha) => alpha ** 2),
};
const numbers = (value: unknown) => value as number[];
/** The centre of a picture of 4 × 4 pixels. */
const centreOf = (image: Readonly<Record<string, unknown>>) =>
  [
    ["x0", "dx"],
    ["y0", "dy"],
  ].map(([from, step]) => Number(image[from]) + 1.5 * Number(image[step]));

describe("arcFigure", () => {
  const { data } = arcFigure(plane, path, { title: "arc", shown: 1, images: 5 });
  const named = (name: string) => data.find((trace) => String(trace["name"]).startsWith(name))!;

  it("draws a rotation on the law, from a unit at x_T to the x axis", () => {
    const [own, law] = [named("trajectory"), named("α")];
    for (const key of ["x", "y"])
      numbers(own[key]).forEach((value, t) => assert.ok(Math.abs(value - numbers(law[key])[t]) < 1e-3));
    const [x, y] = [numbers(own["x"]), numbers(own["y"])];
    assert.ok(Math.abs(Math.hypot(x[0], y[0]) - 1) < 1e-3 && y[0] > 0);
    assert.ok(Math.abs(y[20]) < 1e-6 && x[20] > 0);
  });

  it("places a state outside and an endpoint estimate inside of the arc at each angle", () => {
    const images = data.filter(({ type }) => type === "heatmap");
    assert.equal(images.length, 10);
    images.forEach((image, i) => {
      const distance = Math.hypot(...centreOf(image));
      assert.ok(Math.abs(distance - (i < 5 ? 1.26 : 0.7)) < 2e-3, `${i}: ${distance}`);
    });
    const { bdata } = images[9]["z"] as { bdata: string };
    const bottom = Math.round((Math.max(-1, Math.min(1, end.values[16 + 12])) + 1) * 127.5);
    assert.equal(Buffer.from(bdata, "base64")[0], bottom);
  });

  it("leaves out states that would hide the one before, and no estimate", () => {
    const images = arcFigure(plane, path, { title: "arc", images: 13 }).data.filter(({ type }) => type === "heatmap");
    const outer = images.map(centreOf).filter(([x, y]) => Math.hypot(x, y) > 1);
    assert.equal(images.length - outer.length, 13);
    assert.ok(outer.length > 4 && outer.length < 13, `${outer.length} states`);
    outer.slice(1).forEach(([x, y], i) => {
      const steps = [Math.abs(x - outer[i][0]), Math.abs(y - outer[i][1])];
      assert.ok(Math.max(...steps) > 0.2498, `${i}: ${steps}`);
    });
  });

  it("draws others thin, as many as asked for, and is a step of a slider", () => {
    const thin = ({ line }: (typeof data)[number]) => (line as { width?: number } | undefined)?.width === 1;
    assert.equal(data.filter(thin).length, 2);
    assert.equal(arcFigure(plane, path, { title: "arc", others: 1 }).data.filter(thin).length, 1);
    const step = (label: string, shown: number) => ({ label, figure: arcFigure(plane, path, { title: label, shown }) });
    assert.ok(sliderFigure([step("0", 0), step("1", 1)], { variable: "w" }).layout["sliders"]);
  });

  it("refuses trajectories that are not there, images that are not square, and a single one", () => {
    assert.throws(() => arcFigure(plane, path, { title: "", shown: 3 }), /trajectory 3 of 3, expected one of them/);
    assert.throws(() => arcFigure(plane, path, { title: "", images: 1 }), /1 images, expected at least 2/);
    const flat = states.map((x) => ({ ...x, rows: 6, cols: 8 }));
    assert.throws(
      () => arcFigure(plane, { ...path, coordinates: { state: flat } }, { title: "" }),
      /8 pixels, expected those of a square image/,
    );
  });
});
