import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject } from "ajv";
import { writeFileAtomic } from "../files/atomicFile.js";
import { packageRoot } from "../files/packageRoot.js";
import { parseJson, utf8Text } from "./nbformatJson.js";
import { joined, layOut, type LaidOutCells } from "./nbformatLayout.js";
import type { Cell, CodeCell, Notebook, StoredOutput } from "./nbformatTypes.js";

/** A fault of a notebook file or of its settings, told in one sentence. */
export class NotebookError extends Error {
  override readonly name = "NotebookError";
}

/** Recognizes code cells. */
export const isCode = (cell: Cell): cell is CodeCell => cell.cell_type === "code";
/** Says whether a cell has a tag. */
export const hasTag = (cell: Cell, tag: string) => cell.metadata.tags?.includes(tag) ?? false;

/**
 * Reads a notebook of format 4.0 to 4.5. What is older than 4.5 is upgraded in memory; cells that have no id, or that of
 * a cell before, get one that depends on nothing but the cell's place. Metadata and fields that we do not know are kept.
 *
 * @throws NotebookError if the file cannot be read, is not JSON in UTF-8, is of another format or breaks the official schema
 */
export function readNotebook(path: string): Notebook {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new NotebookError(
      `${path}: ${code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "is a directory, expected a notebook file" : `cannot be read (${code})`}`,
    );
  }
  let text: string;
  try {
    text = utf8Text(bytes);
  } catch (error) {
    throw new NotebookError(`${path}: not a notebook: ${(error as Error).message}`);
  }
  return parseNotebook(text, path);
}

/** Reads a notebook from the text of its file, as `readNotebook` does; `name` opens every error message. */
export function parseNotebook(text: string, name: string): Notebook {
  let json: Record<string, unknown>;
  try {
    json = parseJson(text.replace(/^\uFEFF/, "")) as Record<string, unknown>;
  } catch (error) {
    throw new NotebookError(`${name}: not a notebook: not JSON (${(error as Error).message})`);
  }
  const { nbformat, nbformat_minor: minor } = json ?? {};
  if (typeof nbformat !== "number" || typeof minor !== "number")
    throw new NotebookError(`${name}: not a notebook: JSON without numbers "nbformat" and "nbformat_minor"`);
  if (nbformat < 4)
    throw new NotebookError(
      `${name}: notebook format ${nbformat}.${minor}, expected 4.0 to 4.5; convert it: jupyter nbconvert --to notebook --nbformat 4`,
    );
  if (nbformat > 4 || minor > 5)
    throw new NotebookError(
      `${name}: notebook format ${nbformat}.${minor} is newer than 4.5, the last one known here; save it as 4.5`,
    );
  const notebook = upgrade(json, minor);
  const problem = validate(notebook);
  if (problem) throw new NotebookError(`${name}: not a valid notebook of format 4.${minor}: ${problem}`);
  return joined(notebook);
}

/**
 * Writes the notebook, checked against the official schema, laid out as Jupyter does, through a temporary file; cells
 * in `known` have not changed since the writing before.
 *
 * @throws NotebookError if the notebook breaks the schema or the file cannot be written; it is then left as it was
 */
export function writeNotebook(path: string, notebook: Notebook, known?: LaidOutCells): void {
  const problem = validate(notebook);
  if (problem) throw new NotebookError(`${path}: not written, since it would not be a valid notebook: ${problem}`);
  try {
    writeFileAtomic(path, layOut(notebook, known));
  } catch (error) {
    throw new NotebookError(`${path}: cannot be written (${(error as Error).message})`);
  }
}

/**
 * Returns the language that a notebook says it is in; TypeScript if it says none.
 *
 * @throws NotebookError if the notebook is in another language than these; `name` opens the message
 */
export function languageOf(notebook: Notebook, name: string): "typescript" | "javascript" {
  const { kernelspec, language_info: info } = notebook.metadata;
  const language = String(info?.name ?? kernelspec?.language ?? "typescript").toLowerCase();
  if (language === "typescript" || language === "javascript") return language;
  throw new NotebookError(`${name}: a notebook in ${language}, expected TypeScript or JavaScript`);
}

