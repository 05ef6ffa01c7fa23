import assert from "node:assert/strict";
import { basename } from "node:path";
import ts from "typescript";
import { isCode, readNotebook } from "../src/notebook/nbformat.js";
import { findNotebooks } from "../src/notebook/paths.js";

/** Lines of a cell, columns of a line, and lines of a notebook's code. */
const [LINES, COLUMNS, TOTAL] = [20, 120, 150];

const isImport = (node: ts.Node) => ts.isImportDeclaration(node) || ts.isImportEqualsDeclaration(node);

const isClaim = (node: ts.Node) =>
  ts.isExpressionStatement(node) &&
  ts.isCallExpression(node.expression) &&
  node.expression.expression.getText() === "claim";

/** Whether an expression is a function, in parentheses and under type assertions or not. */
function isFunction(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return isFunction(node.expression);
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

/** The lines that hold a token, so neither blank nor all comment, outside of the nodes that are left out. */
function codeLines(file: ts.SourceFile, leaveOut: (node: ts.Node) => boolean): number {
  const lines = new Set<number>();
  const lineOf = (position: number) => file.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node): void => {
    if (leaveOut(node) || ts.isJSDoc(node) || node.kind === ts.SyntaxKind.EndOfFileToken) return;
    const children = node.getChildren(file);
    children.forEach(visit);
    if (children.length > 0 || node.getText(file) === "") return;
    for (let line = lineOf(node.getStart(file)); line <= lineOf(node.getEnd()); line++) lines.add(line);
  };
  visit(file);
  return lines.size;
}

/** The names of the functions that a cell declares or binds to a name. */
function namedFunctions(file: ts.SourceFile): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node)) names.push(node.name?.text ?? "default");
    if (ts.isVariableDeclaration(node) && node.initializer && isFunction(node.initializer))
      names.push(node.name.getText(file));
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken && isFunction(node.right))
      names.push(node.left.getText(file));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

interface CellSource {
  readonly id: string;
  readonly source: string;
}

/** What is above the ceiling, each with its cell and number. */
function excesses(name: string, cells: readonly CellSource[]): string[] {
  let total = 0;
  const found = cells.flatMap(({ id, source }) => {
    const file = ts.createSourceFile(`${id}.ts`, source, ts.ScriptTarget.Latest, true);
    const lines = codeLines(file, isImport);
    total += codeLines(file, (node) => isImport(node) || isClaim(node));
    const widest = Math.max(...source.split("\n").map((line) => line.length));
    return [
      ...(lines > LINES ? [`${lines} lines, at most ${LINES}`] : []),
      ...(widest > COLUMNS ? [`${widest} columns, at most ${COLUMNS}`] : []),
      ...namedFunctions(file).map((named) => `the function ${named}, at most 0 with a name: it belongs in src/`),
    ].map((excess) => `${name}, cell ${id}: ${excess}`);
  });
  return total > TOTAL ? [...found, `${name}, all cells: ${total} lines of code, at most ${TOTAL}`] : found;
}

describe("The code cells of a notebook", () => {
  for (const path of findNotebooks(["notebooks"]))
    it(`are few, short and without functions of their own: ${path}`, () =>
      assert.deepEqual(excesses(basename(path, ".ipynb"), readNotebook(path).cells.filter(isCode)), []));

  const cell = (source: string) => excesses("n", [{ id: "c", source }]);
  const lines = (count: number) => Array.from({ length: count }, (_, i) => `f(${i});`).join("\n");

  it("may be as long and as wide as the ceiling, and no more", () => {
    assert.deepEqual(cell(`${lines(20)}\n\n// a comment\n/* and\none more */`), []);
    assert.deepEqual(cell(lines(21)), ["n, cell c: 21 lines, at most 20"]);
    assert.deepEqual(cell(`"${"x".repeat(118)}"`), []);
    assert.deepEqual(cell(`"${"x".repeat(119)}"`), ["n, cell c: 121 columns, at most 120"]);
  });

  it("count together without imports and claims, a cell of claims as any other", () => {
    const data = `import {\n  a,\n} from "scorebook";\nfor (const x of xs)\n  claim({\n    id: x,\n  });\n`;
    const cells = (count: number) => [
      ...Array.from({ length: 10 }, (_, i) => ({ id: `c${i}`, source: `${data}${lines(14)}` })),
      { id: "last", source: lines(count) },
    ];
    assert.deepEqual(excesses("n", cells(0)), []);
    assert.deepEqual(excesses("n", cells(1)), ["n, all cells: 151 lines of code, at most 150"]);
    assert.deepEqual(cell(`claim({\n${"  a,\n".repeat(20)}});`), ["n, cell c: 22 lines, at most 20"]);
  });

  it("bind no function to a name, and pass as many as they like", () => {
    assert.deepEqual(cell("xs.map((x) => x + 1); g({ theory: function () {} });"), []);
    for (const [source, name] of [
      ["const f = (x) => x;", "f"],
      ["let f: F = ((x) => x) as F;", "f"],
      ["f = function () {};", "f"],
      ["xs.map((x) => { function inner() {} });", "inner"],
    ])
      assert.deepEqual(cell(source), [`n, cell c: the function ${name}, at most 0 with a name: it belongs in src/`]);
  });
});
