import ts from "typescript";
import { hasTag, isCode, NotebookError } from "./nbformat.js";
import type { CodeCell, Notebook } from "./nbformatTypes.js";

/** A variable of the cell tagged `parameters`. */
interface Parameter {
  readonly name: string;
  /** its type annotation as written, if any */
  readonly annotation?: string;
  readonly type: "number" | "string" | "boolean" | "other";
  readonly initializer: string;
  /** its value where the initializer is a literal, else undefined */
  readonly value?: number | string | boolean;
  /** every identifier in the initializer */
  readonly uses: ReadonlySet<string>;
}

const tagged = (notebook: Notebook, tag: string) =>
  notebook.cells.find((cell): cell is CodeCell => isCode(cell) && hasTag(cell, tag));

/**
 * Puts a cell tagged `injected-parameters` behind the one tagged `parameters`, in place of an earlier one, as papermill
 * does. It declares each given name again, by `let` so that `const quick = false` becomes a boolean and not the type
 * `true`, with the annotation of the parameters cell so that a wrong value does not type-check. What the parameters
 * cell computes from a given name (`const steps = quick ? 10 : 1000`) is repeated, since it would keep its old value
 * otherwise.
 *
 * A string given for a parameter that is not a string is read as JSON: `seed=3`, `sizes=[1,2]`.
 *
 * @throws NotebookError if a name is not declared in the parameters cell or a value is not of its type
 */
export function injectParameters(notebook: Notebook, values: Readonly<Record<string, unknown>>, name: string): void {
  if (Object.keys(values).length === 0) return;
  const cell = tagged(notebook, "parameters");
  const declared = cell ? declaredParameters(cell.source) : [];
  for (const key of Object.keys(values))
    if (!declared.some((parameter) => parameter.name === key))
      throw new NotebookError(
        `${name}: no parameter ${key}: ${cell ? `its parameters cell declares ${declared.map((parameter) => parameter.name).join(", ") || "nothing"}` : "none of its cells is tagged parameters"}`,
      );
  const stale = new Set(Object.keys(values));
  const lines = ["// Parameters"];
  for (const parameter of declared) {
    const given = Object.hasOwn(values, parameter.name);
    if (!given && ![...parameter.uses].some((used) => stale.has(used))) continue;
    stale.add(parameter.name);
    const value = given ? literal(parameter, values[parameter.name], name) : parameter.initializer;
    lines.push(`let ${parameter.name}${parameter.annotation ? `: ${parameter.annotation}` : ""} = ${value};`);
  }
  const old = tagged(notebook, "injected-parameters");
  const ids = new Set(notebook.cells.map((each) => each.id));
  let id = old?.id ?? "injected-parameters";
  while (!old && ids.has(id)) id += "-";
  const injected: CodeCell = {
    cell_type: "code",
    id,
    metadata: { tags: ["injected-parameters"] },
    source: lines.join("\n"),
    outputs: [],
    execution_count: null,
  };
  notebook.cells = notebook.cells.filter((each) => each !== old);
  notebook.cells.splice(notebook.cells.indexOf(cell!) + 1, 0, injected);
}

/** Says whether the notebook's parameters cell declares the name. */
export function declaresParameter(notebook: Notebook, name: string): boolean {
  const cell = tagged(notebook, "parameters");
  return cell !== undefined && declaredParameters(cell.source).some((parameter) => parameter.name === name);
}

/** Returns the parameters whose last declaration, injected or not, is a literal; a report names them. */
export function literalParameters(notebook: Notebook): Readonly<Record<string, number | string | boolean>> {
  const values: Record<string, number | string | boolean> = {};
  for (const tag of ["parameters", "injected-parameters"])
    for (const { name, value } of declaredParameters(tagged(notebook, tag)?.source ?? "")) {
      delete values[name];
      if (value !== undefined) values[name] = value;
    }
  return values;
}

function declaredParameters(source: string): Parameter[] {
  const file = ts.createSourceFile("parameters.ts", source, ts.ScriptTarget.ESNext, true);
  const parameters: Parameter[] = [];
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, type, initializer } of statement.declarationList.declarations) {
      if (!ts.isIdentifier(name) || !initializer) continue;
      const value = literalValue(initializer);
      const annotation = type?.getText(file);
      const simple = annotation ?? typeof value;
      parameters.push({
        name: name.text,
        annotation,
        type: simple === "number" || simple === "string" || simple === "boolean" ? simple : "other",
        initializer: initializer.getText(file),
        value,
        uses: identifiers(initializer),
      });
    }
  }
  return parameters;
}

function literalValue(node: ts.Expression): number | string | boolean | undefined {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (
    ts.isPrefixUnaryExpression(node) &&
    node.operator === ts.SyntaxKind.MinusToken &&
    ts.isNumericLiteral(node.operand)
  )
    return -Number(node.operand.text);
  return undefined;
}

function identifiers(node: ts.Node, found = new Set<string>()): Set<string> {
  if (ts.isIdentifier(node)) found.add(node.text);
  node.forEachChild((child) => void identifiers(child, found));
  return found;
}

/** Writes a value as TypeScript source. */
function literal({ name, type, initializer }: Parameter, given: unknown, notebook: string): string {
  const wrong = (expected: string) =>
    new NotebookError(
      `${notebook}: parameter ${name} = ${typeof given === "string" ? JSON.stringify(given) : String(given)}, expected ${expected}, as in the parameters cell: ${name} = ${initializer}`,
    );
  let value = given;
  if (typeof given === "string" && type !== "string") {
    try {
      value = JSON.parse(given);
    } catch {
      if (type !== "other") throw wrong(`a ${type}`);
      if (/^[[{]/.test(initializer)) throw wrong(`JSON ${initializer.startsWith("[") ? "[…]" : "{…}"}`); // else a text takes the place of a list unseen
    }
  }
  if (type !== "other" && typeof value !== type) throw wrong(`a ${type}`);
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value);
  if (text === undefined) throw wrong("a JSON value");
  return text;
}
