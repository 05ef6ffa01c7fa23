import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../src/files/packageRoot.js";
import type { KernelHome } from "../helpers/kernel.js";

const denoVersion = "2.9.6";

/** A folder that git ignores, inside the project so that cells find its packages. */
export const benchFolder = path.join(packageRoot, "out", "bench");

/** The kernels that this one is compared with; each is in the home's Jupyter under its name. */
export const peers = ["deno", "tslab", "python3"] as const;
export const titles = {
  scorebook: "scorebook",
  deno: `Deno ${denoVersion}`,
  tslab: "tslab 1.0.22",
  python3: "ipykernel 7.4.0",
} as const;

/** @throws Error if a peer cannot be installed */
export async function installPeers(home: KernelHome): Promise<void> {
  const folder = path.join(benchFolder, `deno-${denoVersion}`);
  const natives = path.join(folder, "node_modules", "@deno");
  if (!existsSync(natives)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
    await promisify(execFile)(
      "npm",
      ["install", "--ignore-scripts", "--no-audit", "--no-fund", `deno@${denoVersion}`],
      { cwd: folder, shell: process.platform === "win32" },
    ).catch((error: Error) => {
      throw new Error(
        `bench: Deno ${denoVersion} could not be installed (${error.message.trim().split("\n").at(-1)}); without it there is no comparison`,
      );
    });
  }
  const deno = path.join(natives, readdirSync(natives)[0], process.platform === "win32" ? "deno.exe" : "deno");
  const tslab = path.join(packageRoot, "node_modules", "tslab", "bin", "tslab");
  const specs = {
    deno: {
      argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
      display_name: "Deno",
      language: "typescript",
    },
    tslab: {
      argv: [process.execPath, tslab, "kernel", "--config-path={connection_file}"],
      display_name: "tslab",
      language: "typescript",
    },
    python3: {
      argv: [home.bin("python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
      display_name: "Python 3",
      language: "python",
    },
  };
  for (const name of peers) {
    const target = path.join(home.folder, "share", "jupyter", "kernels", name);
    mkdirSync(target, { recursive: true });
    writeFileSync(path.join(target, "kernel.json"), JSON.stringify(specs[name]));
  }
}
