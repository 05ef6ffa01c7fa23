// Trains the classifiers whose features the Fréchet distances of samples are measured with, and stores them beside this
// file: `npm run train:classifiers [-- digits-28 …]`, all without a name. A minute or two each on two cores.
import { digits, fashion, randomSource } from "scorebook";
import { patches } from "scorebook/datasets";
import { makeClassifier } from "scorebook/diffusion";

const pooled = (data, pool) => (split) => data({ split, pool });
/** The classes are the photographs to train on, so the test is on other places of the same ones. */
const places = (split) =>
  patches(...(split === "train" ? [40_000, randomSource(1)] : [10_000, randomSource(2)]), { side: 16, pool: 2 });

const configs = {
  "digits-7": { images: pooled(digits, 4), epochs: 6 },
  "digits-14": { images: pooled(digits, 2), epochs: 3 },
  "digits-28": { images: pooled(digits, 1), epochs: 3 },
  "fashion-28": { images: pooled(fashion, 1), epochs: 4 },
  "patches-16": { images: places, epochs: 4 },
};

for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(configs)) {
  const { images, epochs } = configs[name];
  const made = makeClassifier(
    name.split("-")[0],
    images("train"),
    images("test"),
    { seed: 1, epochs, batch: 128, rate: 0.002 },
    (epoch, loss) => console.log(`${name}: epoch ${epoch}, loss ${loss.toFixed(4)}`),
  );
  console.log(`${name}: accuracy ${made.accuracy} on the test split`);
}
