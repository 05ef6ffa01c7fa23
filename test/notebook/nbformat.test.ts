import assert from "node:assert/strict";
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, lstatSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NotebookError, parseNotebook, readNotebook, writeNotebook } from "../../src/notebook/nbformat.js";
import { notebookJson, temporaryDirectory } from "../helpers/notebooks.js";

const layout = fileURLToPath(new URL("../../../data/nbformat/layout.ipynb", import.meta.url));

describe("notebook format", () => {
  const directory = temporaryDirectory();
  const parse = (json: unknown) => parseNotebook(typeof json === "string" ? json : JSON.stringify(json), "x.ipynb");
  const refuses = (json: unknown, message: RegExp) =>
    assert.throws(
      () => parse(json),
      (error: Error) => (error instanceof NotebookError && message.test(error.message)) || assert.fail(error.message),
    );

  it("writes byte for byte what Jupyter's own writer writes", () => {
    const path = join(directory, "layout.ipynb");
    writeNotebook(path, readNotebook(layout));
    assert.equal(readFileSync(path, "utf8"), readFileSync(layout, "utf8"));
  });

  it("joins multiline strings of sources, streams and text, but not of JSON data", () => {
    const [, , code] = readNotebook(layout).cells as unknown as {
      source: string;
      outputs: { text?: string; data?: Record<string, unknown> }[];
    }[];
    assert.equal(code.source, "let a = 1\r\nlet b = 2\n\n  a + b");
    assert.equal(code.outputs[0].text, "one\ntwo\x0bthree\x1b[31m\t\n");
    assert.equal(code.outputs[2].data!["image/svg+xml"], "<svg>\n</svg>");
    assert.deepEqual(code.outputs[3].data!["application/json"], ["kept\n", "apart\n"]);
  });

  it("keeps ids, metadata and fields it does not know, and drops what Jupyter never stores", () => {
    const json = notebookJson([{ code: "1", id: "first" }], { mine: { deep: [1] }, signature: "s" });
    (json.cells as { metadata: object }[])[0].metadata = { trusted: true, custom: 3 };
    const notebook = parse(json);
    assert.deepEqual(notebook.metadata, { mine: { deep: [1] } });
    assert.deepEqual(notebook.cells[0].metadata, { custom: 3 });
    assert.equal(notebook.cells[0].id, "first");
  });

  it("gives the cells of formats 4.0 to 4.4 the same ids every time", () => {
    const json = notebookJson([{ code: "1" }, { markdown: "2" }]);
    json.nbformat_minor = 4;
    for (const cell of json.cells as { id?: string }[]) delete cell.id;
    assert.deepEqual(
      parse(json).cells.map((cell) => cell.id),
      ["cell-1", "cell-2"],
    );
    assert.equal(parse(json).nbformat_minor, 5);
  });

  it("gives ids to cells of format 4.5 that lack one, others than those there are", () => {
    const json = notebookJson([{ code: "1" }, { markdown: "2" }, { code: "3" }]);
    const cells = json.cells as { id?: string }[];
    delete cells[0].id;
    delete cells[2].id;
    cells[1].id = "cell-1";
    assert.deepEqual(
      parse(json).cells.map((cell) => cell.id),
      ["cell-1-", "cell-1", "cell-3"],
    );
  });

  it("gives another id to a cell that has that of a cell before, the same every time", () => {
    const json = notebookJson([
      { code: "1", id: "a" },
      { code: "2", id: "cell-3" },
      { code: "3", id: "a" },
      { markdown: "4", id: "a" },
    ]);
    for (let k = 0; k < 2; k++)
      assert.deepEqual(
        parse(json).cells.map((cell) => cell.id),
        ["a", "cell-3", "cell-3-", "cell-4"],
      );
  });

  it("reads NaN and Infinity as Python writes them, writes them so again, and takes no text for them", () => {
    const path = join(directory, "numbers.ipynb");
    const texts = ["NaN", '"Infinity\\', "number:NaN", "\\"];
    const json = JSON.stringify(notebookJson([{ markdown: "" }], { texts, numbers: ["N", "I", "-I", 1e300] }));
    writeFileSync(path, json.replace(/"N"/, "NaN").replace(/"(-?)I"/g, "$1Infinity"));
    for (let k = 0; k < 2; k++) {
      const notebook = readNotebook(path);
      assert.deepEqual(notebook.metadata, { texts, numbers: [NaN, Infinity, -Infinity, 1e300] });
      writeNotebook(path, notebook);
      assert.match(readFileSync(path, "utf8"), /NaN,\n\s+Infinity,\n\s+-Infinity,/);
    }
    for (const wrong of ['{"a": nan}', '{"a": -NaN}', '{"a": NaN1}', "{NaN: 1}", "[NaN"])
      refuses(wrong, /x\.ipynb: not a notebook: not JSON \(/);
  });

  it("refuses what is not UTF-8, and says where", () => {
    const path = join(directory, "latin1.ipynb");
    const text = JSON.stringify(notebookJson([{ code: "'é'" }]), null, 1);
    const line = text.slice(0, text.indexOf("é")).split("\n").length;
    writeFileSync(path, text, "latin1");
    assert.throws(
      () => readNotebook(path),
      new NotebookError(
        `${path}: not a notebook: line ${line} has the byte 0xe9, which is not UTF-8 there; save the file as UTF-8`,
      ),
    );
    for (const bytes of [text.replace("é", "\ufffd"), `\ufeff${text}`]) {
      writeFileSync(path, bytes);
      assert.equal(readNotebook(path).cells.length, 1);
    }
    writeFileSync(path, Buffer.from([0xff, 0xfe, 0x7b, 0]));
    assert.throws(() => readNotebook(path), /line 1 has the byte 0xff, which is not UTF-8 there/);
    writeFileSync(path, Buffer.concat([Buffer.from(`\ufeff${text}\n`), Buffer.from([0xe2, 0x82])]));
    assert.throws(() => readNotebook(path), new RegExp(`line ${text.split("\n").length + 1} has the byte 0xe2`));
  });

  it("replaces a file whole, keeps its mode and leaves no temporary file", () => {
    const path = join(directory, "mode.ipynb");
    writeFileSync(path, "old");
    chmodSync(path, 0o640);
    symlinkSync(path, join(directory, "link.ipynb"));
    writeNotebook(join(directory, "link.ipynb"), readNotebook(layout));
    assert.equal(statSync(path).mode & 0o777, 0o640);
    assert.ok(lstatSync(join(directory, "link.ipynb")).isSymbolicLink());
    assert.equal(readFileSync(path, "utf8"), readFileSync(layout, "utf8"));
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });

  it("does not write what breaks the schema", () => {
    const path = join(directory, "kept.ipynb");
    writeFileSync(path, "kept");
    const notebook = parse(notebookJson([{ code: "1" }]));
    (notebook.cells[0] as unknown as { outputs: unknown[] }).outputs.push({ output_type: "stream", text: "no name" });
    assert.throws(
      () => writeNotebook(path, notebook),
      /kept\.ipynb: not written, .*cell 1, output 1 \(stream\) must have required property 'name'/,
    );
    assert.equal(readFileSync(path, "utf8"), "kept");
  });

  it("says in one sentence what is wrong with a file and the way out", () => {
    assert.throws(() => readNotebook(join(directory, "none.ipynb")), /none\.ipynb: there is no such file/);
    assert.throws(() => readNotebook(directory), /is a directory, expected a notebook file/);
    refuses("{", /x\.ipynb: not a notebook: not JSON \(/);
    refuses("null", /JSON without numbers "nbformat" and "nbformat_minor"/);
    refuses(
      { ...notebookJson([]), nbformat: 3 },
      /notebook format 3\.5, expected 4\.0 to 4\.5; convert it: jupyter nbconvert/,
    );
    refuses({ ...notebookJson([]), nbformat_minor: 6 }, /notebook format 4\.6 is newer than 4\.5/);
    refuses({ ...notebookJson([]), cells: 3 }, /the notebook, cells must be array/);
    refuses({ ...notebookJson([]), extra: 3 }, /the notebook must NOT have additional properties "extra"/);
    refuses({ ...notebookJson([]), cells: [null] }, /cell 1 is of type undefined, expected code, markdown, raw/);
    refuses(notebookJson([{ code: "1", id: "a b" }]), /cell 1 \(code\), id must match pattern/);
    refuses(
      notebookJson([{ code: "1", outputs: [{ output_type: "picture" }] }]),
      /cell 1, output 1 is of type "picture", expected stream/,
    );
    refuses(
      notebookJson([{ code: "1", outputs: [{ output_type: "stream", name: "stdout", text: 3 }] }]),
      /cell 1, output 1 \(stream\), text must be/,
    );
  });
});
