import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Source } from "../../src/math/random.js";
import { readTensors, writeTensors } from "../../src/math/safetensors.js";
import { NotebookError, readNotebook } from "../../src/notebook/nbformat.js";
import { sketchNotebook } from "../helpers/notebooks.js";
import { repeat, type Part } from "./part.js";

/** Returns the bytes cut short, with some of them changed, or with some put in. */
function damaged(source: Source, bytes: Buffer): Buffer {
  const at = source.integer(bytes.length),
    noise = Buffer.from(Array.from({ length: 1 + source.integer(8) }, () => source.integer(256)));
  const how = source.integer(3);
  if (how === 0) return bytes.subarray(0, at);
  return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(how === 1 ? at + noise.length : at)]);
}

/** Reads damaged notebooks and weights: each is read, or refused in one sentence. */
export const damagedFiles: Part = async (soak) => {
  const directory = mkdtempSync(join(tmpdir(), "scorebook-soak-"));
  const inside = (name: string): string => join(directory, name);
  try {
    sketchNotebook(directory, "whole.ipynb", [
      { markdown: "# Title" },
      { code: "1 + 1", outputs: [{ output_type: "stream", name: "stdout", text: "2\n" }] },
    ]);
    writeTensors(inside("whole.safetensors"), {
      tensors: { weight: new Float32Array(6) },
      metadata: { name: "w" },
    });
    const [notebook, weights] = ["whole.ipynb", "whole.safetensors"].map((name) => readFileSync(inside(name)));
    let refused = 0;
    const tried = (name: string, read: (path: string) => unknown, isRefusal: (error: Error) => boolean): void => {
      const whole = name.endsWith(".ipynb") ? notebook : weights;
      writeFileSync(inside(name), damaged(soak.source, whole));
      try {
        read(inside(name));
      } catch (error) {
        refused++;
        assert.ok(isRefusal(error as Error), `a damaged ${name} is refused by ${String((error as Error).stack)}`);
      }
    };
    const files = await repeat(soak, 300, async () => {
      tried("damaged.ipynb", readNotebook, (error) => error instanceof NotebookError);
      tried("damaged.safetensors", readTensors, ({ message }) => message.includes("damaged.safetensors"));
    });
    return `${2 * files} damaged files, ${refused} refused, the others read`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
