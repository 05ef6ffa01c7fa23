import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "mocha";

/** A new empty directory that is gone when the surrounding suite is done. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "scorebook-test-"));
  after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface CellSketch {
  readonly code?: string;
  readonly markdown?: string;
  readonly id?: string;
  readonly tags?: readonly string[];
  readonly outputs?: readonly object[];
  readonly metadata?: object;
}

/** The JSON of a notebook of these cells. */
export function notebookJson(cells: readonly CellSketch[], metadata: object = {}): Record<string, unknown> {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata,
    cells: cells.map(({ code, markdown, id, tags, outputs, metadata }, index) => ({
      id: id ?? `c${index + 1}`,
      metadata: { ...metadata, ...(tags && { tags }) },
      ...(code === undefined
        ? { cell_type: "markdown", source: markdown ?? "" }
        : { cell_type: "code", source: code, outputs: outputs ?? [], execution_count: outputs ? 1 : null }),
    })),
  };
}

/** Writes a notebook of these cells and gives its path. */
export function sketchNotebook(
  directory: string,
  name: string,
  cells: readonly CellSketch[],
  metadata: object = {},
): string {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify(notebookJson(cells, metadata)));
  return path;
}
