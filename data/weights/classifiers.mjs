// Trains the classifiers whose features the Fréchet distances of samples are measured with, and stores them beside this
// file: `npm run train:classifiers [-- digits-28 …]`, all without a name. A minute or two each on two cores.
import { digits, fashion } from "scorebook";
import { makeClassifier } from "scorebook/diffusion";

const configs = {
  "digits-7": { data: digits, pool: 4, epochs: 6 },
  "digits-14": { data: digits, pool: 2, epochs: 3 },
  "digits-28": { data: digits, pool: 1, epochs: 3 },
  "fashion-28": { data: fashion, pool: 1, epochs: 4 },
};

for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(configs)) {
  const { data, pool, epochs } = configs[name];
  const made = makeClassifier(
    data.name,
    data({ split: "train", pool }),
    data({ split: "test", pool }),
    { seed: 1, epochs, batch: 128, rate: 0.002 },
    (epoch, loss) => console.log(`${name}: epoch ${epoch}, loss ${loss.toFixed(4)}`),
  );
  console.log(`${name}: accuracy ${made.accuracy} on the test split`);
}
