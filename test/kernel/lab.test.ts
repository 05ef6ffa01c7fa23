import assert from "node:assert/strict";
import path from "node:path";
import type { Browser } from "playwright-core";
import { requireBrowser } from "../helpers/browser.js";
import { requirePython } from "../helpers/jupyter.js";
import { KernelHome } from "../helpers/kernel.js";
import { LabNotebook, startLab, type Lab } from "../helpers/lab.js";
import { sketchNotebook } from "../helpers/notebooks.js";

const kernelspec = { name: "scorebook", display_name: "TypeScript (scorebook)", language: "typescript" };

/** With SCOREBOOK_SCREENSHOTS=folder each step leaves its picture there. */
const screenshots = process.env.SCOREBOOK_SCREENSHOTS;

describe("a session in JupyterLab", function () {
  this.timeout(90_000);
  let home: KernelHome, browser: Browser, lab: Lab, notebook: LabNotebook;
  before(requirePython);
  before(async function () {
    browser = await requireBrowser(this);
    home = await KernelHome.open();
    sketchNotebook(home.folder, "session.ipynb", [{ code: "let n = 1;\nn" }], { kernelspec });
    lab = await startLab(home);
    notebook = new LabNotebook(await browser.newPage({ viewport: { width: 1280, height: 900 } }), lab);
    notebook.page.setDefaultTimeout(20_000);
    await notebook.open("session.ipynb");
  });
  after(async function () {
    await browser?.close();
    await lab?.close();
    home?.close();
  });
  let pictures = 0;
  afterEach(async () => {
    if (screenshots) await notebook.page.screenshot({ path: path.join(screenshots, `${++pictures}.png`) });
  });

  it("opens a notebook with this kernel and runs a cell", async () => {
    await notebook.run(
      0,
      '/** The points by their names. */\nconst points = new Map<string, number>([["a", 1]]);\npoints',
    );
    await notebook.output(0).getByText("Map(1) { 'a' => 1 }").waitFor();
    await notebook.idle(); // the output comes before the answer
    assert.equal(await notebook.count(0), "1");
    assert.match(await notebook.page.locator(".jp-Toolbar-kernelName").innerText(), /TypeScript \(scorebook\)/);
  });

  it("completes by types, with documentation", async () => {
    await notebook.type(1, "points.");
    await notebook.page.keyboard.press("Tab");
    const list = notebook.page.locator(".jp-Completer-list");
    await list.waitFor();
    const names = await list.locator("code").allInnerTexts();
    assert.ok(
      ["get", "has", "set", "size"].every((name) => names.includes(name)) && !names.includes("toUpperCase"),
      names.join(),
    );
    await notebook.page.keyboard.type("siz");
    await notebook.page
      .locator(".jp-Completer-docpanel")
      .getByText("(property) Map<string, number>.size: number")
      .waitFor();
  });

  it("takes a completion", async () => {
    await notebook.page.keyboard.press("Enter");
    await notebook.page.keyboard.press("Shift+Enter");
    await notebook.output(1).getByText("1", { exact: true }).waitFor();
    assert.equal(await notebook.cell(1).locator(".cm-content").innerText(), "points.size");
  });

  it("shows the documentation of a name", async () => {
    await notebook.type(2, "points");
    await notebook.page.keyboard.press("Shift+Tab");
    const tooltip = notebook.page.locator(".jp-Tooltip");
    await tooltip.waitFor();
    assert.match(await tooltip.innerText(), /const points: Map<string, number>[^]*The points by their names\./);
  });

  it("shows a plot", async () => {
    await notebook.page.keyboard.press("Escape");
    await notebook.run(
      2,
      "({ data: [{ type: 'scatter', x: [1, 2, 3, 4], y: [1, 4, 2, 3] }], layout: { title: { text: 'A plot' } } })",
    );
    const picture = notebook.output(2).locator("img");
    await picture.waitFor();
    assert.deepEqual(
      await picture.evaluate((img: any) => [img.naturalWidth, img.naturalHeight, img.width, img.height]),
      [1400, 900, 700, 450],
    );
  });

  it("interrupts a loop after an await, and keeps the variables", async () => {
    await notebook.run(3, "await Promise.resolve();\nconsole.log('looping');\nfor (;;) {}");
    await notebook.output(3).getByText("looping").waitFor();
    assert.equal(await notebook.count(3), "*");
    await notebook.menu("Kernel", /^Interrupt Kernel$/);
    await notebook
      .output(3)
      .getByText(/Interrupted/)
      .first()
      .waitFor();
    await notebook.idle();
    await notebook.run(4, "points.size");
    await notebook.output(4).getByText("1", { exact: true }).waitFor();
  });

  it("restarts and runs all cells from a clean state", async () => {
    await notebook.run(3, "console.log('ran')");
    await notebook.idle();
    await notebook.menu("Kernel", /^Restart Kernel and Run All Cells/);
    await notebook.page.locator(".jp-Dialog").getByRole("button", { name: "Confirm Kernel Restart" }).click();
    for (const [cell, count] of [
      [3, "[4]:"],
      [4, "[5]:"],
    ] as const)
      await notebook.cell(cell).locator(".jp-InputPrompt", { hasText: count }).waitFor({ timeout: 60_000 });
    await notebook.idle();
    assert.deepEqual(await Promise.all([0, 1, 2, 3, 4].map((i) => notebook.count(i))), ["1", "2", "3", "4", "5"]);
    assert.match(await notebook.output(3).innerText(), /ran/);
    await notebook.output(2).locator("img").waitFor();
  });
});
