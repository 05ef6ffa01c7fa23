import assert from "node:assert/strict";
import { TestNotebook } from "../../helpers/cells.js";

describe("A cell with declarations", function () {
  this.timeout(60_000);
  let notebook: TestNotebook;
  before(() => {
    notebook = new TestNotebook();
  });
  after(() => notebook.close());

  it("shares its variables by live bindings: closures of earlier cells see later assignments", async () => {
    await notebook.run("let counter = 0; const incr = () => { counter++ };");
    assert.equal((await notebook.run("counter = 100; incr(); counter")).value, "101");
    assert.equal((await notebook.run("incr(); counter += 2; ({ counter })")).value, "{ counter: 104 }");
  });

  it("gives a name that is declared again to later cells and to all that closed over the old one", async () => {
    await notebook.run("function inner() { return 1 }\nfunction outer() { return inner() }");
    await notebook.run("const across = () => inner()");
    await notebook.run("function inner() { return 2 }");
    assert.equal((await notebook.run("[inner(), across(), outer()]")).value, "[ 2, 2, 2 ]");
  });

  it("may declare const, let, class, function and enum again", async () => {
    await notebook.run("const a = 1; let b = 1; class C { x = 1 }; enum E { P = 1 }");
    assert.equal(
      (
        await notebook.run(
          "const a = 2; let b = 'two'; class C { y = 2 }; enum E { P = 2 }; [a, b, new C().y, E.P].join()",
        )
      ).value,
      "'2,two,2,2'",
    );
  });

  it("destructures, also with defaults and rest", async () => {
    assert.equal(
      (
        await notebook.run(
          "const { p, ...others } = { p: 1, q: 2, r: 3 }, [x = 7, , ...tail] = [undefined, 8, 9] as (number | undefined)[]; others",
        )
      ).value,
      "{ q: 2, r: 3 }",
    );
    assert.equal((await notebook.run("[p, x, tail]")).value, "[ 1, 7, [ 9 ] ]");
    await notebook.run("const made = () => ({ field: 1, inner: { deep: 2 } })");
    assert.equal(
      (
        await notebook.run(
          "const { field: renamed, inner: { deep: deeper } } = made(); [renamed, deeper, (({ field: own }) => own)(made())]",
        )
      ).value,
      "[ 1, 2, 1 ]",
    );
  });

  it("awaits at the top level, also in `for await` and `await using`", async () => {
    assert.equal((await notebook.run("const v = await Promise.resolve(3); v")).value, "3");
    assert.equal(
      (
        await notebook.run(
          "let sum = 0; async function* g() { yield 1; yield 2 }\nfor await (const n of g()) sum += n;\nsum",
        )
      ).value,
      "3",
    );
    assert.equal(
      (
        await notebook.run(
          "let closed = false; { await using r = { async [Symbol.asyncDispose]() { closed = true } }; }\nclosed",
        )
      ).value,
      "true",
    );
  });

  it("may use `export`, which changes nothing", async () => {
    await notebook.run(
      "export const exported = 5; export default function seen() { return exported }\nexport { exported as other };",
    );
    assert.equal((await notebook.run("seen()")).value, "5");
  });

  it("keeps namespaces and what it declares globally for all later cells", async () => {
    await notebook.run(
      "namespace Space { export const one = 1 }\ndeclare global { interface Array<T> { second(): T } }\nArray.prototype.second = function () { return this[1] };",
    );
    await notebook.run("const between = 1;");
    await notebook.run("between + 1");
    assert.equal((await notebook.run("Space.one + [1, 2].second()")).value, "3");
    await notebook.run("namespace Space { export const two = 2 }");
    await notebook.run("between + 2");
    assert.equal((await notebook.run("Space.two")).value, "2");
    assert.match((await notebook.run("Space.one")).errors[0].evalue, /TS2339|TS2551/);
  });

  it("defines the fields of classes alike, whether it awaits or not", async () => {
    const fields = "class Fields { a?: number; b = 1 }\nObject.keys(new Fields()).join()";
    assert.deepEqual(
      [(await notebook.run(fields)).value, (await notebook.run(`await null;\n${fields}`)).value],
      ["'a,b'", "'a,b'"],
    );
  });

  it("has private fields, generators, TypeScript 6 and the newest library", async () => {
    assert.equal(
      (
        await notebook.run(
          "class P { #secret = 4; get value() { return this.#secret } }\nfunction* twice(n: number) { yield n; yield n }\n[new P().value, ...twice(1), ...[3, 1].toSorted()]",
        )
      ).value,
      "[ 4, 1, 1, 1, 3 ]",
    );
  });

  it("runs in strict mode", async () => {
    assert.equal((await notebook.run("(function (this: unknown) { return this; })() === undefined")).value, "true");
    const frozen = await notebook.run("const frozen: { n: number } = Object.freeze({ n: 1 });\nfrozen.n = 2;");
    assert.match(frozen.errors[0].evalue, /^Cannot assign to read only property 'n'/);
  });
});
