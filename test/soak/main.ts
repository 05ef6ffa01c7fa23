/**
 * Long use and bounded attacks: `npm run test:soak -- --seed 1 --minutes 10`. It prints what it did, and ends with
 * status 1 and a sentence at the first thing that does not hold.
 */
import { parseArgs } from "node:util";
import { randomSource } from "../../src/math/random.js";
import { parts } from "./parts.js";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, minutes: { type: "string", default: "9" } },
});
const [seed, minutes] = [Number(values.seed), Number(values.minutes)];
if (!Number.isSafeInteger(seed) || !(minutes > 0 && minutes <= 10)) {
  console.error(`test:soak: --seed ${values.seed} --minutes ${values.minutes}, expected a whole number and up to 10`);
  process.exit(2);
}
console.log(`seed ${seed}, ${minutes} minutes`);
for (const [stream, [name, [share, part]]] of Object.entries(parts(3000)).entries()) {
  const begun = performance.now();
  try {
    const figures = await part({
      source: randomSource(seed, stream),
      deadline: begun + share * minutes * 60_000,
    });
    console.log(`${name}, ${((performance.now() - begun) / 1000).toFixed(0)} s: ${figures}`);
  } catch (error) {
    console.error(`${name}, seed ${seed}: ${(error as Error).message}`);
    process.exit(1);
  }
}
process.exit(0);
