import assert from "node:assert/strict";
import { TestNotebook } from "../../helpers/cells.js";

describe("A cell with type errors", function () {
  this.timeout(60_000);
  let notebook: TestNotebook;
  before(() => {
    notebook = new TestNotebook();
  });
  after(() => notebook.close());

  it("is one error per message, which shows of a long line what is around the column", async () => {
    const {
      errors: [error],
    } = await notebook.run(`const long = "${"x".repeat(10_000)}"; const f: (x: number) => void = (x: string) => {};`);
    assert.match(
      error.evalue,
      /^1:10024 - TS2322: Type '\(x: string\) => void' [^]*\n {2}Types of parameters 'x' and 'x' are incompatible\.\n {4}Type 'number'/,
    );
    assert.equal(error.traceback.length, 3);
    assert.equal(
      error.traceback[1].slice(error.traceback[2].indexOf("^")),
      "f: (x: number) => void = (x: string) => {};",
    );
    assert.ok(error.traceback[1].length < 200);
  });

  it("stops before it runs if its types are wrong, and says where", async () => {
    const { status, errors, stdout } = await notebook.run("console.log('ran');\nconst n: number = 'text';");
    assert.equal(status, "error");
    assert.equal(stdout, "");
    assert.equal(errors[0].ename, "TypeScriptError");
    assert.equal(errors[0].evalue, "2:7 - TS2322: Type 'string' is not assignable to type 'number'.");
  });

  it("is checked strictly: a value that may be null is not used unchecked", async () => {
    assert.match(
      (await notebook.run("const m = /a/.exec('b'); m.index")).errors[0].evalue,
      /TS18047: 'm' is possibly 'null'/,
    );
  });
});

describe("The type check", function () {
  this.timeout(60_000);
  for (const [typeCheck, stderr] of [
    ["warn", /1:7 - TS2322/],
    ["off", /^$/],
  ] as const) {
    it(`set to ${typeCheck} lets the cell run`, async () => {
      const notebook = new TestNotebook({ typeCheck });
      try {
        const ran = await notebook.run("const n: number = 'text' as unknown as string;\nn");
        assert.equal(ran.value, "'text'");
        assert.match(ran.stderr, stderr);
        assert.match((await notebook.run("const = 1")).errors[0].evalue, /TS1134|TS1123/);
      } finally {
        await notebook.close();
      }
    });
  }

  it("set to off runs JavaScript: what it assigns to need not be declared, a constant stays one", async () => {
    const notebook = new TestNotebook({ typeCheck: "off" });
    try {
      await notebook.run("x = 5; [y, { z }] = [6, { z: 7 }]; for (i of [1, 2]) {}");
      await notebook.run("function add(a, b) { total = a + b; return total }\nconst fixed = add(1, 2)");
      assert.equal((await notebook.run("x += 1; [x, y, z, i, total]")).value, "[ 6, 6, 7, 2, 3 ]");
      assert.match((await notebook.run("fixed = 4; fixed")).errors[0].evalue, /read only/);
    } finally {
      await notebook.close();
    }
  });

  it("takes from tsconfig.json what else it says: libraries, types, declarations, fields of classes, JSX", async () => {
    const notebook = new TestNotebook();
    try {
      const compilerOptions = { target: "es2020", lib: ["es2020", "dom"], types: ["zed"], jsx: "preserve" };
      notebook.write("tsconfig.json", JSON.stringify({ compilerOptions, include: ["*.d.ts"] }));
      notebook.write("globals.d.ts", "declare const fromProject: number;");
      notebook.write("node_modules/@types/zed/package.json", '{"name":"@types/zed","version":"1.0.0"}');
      notebook.write("node_modules/@types/zed/index.d.ts", "declare const zed: number;");
      notebook.write("fields.ts", "export class Fields { a?: number; b = 1 }");
      assert.equal(
        (
          await notebook.run(
            "import { Fields } from './fields';\nclass Own { a?: number; b = 1 }\n[Object.keys(new Own()), Object.keys(new Fields())].join('|')",
          )
        ).value,
        "'b|b'",
      );
      assert.equal(
        (
          await notebook.run(
            "const element: HTMLElement | undefined = undefined, n: typeof zed | typeof fromProject = 3; [n, process.version.length > 1]",
          )
        ).value,
        "[ 3, true ]",
      );
      await notebook.run(
        "declare global { namespace JSX { interface IntrinsicElements { b: object } } }\nconst React = { createElement: (...all: unknown[]) => all }, h = React.createElement;",
      );
      assert.equal((await notebook.run("const b = <b>x</b>; b")).value, "[ 'b', null, 'x' ]");
      assert.equal((await notebook.run("/** @jsx h */\nconst own = <b>y</b>; own")).value, "[ 'b', null, 'y' ]");
    } finally {
      await notebook.close();
    }
  });

  it("says once what is wrong with the nearest tsconfig.json, and honours the rest", async () => {
    const options = '"noUncheckedIndexedAccess": true,, "noSuch": 1';
    for (const [text, said] of [
      [
        `{\n  "compilerOptions": { ${options} }\n}`,
        [
          "tsconfig.json:2:57 - TS1136: Property assignment expected. What else the file says is honoured.",
          "tsconfig.json:2:59 - TS5023: Unknown compiler option 'noSuch'. What else the file says is honoured.",
        ],
      ],
      ["{", ["tsconfig.json:1:2 - TS1005: '}' expected. What else the file says is honoured."]],
      ['{ "include": [] }', []],
    ] as const) {
      const notebook = new TestNotebook();
      try {
        notebook.write("tsconfig.json", text);
        const first = await notebook.run("const list = [1]; 1");
        assert.deepEqual(first.stderr.split("\n").filter(Boolean), said);
        const second = await notebook.run("list[3].toFixed()");
        assert.equal(
          second.errors.some(({ evalue }) => /TS2532/.test(evalue)),
          text.includes(options),
        );
        assert.doesNotMatch(second.stderr, /tsconfig/);
      } finally {
        await notebook.close();
      }
    }
  });

  it("honours the strictness that the nearest tsconfig.json asks for", async () => {
    const notebook = new TestNotebook();
    try {
      notebook.write(
        "tsconfig.json",
        JSON.stringify({ compilerOptions: { noUncheckedIndexedAccess: true, paths: { "@lib/*": ["./lib/*"] } } }),
      );
      assert.match(
        (await notebook.run("const list = [1]; list[3].toFixed()")).errors[0].evalue,
        /TS2532: Object is possibly 'undefined'/,
      );
    } finally {
      await notebook.close();
    }
  });
});
