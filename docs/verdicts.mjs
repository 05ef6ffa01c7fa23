/**
 * Writes the README's table of verdicts from the claims that the notebooks are stored with: `npm run docs:verdicts`.
 * With --check it changes nothing, and fails where the table is not what they say.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { standingsMarkdown } from "../dist/src/notebook/reportMarkdown.js";
import { storedClaims } from "../dist/src/notebook/storedClaims.js";

const [begin, end] = ["<!-- verdicts, by npm run docs:verdicts -->\n\n", "\n\n<!-- end of verdicts -->"];
const readme = readFileSync("README.md", "utf8");
const [from, to] = [readme.indexOf(begin) + begin.length, readme.indexOf(end)];
if (from < begin.length || to < from) throw new Error(`README.md lacks the lines ${begin.trim()} and ${end.trim()}`);
const notebooks = readdirSync("notebooks").filter((name) => name.endsWith(".ipynb"));
const table = standingsMarkdown(notebooks.toSorted().flatMap((name) => storedClaims(`notebooks/${name}`)));
const wanted = readme.slice(0, from) + table + readme.slice(to);
if (wanted !== readme) {
  if (process.argv.includes("--check")) {
    console.error("README.md: the table of verdicts is not that of the stored notebooks; run npm run docs:verdicts");
    process.exitCode = 1;
  } else writeFileSync("README.md", wanted);
}
