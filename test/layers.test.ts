import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/**
 * What each room of src/ may import, types included, besides itself: folders with all that is in them. A room is the
 * longest of these folders that a file lies in; a folder of src/ without a line here is an error.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  files: [],
  math: ["math/backend", "files"],
  "math/backend": ["files", "math"],
  datasets: ["math"],
  diffusion: ["math"],
  "diffusion/distributions": ["math", "diffusion"],
  "diffusion/sampling": ["math", "diffusion", "diffusion/distributions"],
  "diffusion/networks": ["files", "math", "math/backend", "datasets", "diffusion", "diffusion/distributions"],
  analysis: [],
  "analysis/gauge": ["math", "diffusion", "diffusion/distributions"],
  "analysis/dimension": [
    "math",
    "datasets",
    "diffusion",
    "diffusion/distributions",
    "diffusion/networks",
    "analysis/gauge",
  ],
  "analysis/independence": ["math", "diffusion/distributions"],
  "analysis/encodings": [
    "math",
    "diffusion",
    "diffusion/distributions",
    "analysis/dimension",
    "analysis/gauge",
    "analysis/independence",
  ],
  "analysis/scores": ["math", "diffusion", "diffusion/distributions", "diffusion/networks"],
  "analysis/samples": ["math", "diffusion", "diffusion/distributions", "diffusion/sampling"],
  "analysis/trajectories": ["math", "diffusion", "diffusion/distributions", "diffusion/sampling"],
  "analysis/stochasticity": [
    "math",
    "diffusion",
    "diffusion/distributions",
    "diffusion/sampling",
    "analysis/independence",
    "analysis/samples",
  ],
  "analysis/symmetry": ["math", "diffusion", "diffusion/sampling"],
  "analysis/variance": [
    "math",
    "datasets",
    "diffusion",
    "diffusion/distributions",
    "diffusion/sampling",
    "diffusion/networks",
  ],
  figures: [
    "math",
    "analysis/gauge",
    "analysis/samples",
    "analysis/scores",
    "analysis/symmetry",
    "analysis/trajectories",
  ],
  kernel: ["files"],
  "kernel/protocol": ["files", "kernel", "kernel/host"],
  "kernel/host": ["files", "kernel"],
  "kernel/worker": ["files", "kernel", "math"],
  notebook: ["files", "kernel", "kernel/host", "kernel/worker", "math"],
};

const root = "src";
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"));
const imports = files.flatMap((file) =>
  [...readFileSync(join(root, file), "utf8").matchAll(/(?:\bfrom|\bimport|\bimport\()\s*"(\.[^"]*)"/g)].map(
    ([, target]) => ({ file, target: posix.join(posix.dirname(file), target).replace(/\.js$/, ".ts") }),
  ),
);
const rooms = Object.keys(allowed).sort((a, b) => b.length - a.length);
const roomOf = (file: string) => rooms.find((room) => file.startsWith(`${room}/`));
/** An entry point of the package, or of a part of one: it gives on what lies in its folder. */
const isIndex = (file: string) => posix.basename(file) === "index.ts";

/** The circles of a graph, each a strongly connected component of more than one node (Tarjan). */
function circles(edges: readonly { readonly file: string; readonly target: string }[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { file, target } of edges) next.set(file, [...(next.get(file) ?? []), target]);
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    for (const target of next.get(node) ?? []) {
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) low.set(node, Math.min(low.get(node)!, low.get(target)!));
    }
    if (low.get(node) === index.get(node)) {
      const component = stack.splice(stack.indexOf(node));
      if (component.length > 1) found.push(component.sort());
    }
  };
  for (const { file } of edges) if (!index.has(file)) visit(file);
  return found;
}

describe("imports", () => {
  it("are found", () =>
    assert.ok(
      imports.some(({ file, target }) => file === "diffusion/distributions/gaussian.ts" && target === "math/matrix.ts"),
    ));

  it("of files that lie in no room are the prelude and the command line alone", () =>
    assert.deepEqual(files.filter((file) => !roomOf(file)).sort(), ["cli.ts", "index.ts"]));

  it("of the backend are in math and in networks alone, the command line's too", () => {
    const users = imports.filter(({ target }) => target.startsWith("math/backend/")).map(({ file }) => file);
    assert.deepEqual(
      users.filter((file) => !/^(math|diffusion\/networks)\//.test(file)),
      [],
    );
  });

  for (const room of Object.keys(allowed))
    it(`of ${room} go only where the layout lets them`, () => {
      const own = imports.filter(({ file }) => roomOf(file) === room && !isIndex(file));
      assert.deepEqual(
        own.filter(({ target }) => ![room, ...allowed[room]].includes(roomOf(target) ?? "")),
        [],
      );
    });

  it("of an index go into its own folder, or where its room may", () =>
    assert.deepEqual(
      imports.filter(
        ({ file, target }) =>
          isIndex(file) &&
          file !== "index.ts" &&
          !target.startsWith(`${posix.dirname(file)}/`) &&
          !allowed[roomOf(file)!].includes(roomOf(target) ?? ""),
      ),
      [],
    ));

  it("of an index are another index's alone", () =>
    assert.deepEqual(
      imports.filter(({ file, target }) => isIndex(target) && !isIndex(file)),
      [],
    ));

  it("of the kernel from the library are what prepares TensorFlow alone", () =>
    assert.deepEqual(
      imports.filter(({ file, target }) => file.startsWith("kernel/") && !/^(kernel|files)\//.test(target)),
      [{ file: "kernel/worker/main.ts", target: "math/tensorflow.ts" }],
    ));

  it("of figures from elsewhere are types alone", () => {
    const values = files
      .filter((file) => file.startsWith("figures/"))
      .flatMap((file) =>
        [...readFileSync(join(root, file), "utf8").matchAll(/^import (?!type )[^;]*from "(\.[^"]*)";/gm)].map(
          ([, target]) => ({ file, target: posix.join(posix.dirname(file), target) }),
        ),
      );
    assert.ok(values.length > 0);
    assert.deepEqual(
      values.filter(({ target }) => !target.startsWith("figures/")),
      [],
    );
  });

  it("go in no circle, types included", () => {
    assert.deepEqual(
      circles([
        { file: "a", target: "b" },
        { file: "b", target: "a" },
        { file: "c", target: "a" },
      ]),
      [["a", "b"]],
    );
    assert.deepEqual(circles(imports), []);
  });

  it("of TensorFlow and ml-matrix are behind one file each, and of koffi", () => {
    const importers = (name: string) =>
      files.filter((file) =>
        new RegExp(`(?:import|require)[^;]*"${name}[^"]*"`).test(readFileSync(join(root, file), "utf8")),
      );
    assert.deepEqual(importers("@tensorflow/"), ["math/backend/tensorflow.ts"]);
    assert.deepEqual(importers("ml-matrix"), ["math/backend/mlMatrix.ts"]);
    assert.deepEqual(importers("koffi"), ["math/backend/foreign.ts"]);
  });
});
