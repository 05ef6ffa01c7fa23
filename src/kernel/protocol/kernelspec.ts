/** Makes the kernel known to Jupyter, without Python: a folder with kernel.json where Jupyter looks for kernels. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../../files/packageRoot.js";

/** A place of kernelspecs. */
export interface KernelspecLocation {
  /** an environment such as a venv or /usr/local; default: the user's own Jupyter folder */
  readonly prefix?: string;
  /** the active virtual or conda environment */
  readonly environment?: boolean;
}

const mainFile = fileURLToPath(new URL("./main.js", import.meta.url));

/** Returns the user's data folder, as jupyter_core finds it. */
function userData(): string {
  const { JUPYTER_DATA_DIR, APPDATA, XDG_DATA_HOME } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") return join(APPDATA ?? join(homedir(), "AppData", "Roaming"), "jupyter");
  return join(XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "jupyter");
}

/**
 * Returns the folder of kernels at a location.
 *
 * @throws Error if the active environment is asked for and there is none
 */
function kernelsFolder({ prefix, environment }: KernelspecLocation): string {
  if (prefix) return join(resolve(prefix), "share", "jupyter", "kernels");
  if (!environment) return join(userData(), "kernels");
  const active = process.env.VIRTUAL_ENV ?? process.env.CONDA_PREFIX;
  if (!active)
    throw new Error("no virtual or conda environment is active; activate one, or name its folder with --prefix");
  return join(active, "share", "jupyter", "kernels");
}

/** Returns the content of kernel.json. */
function kernelspec(): object {
  return {
    argv: [process.execPath, mainFile, "{connection_file}"],
    display_name: "TypeScript (scorebook)",
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
}

/** Writes the kernelspec, whole or not at all, and returns its folder. */
export function installKernelspec(location: KernelspecLocation = {}, name = "scorebook"): string {
  if (!/^[\w.-]+$/.test(name))
    throw new Error(`a kernel's name is made of letters, digits, "-", "_" and ".", not ${JSON.stringify(name)}`);
  const kernels = kernelsFolder(location),
    folder = join(kernels, name);
  mkdirSync(kernels, { recursive: true });
  const temporary = mkdtempSync(join(kernels, ".scorebook-"));
  try {
    writeFileSync(join(temporary, "kernel.json"), `${JSON.stringify(kernelspec(), null, 2)}\n`);
    for (const logo of ["logo-svg.svg", "logo-32x32.png", "logo-64x64.png"])
      cpSync(join(packageRoot, "data", "logos", logo), join(temporary, logo));
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** Returns the folders in which Jupyter looks for kernels, the user's first. */
function kernelFolders(): string[] {
  const { JUPYTER_PATH, VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  const system =
    process.platform === "win32"
      ? [join(process.env.PROGRAMDATA ?? "C:\\ProgramData", "jupyter")]
      : ["/usr/local/share/jupyter", "/usr/share/jupyter"];
  const data = [
    ...(JUPYTER_PATH?.split(delimiter) ?? []),
    userData(),
    ...[VIRTUAL_ENV, CONDA_PREFIX].flatMap((e) => (e ? [join(e, "share", "jupyter")] : [])),
    ...system,
  ];
  return [...new Set(data.map((d) => join(d, "kernels")))];
}

/** A kernelspec of scorebook on this machine. */
export interface InstalledKernelspec {
  readonly folder: string;
  readonly name: string;
  /** why it would not start, if it would not */
  readonly problem?: string;
}

/** Finds the kernelspecs of scorebook, of this copy or another. */
export function listKernelspecs(folders = kernelFolders()): InstalledKernelspec[] {
  return folders
    .filter((f) => existsSync(f))
    .flatMap((kernels) =>
      readdirSync(kernels).flatMap((name): InstalledKernelspec[] => {
        const folder = join(kernels, name),
          file = join(folder, "kernel.json");
        if (!existsSync(file)) return [];
        let argv: unknown;
        try {
          argv = (JSON.parse(readFileSync(file, "utf8")) as { argv?: unknown }).argv;
        } catch {
          return [];
        }
        if (!Array.isArray(argv) || !/[\\/]kernel[\\/](?:protocol[\\/])?main\.js$/.test(String(argv[1]))) return [];
        const missing = [argv[0], argv[1]].map(String).find((f) => isAbsolute(f) && !existsSync(f));
        return [{ folder, name, ...(missing && { problem: `${missing} is gone; install it again` }) }];
      }),
    );
}

/**
 * Removes a kernelspec and returns its folder.
 *
 * @throws Error if no kernelspec of scorebook has that name there
 */
export function removeKernelspec(location: KernelspecLocation = {}, name = "scorebook"): string {
  const kernels = kernelsFolder(location);
  const found = listKernelspecs([kernels]).find((spec) => spec.name === name);
  if (!found)
    throw new Error(
      `no kernel of scorebook named ${name} is installed in ${kernels}; \`scorebook kernel list\` shows where there are some`,
    );
  rmSync(found.folder, { recursive: true });
  return found.folder;
}

/** Finds the `jupyter` command on the path; undefined if there is none. */
export function findJupyter(): string | undefined {
  const { status, error } = spawnSync("jupyter", ["--version"], {
    stdio: "ignore",
    shell: process.platform === "win32",
  });
  return !error && status === 0 ? "jupyter" : undefined;
}
