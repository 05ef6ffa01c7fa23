import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installKernelspec } from "../../src/kernel/protocol/kernelspec.js";
import { jupyter } from "./jupyter.js";

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Jupyter of the tests' Python with this kernel installed as `scorebook`, apart from any Jupyter of the user. */
export class KernelHome {
  /** everything lies in here: the kernelspec, Jupyter's settings and runtime files, the notebooks of the test */
  readonly folder = mkdtempSync(path.join(tmpdir(), "scorebook-kernel-"));
  readonly env: NodeJS.ProcessEnv;

  private constructor(readonly bin: (name: string) => string) {
    const inside = (name: string): string => path.join(this.folder, name);
    const { VIRTUAL_ENV: _, ...env } = process.env;
    this.env = {
      ...env,
      PATH: `${path.dirname(bin("python"))}${path.delimiter}${env.PATH}`,
      HOME: inside("home"),
      IPYTHONDIR: inside("ipython"),
      PYTHONDONTWRITEBYTECODE: "1",
      JUPYTER_PATH: inside("share/jupyter"),
      JUPYTER_DATA_DIR: inside("data"),
      JUPYTER_CONFIG_DIR: inside("config"),
      JUPYTER_RUNTIME_DIR: inside("runtime"),
      SCOREBOOK_CACHE:
        env.SCOREBOOK_CACHE || path.join(env.XDG_CACHE_HOME || path.join(env.HOME ?? "", ".cache"), "scorebook"),
    };
  }

  /** Installs the kernelspec; close it in `after`. */
  static async open(): Promise<KernelHome> {
    const home = new KernelHome((await jupyter()).bin);
    installKernelspec({ prefix: home.folder });
    return home;
  }

  /**
   * Runs a program of the environment to its end, in the folder unless `cwd` says otherwise; rejects only if it takes
   * longer than `timeout` ms.
   */
  run(
    program: string,
    args: readonly string[],
    {
      cwd = this.folder,
      timeout = 120_000,
      env = {},
    }: { cwd?: string; timeout?: number; env?: Record<string, string> } = {},
  ): Promise<Finished> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        this.bin(program),
        args,
        { cwd, timeout, env: { ...this.env, ...env }, maxBuffer: 1 << 30 },
        (error, stdout, stderr) => {
          if (error && child.exitCode === null) {
            const reason = child.signalCode
              ? `ended by ${child.signalCode} after ${timeout} ms at most\n${stderr}`
              : error.message;
            reject(new Error(`${program} ${args.join(" ")}: ${reason}`));
          } else resolve({ status: child.exitCode, stdout, stderr });
        },
      );
    });
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