/**
 * Gives ids to the cells of formats 4.0 to 4.4, which differ from 4.5 in nothing else, and to those of 4.5 that lack
 * one or repeat another's, as Jupyter does; they depend on the notebook alone.
 */
function upgrade(json: Record<string, unknown>, minor: number): Record<string, unknown> {
  if (!Array.isArray(json.cells)) return { ...json, nbformat_minor: 5 };
  const cells = json.cells as ({ id?: unknown } | null)[];
  const idOf = (cell: { id?: unknown } | null) => (minor < 5 ? undefined : cell?.id);
  const taken = new Set(cells.map(idOf));
  const seen = new Set<unknown>();
  const fresh = (id: string): string => (taken.has(id) ? fresh(`${id}-`) : id);
  const withId = (cell: { id?: unknown } | null, index: number): object | null => {
    const id = idOf(cell);
    if (id === undefined || seen.has(id)) return { ...cell, id: fresh(`cell-${index + 1}`) };
    seen.add(id);
    return cell;
  };
  return { ...json, nbformat_minor: 5, cells: cells.map(withId) };
}

/** ajv's compiled schema, which it types as a guard of any value */
type Check = ((value: unknown) => boolean) & { errors?: ErrorObject[] | null };
let schema: ((name: string) => Check) | undefined;

/** Compiles a definition of the official schema, which is of draft 4; the keywords it uses mean the same in draft 7. */
function compiled(definition: string): Check {
  if (!schema) {
    const { $schema: _, ...official } = JSON.parse(
      readFileSync(join(packageRoot, "data", "nbformat", "nbformat.v4.5.schema.json"), "utf8"),
    );
    const ajv = new Ajv({ strict: false, unicodeRegExp: false });
    ajv.addSchema(official, "nbformat");
    schema = (name) => ajv.getSchema(`nbformat${name}`) as Check;
  }
  return schema(definition);
}

/** Finds the first breach of the schema: where it is and what was expected; undefined if there is none. */
function validate(notebook: Record<string, unknown>): string | undefined {
  if (compiled("")(notebook)) return repeatedId(notebook.cells as { id: string }[]);
  const whole = compiled("").errors![0];
  // a breach inside oneOf is reported once for every branch: ask the branch that the cell or output claims to be
  for (const [n, cell] of (Array.isArray(notebook.cells) ? notebook.cells : []).entries()) {
    for (const [k, output] of (Array.isArray(cell?.outputs) ? cell.outputs : []).entries()) {
      const problem = breach(output, output?.output_type, `cell ${n + 1}, output ${k + 1}`, [
        "stream",
        "display_data",
        "execute_result",
        "error",
      ]);
      if (problem) return problem;
    }
    const problem = breach(cell, cell?.cell_type, `cell ${n + 1}`, ["code", "markdown", "raw"], "_cell");
    if (problem) return problem;
  }
  return describe(whole, "the notebook");
}

/** Says how an output breaks the schema and so cannot be stored; undefined if it does not. */
export function outputProblem(output: StoredOutput): string | undefined {
  return breach(output, output.output_type, "output", ["stream", "display_data", "execute_result", "error"]);
}

function breach(
  value: unknown,
  type: unknown,
  where: string,
  types: readonly string[],
  suffix = "",
): string | undefined {
  if (typeof type !== "string" || !types.includes(type))
    return `${where} is of type ${JSON.stringify(type)}, expected ${types.join(", ")}`;
  const check = compiled(`#/definitions/${type}${suffix}`);
  return check(value) ? undefined : describe(check.errors![0], `${where} (${type})`);
}

function describe({ instancePath, message, params }: ErrorObject, where: string): string {
  const extra =
    "additionalProperty" in params
      ? ` "${params.additionalProperty}"`
      : "allowedValues" in params
        ? ` ${params.allowedValues.join(", ")}`
        : "";
  return `${where}${instancePath ? `, ${instancePath.slice(1).replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~")}` : ""} ${message}${extra}`;
}

function repeatedId(cells: readonly { id: string }[]): string | undefined {
  const seen = new Map<string, number>();
  for (const [index, { id }] of cells.entries()) {
    if (seen.has(id))
      return `cells ${seen.get(id)} and ${index + 1} have the same id "${id}"; ids must differ: change one`;
    seen.set(id, index + 1);
  }
  return undefined;
}
