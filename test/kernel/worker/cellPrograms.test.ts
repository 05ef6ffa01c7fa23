import assert from "node:assert/strict";
import { cellCompiler, type CellCompiler } from "../../../src/kernel/worker/cellCompiler.js";
import { collectGarbage } from "../../helpers/garbage.js";

/**
 * Cells in their order, with what could differ when a checker has seen others before: errors, declarations made anew,
 * imports, types.
 */
const cells = [
  "const rows: number[] = [1, 2, 3];\nrows",
  "const q: string = 1;",
  "const q: string = 1;",
  "rows.push('a')",
  "rows.push('a')",
  "rows.length + 1",
  "function twice<T>(x: T): [T, T] { return [x, x]; }\ntwice(rows)",
  "const rows = 'again';",
  "rows.toUpperCase()",
  "twice(rows)[0].length",
  "rows.toFixed()",
  "import { readFileSync } from 'node:fs';",
  "readFileSync('x', 'utf8').length",
  "readFileSync(1n)",
  "interface Point { x: number; y: number }\nconst p: Point = { x: 1, y: 2 };",
  "const { x, y } = p;\n[x, y]",
  "p.z",
  "class Circle implements Point { constructor(readonly x: number, readonly y: number, readonly r = 1) {} }",
  "const c = new Circle(1, 2);\nc.r.toFixed()",
  "c.r = 2",
  "enum Colour { Red, Green }",
  "Colour.Red === Colour.Green",
  "await Promise.resolve(c)",
  "type Pair<T> = readonly [T, T];\nconst pair: Pair<Circle> = [c, c];",
  "pair[2]",
  "// @ts-expect-error\nconst wrong: string = 1;",
  "// @ts-expect-error\nconst right: string = '1';",
  "const loop = (n: number): number => (n === 0 ? 0 : loop(n - 1));",
  "undefined_name",
  "loop(3)",
];

/** Compiles a cell and begins to run it. */
function begin(compiler: CellCompiler, code: string): string {
  const { script } = compiler.compile(code);
  compiler.commit();
  return script;
}

/** What a compiler makes of all cells: the script or the errors of each. */
function run(compiler: CellCompiler, before: (compiler: CellCompiler) => void): string[] {
  return cells.map((code) => {
    before(compiler);
    try {
      return begin(compiler, code);
    } catch (error) {
      return (error as Error).message;
    }
  });
}

describe("The programs of cells", function () {
  this.timeout(120_000);

  it("say the same of a cell whether its checker is new or has checked others", () => {
    const used = run(cellCompiler(), () => {});
    const anew = run(cellCompiler(), (compiler) => compiler.complete("r", 1)); // after which nothing is kept
    used.forEach((result, i) => assert.equal(result, anew[i], `cell ${i}: ${cells[i]}`));
    assert.equal(used.filter((result) => /TS\d+/.test(result)).length, 12);
  });

  it("make a function of an empty cell, before which nothing is declared", () => {
    assert.match(cellCompiler().compile("").script, /=> \(\) => \{\s*\};\s*$/);
  });

  it("keep what a cell that failed to run would have replaced", () => {
    const compiler = cellCompiler();
    const compile = (code: string, runs = true): void => {
      compiler.compile(code);
      if (runs) compiler.commit();
    };
    compile("const kept = [1];");
    compile("const kept = 'never reached';", false);
    compile("1 + 1");
    compile("kept.map((n) => n.toFixed())");
    assert.throws(() => compiler.compile("kept.toUpperCase()"), /TS2551|TS2339/);
  });

  it("know the documentation of the language and of Node.js, though cells are checked without it", () => {
    const compiler = cellCompiler();
    compiler.compile("import { readFileSync } from 'node:fs';\nconst list = [1];");
    compiler.commit();
    assert.match(
      compiler.inspect("list.map(String)", 6)!,
      /map<string>[^]*Calls a defined callback function on each element/,
    );
    assert.match(compiler.inspect("console.log(1)", 9)!, /Prints to `stdout` with newline/);
    assert.match(compiler.inspect("readFileSync('x')", 3)!, /Returns the contents of the `path`/);
    assert.match(compiler.inspect("Math.hypot(3, 4)", 7)!, /square root of the sum of squares/);
  });

  it("show the types that a name has here, whatever cells have made of its class before", () => {
    const compiler = cellCompiler();
    const run = (code: string): string => begin(compiler, code);
    run('const points = new Map<string, number>([["a", 1]]);');
    run("class Box<T> {\n  constructor(readonly values: Map<string, T>) {}\n}");
    run('const { values } = new Box(new Map([["a", 1]]));\nvalues.size');
    for (const _ of [1, 2])
      assert.match(compiler.inspect("points.size", 11)!, /^\(property\) Map<string, number>\.size: number/);
  });

  it("hold what earlier cells declared once, however many cells come after", () => {
    const compiler = cellCompiler();
    const used = (): number => {
      collectGarbage();
      return process.memoryUsage().heapUsed / 1e6;
    };
    const run = (code: string): string => begin(compiler, code);
    run(`interface Large {\n${Array.from({ length: 4000 }, (_, i) => `member${i}: number;`).join("\n")}\n}`);
    run("const large = {} as Large;");
    const first = used();
    for (let i = 0; i < 30; i++) run(`const large${i} = {} as Large;`);
    const grown = used();
    assert.ok(grown - first < 10, `${first}, ${grown} MB`);
    compiler.compile("const sum: number = large29.member3999;");
    assert.throws(() => compiler.compile("const sum: string = large29.member3999;"), /TS2322/);
  });

  it("tell a name from an earlier one of the same spelling, wherever in the order of cells it is declared anew", () => {
    const compiler = cellCompiler();
    const run = (code: string): string => begin(compiler, code);
    run("class Box { private secret = 1; open() { return this.secret; } }");
    run("const first = new Box();");
    run("const rest = [first], size = 1;");
    run("const again: Box = rest[0];");
    for (let i = 0; i < 3; i++) {
      run(`const size = "${i}";`);
      run("size.toUpperCase() + again.open().toFixed()");
      assert.throws(() => compiler.compile("size.toFixed()"), /TS2551|TS2339/);
      run("const one: Box = rest[0], same: Box = again;");
      run("const size = 1;");
      run("size.toFixed()");
    }
    run("type size = 'as a type, beside the value';");
    run("const told: size = 'as a type, beside the value', sum = size + 1;");
    assert.throws(() => compiler.compile("const told: size = 1"), /TS2322/);
  });
});
