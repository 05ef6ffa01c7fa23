import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";

/** This machine has no Python for the tests; the message says which is needed. */
export class PythonMissingError extends Error {
  override readonly name = "PythonMissingError";
}

/** A Python virtual environment with the programs of test/requirements.txt. */
export interface Jupyter {
  /** path of its interpreter */
  readonly python: string;
  /** path of a program in it, such as `jupyter` or `papermill` */
  bin(name: string): string;
}

const run = promisify(execFile);
const root = path.dirname(createRequire(import.meta.url).resolve("scorebook/package.json"));
const made = new Map<string, Promise<Jupyter>>();

/**
 * The environment in .venv/, made at the first call (about a minute) and again when test/requirements.txt changes.
 *
 * @throws PythonMissingError if there is no Python 3.11 or later with venv
 * @throws Error if pip cannot install the programs
 */
export function jupyter(): Promise<Jupyter> {
  return pythonEnvironment("test/requirements.txt");
}

/** The same for another list of programs, a path in the project. @throws as jupyter does */
export function pythonEnvironment(list: string): Promise<Jupyter> {
  const known = made.get(list) ?? find(path.join(root, list));
  made.set(list, known);
  return known;
}

/**
 * For `before(requirePython)`: makes the environment. Without a Python the suite is skipped with one sentence;
 * in CI it fails.
 */
export async function requirePython(this: Mocha.Context): Promise<void> {
  this.timeout(10 * 60_000);
  try {
    await jupyter();
  } catch (error) {
    if (!(error instanceof PythonMissingError) || process.env.CI) throw error;
    console.log(`      skipped: ${error.message}`);
    this.skip();
  }
}

async function find(requirements: string): Promise<Jupyter> {
  const parent = path.join(root, ".venv");
  const hash = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 12);
  // An environment cannot be moved. So each is made under a name of its own, and this file, written last, says which
  // one is whole: an interrupted one is never used, and two processes at once make two.
  const pointer = path.join(parent, `${hash}.txt`);
  const known = await readFile(pointer, "utf8").catch(() => undefined);
  if (known && existsSync(inside(path.join(parent, known)).python)) return inside(path.join(parent, known));

  const directory = path.join(parent, `${hash}-${process.pid}`);
  await removeUnused(parent);
  await make(directory, requirements);
  await writeFile(`${pointer}.${process.pid}`, path.basename(directory));
  await rename(`${pointer}.${process.pid}`, pointer);
  return inside(directory);
}

async function make(directory: string, requirements: string): Promise<void> {
  const python = await findPython();
  const start = performance.now();
  console.log(`      jupyter: making ${path.relative(root, directory)} with ${python} (about a minute)`);
  await mkdir(path.dirname(directory), { recursive: true });
  await run(python, ["-m", "venv", directory]).catch(({ stdout, stderr }) => {
    throw new PythonMissingError(
      `jupyter: ${python} has no working venv (${lastLine(stdout + stderr)}); install Python's venv package`,
    );
  });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements];
  await run(inside(directory).python, pip, { maxBuffer: 1 << 26 }).catch(({ stderr }) => {
    throw new Error(`jupyter: pip could not install ${requirements}: ${lastLine(stderr)}`);
  });
  console.log(`      jupyter: made in ${((performance.now() - start) / 1000).toFixed(0)} s`);
}

async function findPython(): Promise<string> {
  for (const python of ["python3", "python"]) {
    const version = await run(python, ["-c", "import sys, venv, ensurepip; print(sys.version_info >= (3, 11))"]).catch(
      () => undefined,
    );
    if (version?.stdout.trim() === "True") return python;
  }
  throw new PythonMissingError(
    "jupyter: no python3 of version 3.11 or later with venv on the PATH; install one to run the tests that need Jupyter",
  );
}

function inside(directory: string): Jupyter {
  const [folder, suffix] = process.platform === "win32" ? ["Scripts", ".exe"] : ["bin", ""];
  const bin = (name: string) => path.join(directory, folder, name + suffix);
  return { python: bin("python"), bin };
}

/** Removes environments that no pointer names and whose maker is gone: interrupted ones. */
async function removeUnused(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const [, hash, maker] = /^([0-9a-f]{12})-(\d+)$/.exec(name) ?? [];
    if (!maker || isRunning(Number(maker))) continue;
    const used = await readFile(path.join(parent, `${hash}.txt`), "utf8").catch(() => undefined);
    if (used !== name) await rm(path.join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";
