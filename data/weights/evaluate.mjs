// Judges the U-Nets with classes: `node data/weights/evaluate.mjs NAME [STEP] [--count 2000] [--guidance 1]`, after a
// build. Prints Fréchet distances of the classifier's features to those of the training data, of samples and of as many
// real images, and the accuracy of the classes; draws samples to out/evaluation/NAME-STEP.png, one class a row, those
// without labels below. A training under way is judged by its checkpoint in out/training.
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { crc32, deflateSync } from "node:zlib";
import { digits, fashion } from "scorebook";
import { samples } from "scorebook/analysis";
import { loadDenoiser, networkDenoiser, pretrainedConfigs, storedClassifier } from "scorebook/diffusion";
import { randomSource } from "scorebook/math";
import { denoiserModel } from "../../dist/src/diffusion/networks/training.js";
import { readTensors } from "../../dist/src/math/safetensors.js";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "2000" },
    guidance: { type: "string", default: "1" },
    shuffle: { type: "boolean", default: false },
    checkpoint: { type: "string" },
  },
});
const { classSamples, drawSamples, imageFidelity } = samples;
const [name, step] = positionals;
const [count, guidance] = [Number(values.count), Number(values.guidance)];
const load = name.startsWith("digits") ? digits : fashion;
const config = pretrainedConfigs[name];
const [train, test] = [load().images, load({ split: "test" }).images];

function network() {
  if (!values.checkpoint)
    return loadDenoiser(name, {
      config,
      ...(step && { step: Number(step) }),
      ...(values.shuffle && { shuffle: randomSource(1) }),
    });
  const { tensors, metadata } = readTensors(values.checkpoint);
  console.log(`the checkpoint is at step ${metadata.step}, after ${metadata.cpuSeconds} s of processor time`);
  return networkDenoiser(denoiserModel(train, config), tensors[step ?? "average"]);
}

const net = network();
const source = () => randomSource(11);
const free = drawSamples(net, { count, source: source() });
const own = classSamples(net, { count, guidance, source: source() });
const judge = imageFidelity({ classifier: storedClassifier(load.name, 28), train, test, source: randomSource(1) });
const [unconditional, conditional] = judge([free, own]);
const shown = ({ value, standardError }) => `${value.toFixed(3)} ± ${standardError.toFixed(3)}`;
console.log(`${name}, step ${step ?? "last"}, ${count} samples, guidance ${guidance}`);
console.log(`Fréchet distance of real images   ${shown(conditional.real)}`);
for (const [kind, { frechet, real }] of Object.entries({ conditional, unconditional }))
  console.log(`Fréchet distance of ${kind.padEnd(13)} ${shown(frechet)}, ${(frechet.value / real.value).toFixed(2)} ×`);
console.log(`accuracy of conditional samples   ${shown(conditional.accuracy)}`);

mkdirSync("out/evaluation", { recursive: true });
const file = `out/evaluation/${name}-${step ?? "last"}.png`;
const columns = 20;
const row = (n) => ({ images: own.images, at: Array.from({ length: columns }, (_, k) => 10 * k + n) });
const rows = Array.from({ length: 10 }, (_, n) => row(n));
for (let n = 0; n < 5; n++) rows.push({ images: free, at: Array.from({ length: columns }, (_, k) => n * columns + k) });
writeFileSync(file, png(rows));
console.log(file);

/** Grey images of 28 × 28 pixels in rows, twice as large. */
function png(rows) {
  const [pitch, zoom] = [30, 2];
  const [width, height] = [columns * pitch * zoom, rows.length * pitch * zoom];
  const lines = Buffer.alloc(height * (width + 1)); // each line begins with its filter, 0
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [i, j] = [Math.floor(y / zoom), Math.floor(x / zoom)];
      const { images, at } = rows[Math.floor(i / pitch)];
      const [py, px] = [i % pitch, j % pitch];
      const value = py < 28 && px < 28 ? images.values[at[Math.floor(j / pitch)] * 784 + 28 * py + px] : 1;
      lines[y * (width + 1) + 1 + x] = Math.round(127.5 * (1 - Math.max(-1, Math.min(1, value))));
    }
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits a pixel, grey
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
