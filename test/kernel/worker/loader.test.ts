import assert from "node:assert/strict";
import * as fs from "node:fs";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { takeRows } from "../../../src/math/matrix.js";
import { ModuleLoader } from "../../../src/kernel/worker/loader.js";

describe("The module loader", function () {
  this.timeout(20_000);
  let folder: string;
  let loader: ModuleLoader;
  let writes = 0;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "scorebook-loader-")));
    loader = new ModuleLoader(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Writes a file with a time of change of its own, however fast one write follows the other. */
  function write(file: string, text: string): string {
    const at = join(folder, file);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text);
    utimesSync(at, 1e9, 1e9 + ++writes);
    return at;
  }
  const load = async (specifier: string) => (await loader.load(specifier)) as Record<string, unknown>;

  it("finds local files by the names that TypeScript lets one write", async () => {
    write("a.ts", "export const name: string = 'a';");
    write("b/index.ts", "export const name = 'b';");
    write("c.mts", "export const name = 'c';");
    write("d.tsx", "export const name = 'd';");
    write("e.js", "export const name = 'e';");
    write("f.json", '\uFEFF{ "name": "f" }');
    for (const specifier of [
      "./a",
      "./a.ts",
      "./a.js",
      "./b",
      "./b/index.js",
      "./c.mjs",
      "./c.mts",
      "./d",
      "./e",
      "./e.js",
      "./f.json",
      "./f",
    ])
      assert.equal((await load(specifier)).name, /[a-f]/.exec(specifier)![0], specifier);
    assert.equal((await load(pathToFileURL(join(folder, "a.ts")).href)).name, "a");
  });

  it("gives one instance to imports of each kind, until a file that it depends on changes", async () => {
    write("base.ts", "export const base = { n: 1 };");
    write("tool.ts", "import { base } from './base';\nexport const tool = { base, twice: () => 2 * base.n };");
    const first = await load("./tool");
    loader.refresh();
    assert.equal(await load("./tool.js"), first);
    assert.equal(await loader.importFrom("./tool"), first);
    assert.equal(loader.requireFrom()("./tool"), first);
    assert.equal((await load("./base")).base, (first.tool as { base: object }).base);

    write("base.ts", "export const base = { n: 5 };");
    assert.equal(await load("./tool"), first, "before it is told to look");
    loader.refresh();
    const second = await load("./tool");
    assert.equal((second.tool as { twice(): number }).twice(), 10);
    assert.notEqual(second, first);
  });

  it("enters a circle of files once, and reads it again when one of them changes", async () => {
    write(
      "even.ts",
      "import { odd } from './odd';\nexport const even = (n: number): boolean => n === 0 || odd(n - 1);",
    );
    write(
      "odd.ts",
      "import { even } from './even';\nexport const odd = (n: number): boolean => n !== 0 && even(n - 1);",
    );
    const { even } = (await load("./even")) as { even(n: number): boolean };
    assert.deepEqual([even(4), even(7)], [true, false]);
    write("odd.ts", "export const odd = (): boolean => true;");
    loader.refresh();
    assert.equal(((await load("./even")) as { even(n: number): boolean }).even(4), true);
    assert.equal(((await load("./even")) as { even(n: number): boolean }).even(7), true);
  });

  it("forgets a file that fails, so that it is read again", async () => {
    write("fails.ts", "throw new RangeError('not yet');\nexport const value = 1;");
    await assert.rejects(load("./fails"), /not yet/);
    write("fails.ts", "export const value = 2;");
    assert.equal((await load("./fails")).value, 2);
  });

  it("loads what a type-only import names only if it exists", async () => {
    write("typed.ts", "import { Shape } from './shapes';\nexport const side = (s: Shape): number => s.side;");
    write("shapes.d.ts", "export interface Shape { side: number }");
    assert.equal(((await load("./typed")) as { side(s: object): number }).side({ side: 3 }), 3);
  });

  it("gives built-in modules, the package's own and those that it depends on, wherever the notebook lies", async () => {
    assert.equal((await load("node:fs")).readFileSync, fs.readFileSync);
    assert.equal((loader.requireFrom()("fs") as typeof fs).readFileSync, fs.readFileSync);
    assert.equal((await load("scorebook/math")).takeRows, takeRows);
    assert.equal(((await loader.importFrom("scorebook")) as Record<string, unknown>).takeRows, takeRows);
    assert.equal(typeof (await load("ml-matrix")).Matrix, "function");
    assert.equal(typeof ((await load("tslab")).display as { html: unknown }).html, "function");
  });

  it("loads JSON as a value, and as a namespace by import()", async () => {
    write("data.json", "[1, 2]");
    assert.deepEqual(await loader.load("./data.json"), [1, 2]);
    assert.deepEqual(((await loader.importFrom("./data.json")) as { default: unknown }).default, [1, 2]);
  });

  it("makes import.meta of the file, whose resolve gives addresses", () => {
    const a = write("a.ts", "");
    const meta = loader.meta(join(folder, "b.ts")) as ImportMeta;
    assert.deepEqual([meta.url, meta.dirname], [pathToFileURL(join(folder, "b.ts")).href, folder]);
    assert.equal(meta.resolve("./a"), pathToFileURL(a).href);
    assert.equal(meta.resolve("node:fs"), "node:fs");
    assert.match(meta.resolve("scorebook/math"), /^file:.*\/math\/index\.js$/);
  });

  it("says in one sentence what it does not find, and what is no JSON", async () => {
    await assert.rejects(load("./none"), /^Error: Cannot find module '\.\/none' from \S+$/);
    await assert.rejects(
      load("@no-such/thing/deep"),
      /^Error: Cannot find package '@no-such\/thing\/deep'; install it beside the notebook: npm install @no-such\/thing$/,
    );
    await assert.rejects(
      load("scorebook/nope"),
      /^Error: 'scorebook\/nope' is no part of scorebook; import from 'scorebook', /,
    );
    write("broken.json", "{");
    await assert.rejects(load("./broken.json"), /^SyntaxError: \S*broken\.json: /);
  });
});
