import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** Every exported declaration of src/ that has no doc comment, as file:line name. */
function undocumented(): string[] {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return files.flatMap((file) => {
    const path = join("src", file);
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
    const isExported = (node: ts.Node): boolean =>
      ts.canHaveModifiers(node) && !!ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    return source.statements.flatMap((node) => {
      if (!isExported(node) || ts.isExportDeclaration(node)) return [];
      const documented = (ts.getJSDocCommentsAndTags(node) as readonly ts.Node[]).length > 0;
      // Overloads after the first one are documented by it.
      const before = source.statements[source.statements.indexOf(node) - 1];
      const name = ts.isVariableStatement(node)
        ? node.declarationList.declarations[0].name.getText(source)
        : (node as ts.DeclarationStatement).name?.getText(source);
      const overload =
        ts.isFunctionDeclaration(node) && before && ts.isFunctionDeclaration(before) && before.name?.text === name;
      if (documented || overload) return [];
      return [`${path}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1} ${name}`];
    });
  });
}

describe("Exports", () => {
  it("have a doc comment each", () => assert.deepEqual(undocumented(), []));
});
