// Trains the classifiers whose features the Fréchet distances of samples are measured with, and writes them beside itself:
//     npm run build && node data/weights/classifiers.mjs [digits-28 …]
// About two minutes for each of 28 × 28 pixels on two cores, less for the others.
import { renameSync, writeFileSync } from "node:fs";
import { accuracy, classifier, digits, fashion, trainClassifier } from "scorebook";

const recipes = {
  "digits-28": { data: digits, pool: 1, epochs: 4 },
  "digits-14": { data: digits, pool: 2, epochs: 5 },
  "digits-7": { data: digits, pool: 4, epochs: 6 },
  "fashion-28": { data: fashion, pool: 1, epochs: 5 },
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(recipes);
for (const name of wanted) {
  const { data, pool, epochs } = recipes[name];
  const recipe = { seed: 1, epochs, batch: 128, rate: 0.002 };
  const train = data({ split: "train", pool });
  const test = data({ split: "test", pool });
  const weights = trainClassifier(train.images, train.labels, recipe, (epoch, loss) => console.log(`${name}: epoch ${epoch}, loss ${loss.toFixed(4)}`));
  const right = accuracy(classifier(weights), test.images, test.labels);
  console.log(`${name}: accuracy ${right}`);
  const stored = { data: data.name, side: weights.side, recipe, accuracy: right, sizes: weights.values.map(({ length }) => length) };
  const path = new URL(`classifier-${name}`, import.meta.url);
  write(new URL(`${path}.json`), JSON.stringify(stored, null, 2) + "\n");
  write(new URL(`${path}.bin`), Buffer.concat(weights.values.map((values) => Buffer.from(values.buffer, values.byteOffset, values.byteLength))));
}

function write(url, data) {
  const temporary = new URL(`${url}.part`);
  writeFileSync(temporary, data);
  renameSync(temporary, url);
}
