import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import type { KernelHome } from "./kernel.js";

/** A JupyterLab server on the home's folder. */
export interface Lab {
  /** its address, with the token */
  url(page: string): string;
  close(): Promise<void>;
}

const settings = {
  "apputils-extension/notification": { fetchNews: "false", checkForUpdates: false, doNotDisturbMode: true },
  "completer-extension/manager": { showDocumentationPanel: true },
};

export async function startLab(home: KernelHome): Promise<Lab> {
  for (const [name, value] of Object.entries(settings)) {
    const file = path.join(home.folder, "config", "lab", "user-settings", "@jupyterlab", `${name}.jupyterlab-settings`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(value));
  }
  const token = "for-this-test";
  const args = [
    "lab",
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    "--port=0",
    `--IdentityProvider.token=${token}`,
    `--ServerApp.root_dir=${home.folder}`,
    "--LabApp.extension_manager=readonly",
  ];
  const server = spawn(home.bin("jupyter"), args, {
    cwd: home.folder,
    env: home.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const address = await addressOf(server);
  return {
    url: (page) => `${address}/${page}?token=${token}`,
    close: async () => {
      const ended = once(server, "exit");
      server.kill("SIGTERM");
      const late = setTimeout(() => server.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(late);
    },
  };
}

function addressOf(server: ChildProcess): Promise<string> {
  let log = "";
  return new Promise((resolve, reject) => {
    for (const stream of [server.stdout!, server.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        log += text;
        const found = /(http:\/\/127\.0\.0\.1:[1-9]\d*)\//.exec(log);
        if (found) resolve(found[1]);
      });
    }
    server.on("exit", (status) => reject(new Error(`jupyter lab ended with status ${status}:\n${log}`)));
  });
}

/** An open notebook in a page of JupyterLab. */
export class LabNotebook {
  constructor(
    readonly page: Page,
    private readonly lab: Lab,
  ) {}

  async open(file: string): Promise<void> {
    await this.page.context().route(
      (url) => url.hostname !== "127.0.0.1",
      (route) => route.abort(),
    );
    await this.page.goto(this.lab.url(`lab/tree/${file}`));
    await this.page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
    await this.idle();
  }

  cell(index: number) {
    return this.page.locator(".jp-Notebook .jp-Cell").nth(index);
  }

  /** Waits until the status bar says that there is a kernel and that it is idle. */
  async idle(timeout = 60_000): Promise<void> {
    await this.page
      .locator("#jp-main-statusbar")
      .getByText(/\(scorebook\) \| Idle/)
      .waitFor({ timeout });
  }

  /** Puts code into a cell in place of what is there, and leaves the cursor behind it. */
  async type(index: number, code: string): Promise<void> {
    await this.cell(index).locator(".cm-content").click();
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.press("Delete");
    await this.page.keyboard.insertText(code);
  }

  /** Runs the selected cell and goes to the next, which is made if there is none. */
  async run(index: number, code: string): Promise<void> {
    await this.type(index, code);
    await this.page.keyboard.press("Shift+Enter");
  }

  output(index: number) {
    return this.cell(index).locator(".jp-Cell-outputArea");
  }

  /** The n of In [n], or `*`. */
  async count(index: number): Promise<string> {
    return (await this.cell(index).locator(".jp-InputPrompt").innerText()).replace(/[[\]:\s]/g, "");
  }

  /** Chooses an entry of a menu. */
  async menu(name: string, entry: string | RegExp): Promise<void> {
    await this.page.locator(".lm-MenuBar-itemLabel", { hasText: new RegExp(`^${name}$`) }).click();
    await this.page.locator(".lm-Menu-itemLabel", { hasText: entry }).first().click();
  }
}
